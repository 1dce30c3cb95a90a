"""What an expression tells of people: the strictest role of everything that it is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from sqlglot import exp

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.lineage_facts import NOTHING, Facts, expression, facts_of, is_unit, together
from personatwin_sql.compile.lineage_log import Log
from personatwin_sql.compile.lineage_mixing import is_unit_of_each_row
from personatwin_sql.compile.lineage_scope import AmbiguousName, Found, Scope
from personatwin_sql.compile.sql_functions import AGGREGATES, ORDERED_AGGREGATES, ORDERED_WINDOWS
from personatwin_sql.compile.sql_reader import SelectTree
from personatwin_sql.compile.sql_types import hierarchy_after_cast, is_lossless, kind_of, type_of
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.role import Role

QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_LEAVES: Final = (exp.Literal, exp.Boolean, exp.Null, exp.Identifier, exp.Var, exp.DataType)


@dataclass(frozen=True)
class Result:
    """What a query gives: columns, and whether a unit can have two rows."""

    columns: tuple[LineageColumn, ...]
    one_row_per_unit: bool = False
    decided_by: Facts = NOTHING
    is_own: bool = False
    """Whether it has no values of other persons than the one of the outer row."""


class QueryReader(Protocol):
    """Reads a query inside an expression."""

    def __call__(self, node: exp.Expr, outer: Scope | None) -> Result: ...


class Expressions:
    """Reads the expressions of one model."""

    def __init__(self, tree: SelectTree, log: Log, read_query: QueryReader) -> None:
        self._tree = tree
        self._log = log
        self._read_query = read_query

    def output(self, node: exp.Expr, scope: Scope) -> tuple[LineageColumn, Found | None]:
        """The column that an item of a SELECT list gives, and the column that it merely repeats."""
        value = node.this if isinstance(node, exp.Alias) else node
        name = node.alias_or_name if isinstance(node, exp.Alias | exp.Column) else ""
        found = self.bare(value, scope)
        if found is not None and found.column is not None:
            is_renamed = isinstance(node, exp.Alias)
            return replace(found.column, name=name if is_renamed else found.column.name), found
        facts = self.facts(value, scope)
        if self.is_of_many_rows(value):
            facts = together((facts, scope.grouped_by, scope.decided_by))
        return expression(name, facts, self.type_of(value, scope)), None

    def bare(self, node: exp.Expr, scope: Scope, with_aliases: bool = False) -> Found | None:
        """The column that an expression is, renamed or cast without loss at most; None for any other."""
        if isinstance(node, exp.Paren):
            return self.bare(node.this, scope, with_aliases)
        if type(node) is exp.Cast:
            found = self.bare(node.this, scope, with_aliases)
            column = found.column if found is not None else None
            if found is None or column is None or not is_lossless(column.type, node.to):
                return None
            kind = kind_of(node.to)
            hierarchy = hierarchy_after_cast(column.hierarchy, column.type, kind)
            is_expression = column.is_expression or (hierarchy is None and column.hierarchy is not None)
            cast = replace(column, hierarchy=hierarchy, type=kind, is_expression=is_expression)
            if hierarchy is None:
                cast = replace(cast, hierarchy_name=None)
            return replace(found, facts=facts_of(cast), column=cast)
        if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
            return self._found(node, scope, with_aliases)
        return None

    def facts(self, node: exp.Expr, scope: Scope, with_aliases: bool = False) -> Facts:
        """All inputs of an expression as one, those of its subqueries included."""
        if isinstance(node, _LEAVES) or (isinstance(node, exp.Count) and self._counts_units(node, scope)):
            return NOTHING
        if isinstance(node, exp.Column | exp.Star):
            return self._named(node, scope, with_aliases)
        if isinstance(node, QUERIES) or (isinstance(node, exp.Exists) and _selects_nothing(node.this)):
            return self._subquery(node, scope)
        if isinstance(node, exp.Window):
            return self._window(node, scope, with_aliases)
        self._check_order(node)
        parts = list(node.iter_expressions())
        if isinstance(node, exp.PropertyEQ) and isinstance(node.this, exp.Identifier):
            parts = [node.expression]  # {key: value}: the key is a name, not a column
        return together(self.facts(part, scope, with_aliases) for part in parts)

    def _named(self, node: exp.Column | exp.Star, scope: Scope, with_aliases: bool) -> Facts:
        is_plain_count = isinstance(node.parent, exp.Count) and not any(node.args.values())
        if isinstance(node, exp.Star) and is_plain_count:
            return NOTHING
        if isinstance(node, exp.Star) or isinstance(node.this, exp.Star):
            self._refuse("PT125", "`*` inside an expression cannot be followed", node, "write each column")
            return NOTHING
        found = self._found(node, scope, with_aliases)
        return found.facts if found is not None else NOTHING

    def _subquery(self, node: exp.Expr, scope: Scope) -> Facts:
        """Everything that a subquery reads; of EXISTS (SELECT * …) only what decides its rows."""
        if isinstance(node, exp.Exists):
            with self._log.untouched():
                result = self._read_query(node.this, scope)
            facts = result.decided_by
        else:
            with self._log.all_touched() as gathered:
                result = self._read_query(node, scope)
            facts = together((*gathered, result.decided_by))
        if facts.is_personal and not result.is_own:
            self._log.mix(self._tree.place(node))
        return facts

    def _found(self, node: exp.Column, scope: Scope, with_aliases: bool) -> Found | None:
        name, table = node.name, node.table or None
        try:
            found = scope.find(name, table, with_aliases)
        except AmbiguousName:
            self._refuse("PT129", f"several relations have a column `{name}`", node, f"write relation.{name}")
            return None
        if found is None:
            near = closest(name, scope.names())
            written = f"{table}.{name}" if table else name
            label = f"did you mean `{near}`?" if near and near != name else None
            message = f"there is no column `{written}` here"
            fix = "columns come from the domain and from the models that are read"
            self._log.problems.append(self._tree.refusal("PT129", message, node, fix, label=label))
            return None
        self._log.touch(found.facts)
        self._log.reads |= found.reads
        return found

    def _counts_units(self, node: exp.Count, scope: Scope) -> bool:
        """count(unit) and count(DISTINCT unit) count people: they tell no more of a person than count(*)."""
        counted = node.this
        if isinstance(counted, exp.Distinct) and len(counted.expressions) == 1:
            counted = counted.expressions[0]
        if not isinstance(counted, exp.Column) or node.expressions:
            return False
        with self._log.untouched():
            problems = len(self._log.problems)
            found = self.bare(counted, scope)
            del self._log.problems[problems:]
        return found is not None and is_unit(found.column)

    def _window(self, node: exp.Window, scope: Scope, with_aliases: bool) -> Facts:
        windows = scope.window_and_those_it_extends(node)
        missing = windows[-1].args.get("alias")
        if missing is not None:
            fix = "define it: WINDOW name AS (PARTITION BY … ORDER BY …)"
            self._refuse("PT129", f"there is no window `{missing.name}` here", node, fix)
        order = next((window.args["order"] for window in windows if window.args.get("order")), None)
        function = next((name for part in node.this.walk() if (name := self._tree.function(part))), "")
        if function in ORDERED_WINDOWS and order is None:
            message = f"{function}() without ORDER BY takes the rows as they happen to lie"
            self._refuse("PT131", message, node, "add ORDER BY inside OVER (…)")
        inputs = [self.facts(node.this, scope, with_aliases)]
        is_own = not inputs[0].is_personal
        for window in windows:
            for key in window.args.get("partition_by") or ():
                found = self.bare(key, scope, with_aliases)
                is_own |= is_unit_of_each_row(scope, found)
                if found is not None and is_unit(found.column):
                    continue
                inputs.append(self._used("PARTITION BY", key, scope, with_aliases))
            if window.args.get("order"):
                inputs.extend(
                    self._used("ORDER BY", key.this, scope, with_aliases)
                    for key in window.args["order"].expressions
                )
            if window.args.get("spec"):
                inputs.append(self.facts(window.args["spec"], scope, with_aliases))
        if not is_own:
            self._log.mix(self._tree.place(node))
        return together(inputs)

    def _used(self, clause: str, node: exp.Expr, scope: Scope, with_aliases: bool) -> Facts:
        facts = self.facts(node, scope, with_aliases)
        if facts.role == Role.DIRECT_IDENTIFIER:
            self._log.use(f"{clause} of a window", facts, self._tree.place(node))
        return facts

    def _check_order(self, node: exp.Expr) -> None:
        function = self._tree.function(node)
        if function not in ORDERED_AGGREGATES or isinstance(node.parent, exp.Window):
            return
        if any(isinstance(part, exp.Order) for part in _outside_queries(node)):
            return
        if isinstance(node.parent, exp.WithinGroup):
            return
        message = f"{function}() without ORDER BY takes the rows as they happen to lie"
        self._refuse("PT131", message, node, f"write {function}(… ORDER BY …)")

    def is_of_many_rows(self, node: exp.Expr) -> bool:
        """Whether an expression aggregates or looks through a window, its subqueries left aside."""
        return any(isinstance(part, exp.Window) or self.is_aggregate(part) for part in _outside_queries(node))

    def has_aggregate(self, node: exp.Expr) -> bool:
        """Whether an expression holds an aggregate that is not the function of a window."""
        return any(
            self.is_aggregate(part) and not isinstance(_above_modifiers(part), exp.Window)
            for part in _outside_queries(node)
        )

    def is_aggregate(self, node: exp.Expr) -> bool:
        return isinstance(node, exp.AggFunc) or self._tree.function(node) in AGGREGATES

    def type_of(self, node: exp.Expr, scope: Scope) -> str:
        """The kind of value, for the hierarchy that the model may name."""

        def of_column(column: exp.Expr) -> str:
            try:
                found = scope.find(column.name, column.text("table") or None)
            except AmbiguousName:
                return "text"
            return found.column.type if found is not None and found.column is not None else "text"

        kind = type_of(node, of_column, self._tree.function)
        return kind if kind not in ("interval", "other") else "text"

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> None:
        self._log.problems.append(self._tree.refusal(code, message, node, *fixes))


def _selects_nothing(query: exp.Expr) -> bool:
    """Whether a SELECT list is `*` or constants: what EXISTS asks is then only whether there are rows."""
    query = query.this if isinstance(query, exp.Subquery) else query
    return isinstance(query, exp.Select) and all(
        isinstance(item, exp.Star | exp.Literal) for item in query.expressions
    )


def _above_modifiers(node: exp.Expr) -> exp.Expr | None:
    while isinstance(node.parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        if node.arg_key != "this":
            break
        node = node.parent
    return node.parent if node.arg_key == "this" else None


def _outside_queries(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, QUERIES):
        return
    yield node
    for part in node.iter_expressions():
        yield from _outside_queries(part)
