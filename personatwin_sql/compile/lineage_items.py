"""The SELECT list: each of its columns, stars written out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.lineage_expression import Expressions
from personatwin_sql.compile.lineage_facts import expression, facts_of, is_unit, together
from personatwin_sql.compile.lineage_log import Log
from personatwin_sql.compile.lineage_scope import Found, Scope
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.frozen import dataclass

_KNOWN: Final = "name columns that the relations of FROM have"


@dataclass(frozen=True)
class Item:
    """One column of a SELECT list, and the column that it merely repeats."""

    column: LineageColumn
    found: Found | None
    node: exp.Expr

    @property
    def unit(self) -> Found | None:
        return self.found if is_unit(self.column) else None


class Items:
    """Reads SELECT lists."""

    def __init__(self, tree: SelectTree, log: Log, expressions: Expressions) -> None:
        self._tree = tree
        self._log = log
        self._expressions = expressions

    def read(self, select: exp.Select, scope: Scope) -> tuple[Item, ...]:
        """The columns in order; each alias can be used by the items after it."""
        scope.aliases = {}
        items: list[Item] = []
        for node in select.expressions:
            star = node if isinstance(node, exp.Star) else node.this
            if isinstance(star, exp.Star) and isinstance(node, exp.Star | exp.Column):
                items.extend(self._star(star, node.text("table"), scope, node))
                continue
            column, found = self._expressions.output(node, scope)
            items.append(Item(column, found, node))
            if isinstance(node, exp.Alias):
                name = folded(column.name)
                other = scope.aliases.get(name)
                both = (facts_of(column), facts_of(other)) if other is not None else ()
                scope.aliases[name] = expression(name, together(both), "text") if both else column
        return tuple(items)

    def _star(self, star: exp.Star, table: str, scope: Scope, node: exp.Expr) -> list[Item]:
        every = tuple(_columns(scope, table))
        if not every:
            message = (
                f"`{table}` is no relation of this FROM" if table else "`*` needs a FROM with known columns"
            )
            self._refuse("PT129", message, node, "write each column")
        left_out = {folded(part.name) for part in star.args.get("except_") or ()}
        replaced = {folded(part.alias): part for part in star.args.get("replace") or ()}
        renamed = {folded(part.this.name): part.alias for part in star.args.get("rename") or ()}
        known = {folded(column.name) for column, _ in every}
        for name in sorted((left_out | set(replaced) | set(renamed)) - known):
            near = closest(name, known)
            label = f"did you mean `{near}`?" if near else None
            self._log.problems.append(
                self._tree.refusal(
                    "PT129", f"there is no column `{name}` behind the star", node, _KNOWN, label=label
                )
            )
        items: list[Item] = []
        for column, found in every:
            name = folded(column.name)
            if name in left_out:
                continue
            if name in replaced:
                made, repeated = self._expressions.output(replaced[name], scope)
                items.append(Item(replace(made, name=column.name), repeated, node))
                continue
            self._log.touch(facts_of(column))
            self._log.reads |= found.reads
            items.append(Item(replace(column, name=renamed.get(name, column.name)), found, node))
        return items

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> None:
        self._log.problems.append(self._tree.refusal(code, message, node, *fixes))


def _columns(scope: Scope, table: str) -> Iterator[tuple[LineageColumn, Found]]:
    """What a star stands for: each column of each relation, columns of USING once."""
    told: set[str] = set()
    for input in scope.inputs:
        if table and folded(input.alias) != folded(table):
            continue
        for column in input.columns:
            name = folded(column.name)
            merged = scope.merged.get(name)
            reads = column.origins if input.is_source else frozenset()
            if table or merged is None or folded(input.alias) not in merged.aliases:
                aliases = frozenset({folded(input.alias)})
                yield column, Found(facts_of(column), column, aliases, reads)
            elif name not in told:
                told.add(name)
                yield merged.column, Found(facts_of(merged.column), merged.column, merged.aliases, reads)
