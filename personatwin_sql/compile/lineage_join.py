"""The FROM of a SELECT: which relations it reads, how they are joined, and which rows that leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.lineage_condition import Conditions
from personatwin_sql.compile.lineage_expression import Expressions, QueryReader
from personatwin_sql.compile.lineage_facts import facts_of, is_unit, merged, together
from personatwin_sql.compile.lineage_log import Log
from personatwin_sql.compile.lineage_lookup import is_written, look_up_by
from personatwin_sql.compile.lineage_mixing import both, forget
from personatwin_sql.compile.lineage_scope import (
    AmbiguousName,
    Input,
    Merged,
    RelationSchema,
    Scope,
    renamed,
)
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree
from personatwin_sql.compile.sql_text import DECLARE
from personatwin_sql.errors import Diagnostic
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.frozen import dataclass

_FILTERING_KINDS: Final = frozenset({"SEMI", "ANTI"})


@dataclass(frozen=True)
class Rows:
    """How the rows of FROM relate to units: the inputs in which the key stands once for each unit."""

    one_row_per_unit: bool
    key: str = ""
    """The folded alias of the input whose unit no two rows share."""


class Joins:
    """Reads FROM clauses."""

    def __init__(
        self,
        tree: SelectTree,
        log: Log,
        relations: Mapping[str, RelationSchema],
        expressions: Expressions,
        read_query: QueryReader,
    ) -> None:
        self._tree = tree
        self._log = log
        self._relations = relations
        self._read_query = read_query
        self.conditions = Conditions(tree, log, expressions, read_query)

    def read(self, select: exp.Select, scope: Scope) -> Rows:
        """Fills the scope with what FROM brings."""
        clause = select.args.get("from_")
        if clause is None:
            return Rows(False)
        first = self._input(clause.this, scope)
        self._enter(first, clause.this, scope)
        rows = Rows(first.one_row_per_unit and first.unit is not None, folded(first.alias))
        for join in select.args.get("joins") or ():
            rows = self._join(join, scope, rows)
        return rows

    def _enter(self, input: Input, node: exp.Expr, scope: Scope) -> None:
        if input.alias and any(folded(input.alias) == folded(other.alias) for other in scope.inputs):
            message = f"two relations are called `{input.alias}` here"
            self._refuse("PT129", message, node, "give each its own alias: AS other_name")
        scope.inputs.append(input)
        if is_written(input):
            scope.written.add(folded(input.alias))
        scope.nodes[folded(input.alias)] = node
        scope.decided_by = together((scope.decided_by, input.decided_by))

    def _input(self, node: exp.Expr, scope: Scope) -> Input:
        alias = node.args.get("alias")
        name = alias.name if alias is not None else ""
        columns = [column.name for column in alias.args.get("columns") or ()] if alias is not None else []
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            found = self._table(node, scope)
            if found.is_source and columns:
                message = (
                    "a list of names takes columns by their places, and a source has those that are read"
                )
                self._refuse("PT125", message, node, "name each: SELECT column AS other_name")
            given = renamed(found.columns, columns)
            self._check_names(given, node)
            return replace(found, alias=name or node.name, columns=given)
        if isinstance(node, exp.Subquery | exp.Values):
            result = self._read_query(node, Scope(queries=scope.queries))
            given = renamed(result.columns, columns)
            self._check_names(given, node)
            name = name or f"\0{len(scope.inputs)}"  # it has a name that nobody can write
            return Input(name, given, result.one_row_per_unit, result.decided_by)
        self._refuse("PT128", "a table function is not taken in models", node, DECLARE)
        return Input(name, ())

    def _table(self, node: exp.Table, scope: Scope) -> Input:
        schema = node.text("db")
        if not schema:
            query = scope.queries.get(folded(node.name))
            if query is not None:
                return query
        written = f"{schema}.{node.name}" if schema else node.name
        found = self._relations.get(folded(written)) if schema else None
        if found is None:
            self._refuse_table(node, written, scope)
            return Input(node.name, ())
        self._log.reads |= found.reads
        self._log.filters |= found.filters
        self._log.merged_by |= found.merged_by
        decided_by = self._log.of_filters(found.filters)
        is_source = folded(schema) == "source"
        if is_source:
            self._log.sources_read.append(found)
        return Input(node.name, found.columns, found.one_row_per_unit, decided_by, is_source)

    def _refuse_table(self, node: exp.Table, written: str, scope: Scope) -> None:
        near = closest(written, scope.queries)
        label = f"did you mean `{near}`?" if near else None
        message = f"`{written}` comes from no ref(), source() or WITH of this model"
        fix = "name tables by {{ ref('…') }} and {{ source('…', '…') }} only: roles travel along them"
        self._log.problems.append(self._tree.refusal("PT128", message, node, fix, label=label))

    def _check_names(self, columns: tuple[LineageColumn, ...], node: exp.Expr) -> None:
        self._log.problems.extend(unusable_names(self._tree, columns, node))

    def _join(self, join: exp.Join, scope: Scope, rows: Rows) -> Rows:
        side, kind, method = join.side.upper(), join.kind.upper(), join.method.upper()
        if method not in ("", "NATURAL") or kind not in ("", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"):
            self._refuse(
                "PT125", f"{method or kind} JOIN cannot be followed", join, "join by equality of columns"
            )
        right = self._input(join.this, scope)
        before = dict(scope.merged)
        shared = (
            _common(scope, right)
            if method == "NATURAL"
            else [column.name for column in join.args.get("using") or ()]
        )
        keys = [both(name, scope, right) for name in shared]
        merged_units = [self._using(name, join, scope, right, f"{side} {kind}") for name in shared]
        self._enter(right, join.this, scope)
        for one, other in (pair for pair in keys if pair is not None):
            self.conditions.equal(one, other, scope, right)
            look_up_by(scope, together((one.facts, other.facts)), one.aliases | other.aliases)
        by_condition = self.conditions.read("JOIN", join.args.get("on"), scope, right)
        if kind in _FILTERING_KINDS:
            scope.inputs.pop()
            forget(scope, folded(right.alias))
            scope.merged = before
            return rows
        if side in ("LEFT", "FULL"):
            scope.may_miss.add(folded(right.alias))
        if side in ("RIGHT", "FULL"):
            scope.may_miss |= {folded(input.alias) for input in scope.inputs[:-1]}
        is_kept = side in ("", "LEFT") and right.one_row_per_unit and (any(merged_units) or by_condition)
        return replace(rows, one_row_per_unit=rows.one_row_per_unit and is_kept)

    def _using(self, name: str, join: exp.Join, scope: Scope, right: Input, kind: str) -> bool:
        """Merges a column of both sides; whether it is the unit of the right one."""
        other = right.find(name)
        try:
            found = scope.find(name, None)
        except AmbiguousName:
            found = None
        if found is None or found.column is None or other is None:
            self._refuse(
                "PT129", f"USING needs one column `{name}` on each side", join, "write JOIN … ON instead"
            )
            return False
        self._log.reads |= found.reads | (other.origins if right.is_source else frozenset())
        self._log.touch(found.facts)
        if not (is_unit(found.column) and is_unit(other)):
            facts = together((found.facts, facts_of(other)))
            self._log.filter("JOIN", facts, self._tree.place(join))
            scope.decided_by = together((scope.decided_by, facts))
        column = _merged(found.column, other, kind)
        scope.merged[folded(name)] = Merged(column, found.aliases | {folded(right.alias)})
        return right.unit is not None and right.unit == other

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> None:
        self._log.problems.append(self._tree.refusal(code, message, node, *fixes))


def unusable_names(
    tree: SelectTree, columns: tuple[LineageColumn, ...], node: exp.Expr
) -> Iterator[Diagnostic]:
    """Columns of a result that cannot be named: DuckDB would make up a name, or add a number to it."""
    items = node.expressions if isinstance(node, exp.Select) and not node.is_star else []
    seen: set[str] = set()
    for position, column in enumerate(columns):
        where = items[position] if items else node
        if not column.name:
            yield tree.refusal("PT130", f"column {position + 1} has no name", where, "name it: … AS name")
        elif folded(column.name) in seen:
            yield tree.refusal(
                "PT130", f"two columns are called `{column.name}`", where, "rename one: … AS name"
            )
        seen.add(folded(column.name))


def _common(scope: Scope, right: Input) -> list[str]:
    left = {folded(column.name) for input in scope.inputs for column in input.columns}
    return [column.name for column in right.columns if folded(column.name) in left]


def _merged(left: LineageColumn, right: LineageColumn, kind: str) -> LineageColumn:
    """The one column of USING: the left value, or the right one of a RIGHT JOIN, or either of a FULL one."""
    if "FULL" in kind:
        return merged(left, right, left.name)
    kept, other = (right, left) if "RIGHT" in kind else (left, right)
    return replace(kept, name=left.name, origins=kept.origins | other.origins)
