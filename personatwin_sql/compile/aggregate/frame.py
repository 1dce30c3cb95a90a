"""What FROM and WHERE of one SELECT leave: relations by alias, and whose rows these are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Fact, Flow
from personatwin_sql.compile.aggregate.growth import copies
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_types import kind_of


@dataclass
class Frame:
    """What FROM and WHERE of one SELECT leave: relations by alias, and whose rows these are."""

    inputs: dict[str, Flow] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    """Aliases whose unit column is the person of the row."""
    names: dict[str, Fact] = field(default_factory=dict)
    """Columns of the SELECT list, under their folded names."""
    windows: Mapping[str, exp.Window] = field(default_factory=dict)
    merged: dict[str, set[str]] = field(default_factory=dict)
    """Columns of USING and NATURAL joins, under their folded names: the aliases whose columns are one."""

    @property
    def is_of_persons(self) -> bool:
        return bool(self.live)

    def find(self, column: exp.Column) -> tuple[str, Fact] | None:
        wanted = folded(column.table) if column.table else None
        for alias, flow in self.inputs.items():
            if wanted in (None, alias) and (fact := flow.find(column.name)) is not None:
                return alias, fact
        named = self.names.get(folded(column.name)) if wanted is None else None
        return None if named is None else ("", named)

    def behind_star(self, table: str | None) -> Iterator[Fact]:
        """What `*` stands for, or `table.*`, in the engine's order: columns of USING once, all others each.

        Two of one name both stand there: lists of names and UNION take columns by their places.
        """
        told: set[str] = set()
        for alias, flow in self.inputs.items():
            for fact in flow.columns:
                name = folded(fact.name)
                is_merged = table is None and alias in self.merged.get(name, ())
                if table not in (None, alias) or (is_merged and name in told):
                    continue
                if is_merged:
                    told.add(name)
                yield replace(fact, is_unit=fact.is_unit and alias in self.live)

    def is_unit(self, node: exp.Expr) -> bool:
        """Whether an expression is the person of the row, as it is or as text."""
        while isinstance(node, exp.Paren | exp.Alias):
            node = node.this
        if type(node) is exp.Cast and kind_of(node.to) == "text":
            node = node.this
        if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
            return False
        found = self.find(node)
        return found is not None and found[1].is_unit and (found[0] in self.live or not found[0])

    def origin(self, node: exp.Expr) -> tuple[str, str] | None:
        """The source and column that an expression repeats as it is."""
        while isinstance(node, exp.Paren | exp.Alias):
            node = node.this
        found = self.find(node) if isinstance(node, exp.Column) else None
        return found[1].origin if found is not None else None

    def window_and_those_it_extends(self, window: exp.Window) -> list[exp.Window]:
        """A window, the named one that it extends, the one which that extends and so on."""
        chain = [window]
        while (alias := chain[-1].args.get("alias")) is not None:
            base = self.windows.get(folded(alias.name))
            if base is None or base in chain:
                break
            chain.append(base)
        return chain

    def copies(self, node: exp.Expr) -> int:
        """How many texts of sources an expression puts together at most."""

        def of_column(column: exp.Column) -> int:
            found = self.find(column)
            return found[1].copies if found is not None else 1

        return copies(node, of_column)

    def kind(self, column: exp.Column) -> str | None:
        """The kind of a column's values; None where no relation here has it."""
        found = self.find(column)
        if found is None:
            return None
        return "unit" if found[1].is_unit else found[1].kind


def is_unit_of(node: exp.Expr, alias: str, flow: Flow, frame: Frame) -> bool:
    """Whether a column is the unit of the relation that a join brings."""
    while isinstance(node, exp.Paren):
        node = node.this
    if type(node) is exp.Cast and kind_of(node.to) == "text":
        node = node.this
    if not isinstance(node, exp.Column):
        return False
    is_here = folded(node.table) == alias if node.table else frame.find(node) is None
    fact = flow.find(node.name) if is_here else None
    return fact is not None and fact.is_unit
