"""A compiled model: the author's SELECT, what it promises, and the columns that leave."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.column import Authored, LineageColumn
from personatwin_sql.compile.jinja import ParsedModel
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import Hierarchy
from personatwin_sql.spec.microaggregate import Microaggregate
from personatwin_sql.spec.protection import Protection
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class PublishedColumn:
    """A column of the author's SELECT on its way out: what macros need to know of it.

    `level` is None until the search or the author has chosen it; `floor` is the finest level that the
    privacy level of the project allows.
    """

    name: str
    role: Role
    type: str
    hierarchy: Hierarchy
    hierarchy_name: str | None = None
    floor: int = 0
    declared_level: int | None = None
    level: int | None = None
    ceiling: int | None = None
    """The coarsest level within the declared tolerance; None for the top."""
    never_merges: bool = False
    recoding: str | None = None
    """The model whose table `__recoding` says what each combination of values is published as; None where the
    column has one level for all."""
    coarsest: int | None = None
    """Where it has not: the coarsest level of a class; `level` is the finest."""
    raised_in_round: int = 4
    """The round of gathering personas from which the column is `*` (4: never)."""
    is_hidden: bool = False
    """It decides which people are published together, and is not published itself."""
    microaggregate: Microaggregate | None = None
    """The number of a group is published in place of each person's own; its hierarchy says nothing of it."""
    lineage: LineageColumn | None = None

    @property
    def is_quasi_identifier(self) -> bool:
        return self.role == Role.QUASI_IDENTIFIER

    @property
    def is_text(self) -> bool:
        return self.type == "text"

    @property
    def is_integer(self) -> bool:
        return self.type == "integer"

    @property
    def levels_alias(self) -> str | None:
        """The alias of the joined table of levels, where the level needs one."""
        if self.hierarchy.kind != "taxonomy" or self.level == self.hierarchy.height or self.recoding:
            return None
        if self.level == 0 and self.hierarchy.unmapped != "top":
            return None
        return f"{self.name}_levels"

    @property
    def comment(self) -> str:
        """What the compiled SQL says beside the column."""
        level = self.level or 0
        if self.microaggregate is not None:
            return self.microaggregate.words
        if self.recoding:
            return f"level {level} to {self.coarsest} of {self.hierarchy.height}, by class"
        name = " ".join(self.hierarchy.level_name(level).split())
        return f"level {level} of {self.hierarchy.height}: {name}"


@dataclass(frozen=True)
class CompiledModel:
    """One model, read and resolved; no data was touched."""

    parsed: ParsedModel
    authored: Authored
    protection: Protection | None
    unit: str | None
    """The column of the SELECT that is the privacy unit."""
    columns: tuple[PublishedColumn, ...]
    """The other columns of a protected SELECT, in order."""
    aggregation: Aggregation | None = None
    """Of a differentially private model: what is aggregated, and with how much noise."""

    @property
    def name(self) -> str:
        return self.parsed.name

    @property
    def quasi_identifiers(self) -> tuple[PublishedColumn, ...]:
        return tuple(column for column in self.columns if column.is_quasi_identifier)

    @property
    def kept_columns(self) -> tuple[PublishedColumn, ...]:
        """Those that personas publish as their people have them."""
        return tuple(
            column for column in self.columns if not column.is_quasi_identifier and not column.is_hidden
        )

    @property
    def relation(self) -> str:
        return f"{'release' if self.protection else 'private'}.{self.name}"


Levels = Mapping[str, int]
