"""Tests of a project as people write them: of models, columns and sources, and models on invented rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.document import Plain
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.validation import IDENTIFIER, RELATION, TABLE

Severity = Literal["error", "warn"]
Columns = Annotated[tuple[str, ...], Field(min_length=1)]


class WrittenConfig(Strict):
    """`config:` of a test."""

    severity: Severity = "error"
    """`error` keeps a build from publishing; `warn` is told only."""
    where: str | None = Field(default=None, min_length=1)
    """A condition on the rows that are tested."""
    enabled: bool = True
    tags: str | tuple[str, ...] = ()


class WrittenFrame(Strict):
    """What every test may say besides its arguments."""

    name: str | None = Field(default=None, pattern=IDENTIFIER)
    description: str = ""
    config: WrittenConfig = WrittenConfig()


class Bare(WrittenFrame):
    """`not_null`, `unique`: nothing to be said."""


class AcceptedValues(WrittenFrame):
    values: Annotated[tuple[str | int | float | bool, ...], Field(min_length=1)]


class Relationships(WrittenFrame):
    to: str = Field(pattern=RELATION)
    field: str


class KAnonymityTest(WrittenFrame):
    k: int = Field(ge=2)
    columns: Columns | None = None
    """The quasi-identifiers of the model, unless others are named."""
    people: str | None = None
    """Of a derived model: the column that says how many people a row stands for."""


class ClassSizeAtLeast(WrittenFrame):
    size: int = Field(ge=2)
    columns: Columns
    people: str | None = None


class LDiversity(WrittenFrame):
    l: int = Field(ge=2)  # noqa: E741 (the literature's name)
    column: str
    kind: Literal["distinct", "entropy", "recursive"] = "distinct"
    c: float | None = Field(default=None, gt=0)
    """Of recursive (c, l)-diversity alone: how far the most frequent value may outweigh the rare ones."""
    columns: Columns | None = None


class NoDirectIdentifiers(WrittenFrame):
    at_least: int = Field(default=5, ge=1)
    """Characters from which a value is looked for: shorter ones (`Lee`, `12`) stand in others by chance."""
    substring: bool = True
    """Whether a value is also looked for inside longer texts."""


class NoSourceValues(NoDirectIdentifiers):
    source: str = Field(pattern=TABLE)
    columns: Columns


KINDS: Mapping[str, type[WrittenFrame]] = {
    "accepted_values": AcceptedValues,
    "class_size_at_least": ClassSizeAtLeast,
    "k_anonymity": KAnonymityTest,
    "l_diversity": LDiversity,
    "no_direct_identifiers": NoDirectIdentifiers,
    "no_source_values": NoSourceValues,
    "not_null": Bare,
    "relationships": Relationships,
    "unique": Bare,
}
"""The tests that there are by themselves."""
OF_COLUMNS = frozenset({"accepted_values", "not_null", "relationships", "unique"})
"""Tests that stand under a column."""
OF_MODELS = frozenset({"class_size_at_least", "k_anonymity", "l_diversity", "no_direct_identifiers"})
"""Tests that stand under a model, because they read several columns."""


@dataclass(frozen=True)
class DataTest:
    """One generic test: rows that it finds are failures."""

    name: str
    kind: str
    """`not_null`, or `xyz` of a project's own macro `test_xyz`."""
    node: str
    """A model, or a table of a source (`court.people`)."""
    column: str | None
    arguments: Mapping[str, Plain]
    """As written; those of a built-in kind are checked, with their defaults."""
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    """Each argument, and `where`, → where its value stands."""
    severity: Severity = "error"
    where: str | None = None
    tags: tuple[str, ...] = ()
    description: str = ""

    def at(self, argument: str) -> Place:
        return self.places.get(argument, self.place)


@dataclass(frozen=True)
class GivenRows:
    """Rows as written: only what a row says is there, the rest is NULL."""

    rows: tuple[Mapping[str, Plain], ...]
    place: Place
    places: tuple[Mapping[str, Place], ...]
    """Of each value."""
    is_csv: bool = False
    """Every value is text, and is read as what its column is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a row names, in the order of their first mention."""
        return tuple(dict.fromkeys(column for row in self.rows for column in row))


@dataclass(frozen=True)
class UnitTest:
    """A model on invented rows, and what must come of it."""

    name: str
    model: str
    given: Mapping[str, GivenRows]
    """`ref('stg_people')` as `stg_people`, `source('court', 'people')` as `court.people`."""
    expect: GivenRows
    place: Place
    k: int | None = None
    """Of a release model: in place of its own, which few invented rows could meet."""
    k_event: int | None = None
    """The same of personas and their events."""
    levels: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class WrittenTests:
    """All tests of `models/**/*.yml`."""

    data: tuple[DataTest, ...] = ()
    unit: tuple[UnitTest, ...] = ()
