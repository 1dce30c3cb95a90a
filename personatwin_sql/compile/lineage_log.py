"""What the reading of one SELECT gathers on its way: columns read, conditions, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from personatwin_sql.compile.column import LineageColumn, Origin
from personatwin_sql.compile.lineage_facts import NOTHING, Facts, facts_of, together
from personatwin_sql.compile.lineage_scope import RelationSchema
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class Use:
    """A clause that decides on rows or their order by something that is not a constant."""

    clause: str
    facts: Facts
    place: Place
    chooses: bool
    """Whether it leaves rows out, and does not only group or order them."""


@dataclass
class Log:
    """Grows while a SELECT is read."""

    sources: Mapping[Origin, LineageColumn]
    """Every column of every source."""
    reads: set[Origin] = field(default_factory=set)
    sources_read: list[RelationSchema] = field(default_factory=list)
    filters: set[Origin] = field(default_factory=set)
    merged_by: set[Origin] = field(default_factory=set)
    uses: list[Use] = field(default_factory=list)
    limits: list[Place] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    mixed: list[Place] = field(default_factory=list)
    """Where a value of another person may come into a person's row, or decide on it."""
    touched: list[Facts] = field(default_factory=list)
    """Everything that was read so far, in order."""

    def touch(self, facts: Facts) -> None:
        if facts is not NOTHING:
            self.touched.append(facts)

    @contextmanager
    def all_touched(self) -> Iterator[list[Facts]]:
        """Collects in one fact whatever is read inside the block."""
        start = len(self.touched)
        gathered: list[Facts] = []
        yield gathered
        gathered.append(together(self.touched[start:]))

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Whatever is read inside the block counts as read from the source, but tells nothing."""
        start = len(self.touched)
        yield
        del self.touched[start:]

    def mix(self, place: Place) -> None:
        """A value of another person may come into a row here, or decide on it."""
        self.mixed.append(place)

    def merge(self, keys: Sequence[Facts]) -> None:
        """Rows that agree in these become one: then how many there are tells how many values. Not so where a
        name keeps rows apart, as the key of events does."""
        if not any(key.role == Role.DIRECT_IDENTIFIER for key in keys):
            self.merged_by |= together(keys).origins

    def filter(self, clause: str, facts: Facts, place: Place) -> None:
        """Rows are chosen by it."""
        self.use(clause, facts, place, chooses=True)
        if facts.is_personal:
            self.filters |= facts.origins

    def use(self, clause: str, facts: Facts, place: Place, *, chooses: bool = False) -> None:
        """It has a say in the result without standing in it."""
        if facts.is_personal:
            self.uses.append(Use(clause, facts, place, chooses))

    def of_filters(self, filters: frozenset[Origin]) -> Facts:
        """The facts behind origins that a relation below was filtered on."""
        return together(
            facts_of(self.sources[origin]) for origin in sorted(filters) if origin in self.sources
        )
