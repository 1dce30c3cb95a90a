"""Which column a name means, found as DuckDB does: columns before aliases, inner before outer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from personatwin_sql.compile.column import LineageColumn, Origin
from personatwin_sql.compile.lineage_facts import NOTHING, Facts, facts_of, together
from personatwin_sql.compile.quoting import folded


@dataclass(frozen=True)
class RelationSchema:
    """A table inside a build as lineage knows it: a source, a private or a released model."""

    columns: tuple[LineageColumn, ...]
    one_row_per_unit: bool = False
    filters: frozenset[Origin] = frozenset()
    reads: frozenset[Origin] = frozenset()
    picks_rows: bool = False
    mixes_people: bool = False
    merged_by: frozenset[Origin] = frozenset()


@dataclass(frozen=True)
class Input:
    """A relation in FROM: the name that it goes by there, and its columns."""

    alias: str
    columns: tuple[LineageColumn, ...]
    one_row_per_unit: bool = False
    decided_by: Facts = NOTHING
    """What decides which rows it has."""
    is_source: bool = False

    def find(self, name: str) -> LineageColumn | None:
        wanted = folded(name)
        return next((column for column in self.columns if folded(column.name) == wanted), None)

    @property
    def facts(self) -> Facts:
        """Every column at once: what a whole row tells."""
        return together(facts_of(column) for column in self.columns)

    @property
    def reads(self) -> frozenset[Origin]:
        """What is read of a source by reading its whole rows."""
        origins = (column.origins for column in self.columns)
        return frozenset[Origin]().union(*origins) if self.is_source else frozenset()

    @property
    def holds_people(self) -> bool:
        """Whether its rows are of persons."""
        return any(column.role == "privacy_unit" for column in self.columns)

    @property
    def unit(self) -> LineageColumn | None:
        """The person key, where there is exactly one."""
        units = [column for column in self.columns if column.role == "privacy_unit"]
        return units[0] if len(units) == 1 and not units[0].is_expression else None


@dataclass(frozen=True)
class Merged:
    """One column for several inputs that were joined USING it."""

    column: LineageColumn
    aliases: frozenset[str]
    """The folded aliases of these inputs."""


@dataclass(frozen=True)
class Found:
    """What a name means: facts, and the column itself where it is nothing but that."""

    facts: Facts
    column: LineageColumn | None = None
    aliases: frozenset[str] = frozenset()
    """The folded aliases of the inputs that the column comes from."""
    reads: frozenset[Origin] = frozenset()
    """The source columns that naming it reads; those of models are read where the model is built."""


@dataclass
class Scope:
    """The names that can be used in one SELECT."""

    outer: Scope | None = None
    inputs: list[Input] = field(default_factory=list)
    merged: dict[str, Merged] = field(default_factory=dict)
    """Columns of USING and NATURAL joins, under their folded names."""
    aliases: dict[str, LineageColumn] = field(default_factory=dict)
    """Columns of the SELECT list so far, under their folded names."""
    windows: Mapping[str, exp.Window] = field(default_factory=dict)
    queries: Mapping[str, Input] = field(default_factory=dict)
    """The WITH queries that can be named here, under their folded names."""
    decided_by: Facts = NOTHING
    """What decides which rows there are: conditions here and below."""
    grouped_by: Facts = NOTHING
    """What tells groups apart, as far as an aggregate shows it."""
    nodes: dict[str, exp.Expr] = field(default_factory=dict)
    """Where each input is written, under its folded alias."""
    ties: list[tuple[str, str]] = field(default_factory=list)
    """Inputs that are joined by their units, as folded aliases."""
    shared: set[tuple[str, str]] = field(default_factory=set)
    """Columns that equal one of the person's own: the alias of the input, and the name, both folded."""
    may_miss: set[str] = field(default_factory=set)
    """The folded aliases of inputs that an outer join leaves empty in some rows."""
    written: set[str] = field(default_factory=set)
    """The folded aliases of inputs that the model writes by itself, of constants."""
    looked_up: list[frozenset[str]] = field(default_factory=list)
    """Those of them that are looked up by each other."""
    is_of_outer: bool = False
    """Whether WHERE keeps the rows of the person in the outer query only."""

    def find(self, name: str, table: str | None, with_aliases: bool = False) -> Found | None:
        """What a name means; None when nothing has it. Raises AmbiguousName.

        Where DuckDB's choice depends on the clause (`with_aliases`: HAVING, QUALIFY, ORDER BY), or lies
        between an alias and an outer query, the answer covers all candidates.
        """
        if table is not None:
            return self._qualified(name, table)
        columns = self._columns(name)
        if columns and not with_aliases:
            return columns[0]
        alias = self.aliases.get(folded(name))
        rows = [
            Found(input.facts, reads=input.reads)
            for input in self.inputs
            if folded(input.alias) == folded(name)
        ]
        aliased = [] if alias is None else [Found(facts_of(alias), alias)]
        if columns:
            return _all_of([*columns, *aliased])
        outer = self.outer.find(name, None) if self.outer is not None else None
        return _all_of([*rows, *aliased, *([outer] if outer is not None else [])])

    def _columns(self, name: str) -> list[Found]:
        merged = self.merged.get(folded(name))
        taken = merged.aliases if merged is not None else frozenset()
        found = [] if merged is None else [Found(facts_of(merged.column), merged.column, merged.aliases)]
        for input in self.inputs:
            column = input.find(name)
            if column is not None and folded(input.alias) not in taken:
                found.append(_found(input, column))
        if len(found) > 1:
            raise AmbiguousName(name)
        return found

    def _qualified(self, name: str, table: str) -> Found | None:
        inputs = [input for input in self.inputs if folded(input.alias) == folded(table)]
        if inputs:
            column = inputs[0].find(name)
            return None if column is None else _found(inputs[0], column)
        struct = self._columns(table)
        if struct:
            return replace(struct[0], column=None)
        return self.outer._qualified(name, table) if self.outer is not None else None

    def window_and_those_it_extends(self, window: exp.Window) -> list[exp.Window]:
        """A window, the named one that it extends, the one which that extends and so on; the last one has
        an alias only where there is no window of that name."""
        windows = [window]
        while (name := windows[-1].args.get("alias")) is not None:
            base = self.windows.get(folded(name.name))
            if base is None or base in windows:
                break
            windows.append(base)
        return windows

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        for input in self.inputs:
            yield from (column.name for column in input.columns)
        yield from (column.name for column in self.aliases.values())
        if self.outer is not None:
            yield from self.outer.names()


class AmbiguousName(Exception):
    """Several relations have a column of this name."""


def _found(input: Input, column: LineageColumn) -> Found:
    reads = column.origins if input.is_source else frozenset()
    return Found(facts_of(column), column, frozenset({folded(input.alias)}), reads)


def _all_of(candidates: list[Found]) -> Found | None:
    if not candidates:
        return None
    if len(candidates) == 1:
        return candidates[0]
    return Found(
        together(found.facts for found in candidates),
        aliases=frozenset[str]().union(*(found.aliases for found in candidates)),
        reads=frozenset[Origin]().union(*(found.reads for found in candidates)),
    )


def renamed(columns: tuple[LineageColumn, ...], names: list[str]) -> tuple[LineageColumn, ...]:
    """The columns under the names of `AS alias(first, second)`; the rest keep theirs."""
    return tuple(
        replace(column, name=names[index]) if index < len(names) else column
        for index, column in enumerate(columns)
    )
