"""A whole query, clause by clause: what its columns are, and what decides which rows it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlglot import exp

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.lineage_expression import Expressions, Result
from personatwin_sql.compile.lineage_facts import (
    NOTHING,
    Facts,
    expression,
    facts_of,
    is_unit,
    merged,
    together,
)
from personatwin_sql.compile.lineage_items import Item, Items
from personatwin_sql.compile.lineage_join import Joins, unusable_names
from personatwin_sql.compile.lineage_log import Log
from personatwin_sql.compile.lineage_mixing import is_about_nobody, strays
from personatwin_sql.compile.lineage_rows import Key, one_row_per_unit
from personatwin_sql.compile.lineage_scope import Input, RelationSchema, Scope, renamed
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree
from personatwin_sql.spec.role import Role


class Queries:
    """Reads the queries of one model, outermost first."""

    def __init__(self, tree: SelectTree, log: Log, relations: Mapping[str, RelationSchema]) -> None:
        self._tree = tree
        self._log = log
        self._expressions = Expressions(tree, log, self.read)
        self._joins = Joins(tree, log, relations, self._expressions, self.read)
        self._items = Items(tree, log, self._expressions)

    def read(self, node: exp.Expr, outer: Scope | None = None) -> Result:
        """What a query gives; `outer` holds the names that a subquery sees beside its own."""
        if isinstance(node, exp.Subquery):
            return self.read(node.this, outer)
        if isinstance(node, exp.Values):
            return self._values(node, outer)
        if not isinstance(node, exp.Select | exp.SetOperation):
            self._refuse("PT125", "this part of the SELECT cannot be followed", node, "write it as a SELECT")
            return Result(())
        scope = Scope(outer=outer, queries=self._with(node, outer))
        return self._select(node, scope) if isinstance(node, exp.Select) else self._set_operation(node, scope)

    def _with(self, node: exp.Expr, outer: Scope | None) -> Mapping[str, Input]:
        queries = dict(outer.queries) if outer is not None else {}
        clause = node.args.get("with_")
        for query in clause.expressions if clause is not None else ():
            alias = query.args["alias"]
            result = self.read(query.this, Scope(queries=queries))
            columns = renamed(result.columns, [column.name for column in alias.args.get("columns") or ()])
            self._log.problems.extend(unusable_names(self._tree, columns, alias))
            queries = {
                **queries,
                folded(alias.name): Input(alias.name, columns, result.one_row_per_unit, result.decided_by),
            }
        return queries

    def _values(self, node: exp.Values, outer: Scope | None) -> Result:
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
        scope = Scope(outer=outer, queries=outer.queries if outer is not None else {})
        columns = []
        for position, cells in enumerate(zip(*rows, strict=False)):
            facts = together(self._expressions.facts(cell, scope) for cell in cells)
            kinds = {self._expressions.type_of(cell, scope) for cell in cells} - {"null"}
            columns.append(expression(f"col{position}", facts, kinds.pop() if len(kinds) == 1 else "text"))
        return Result(tuple(columns), is_own=True)

    def _set_operation(self, node: exp.SetOperation, scope: Scope) -> Result:
        left, right = self.read(node.left, scope), self.read(node.right, scope)
        if len(left.columns) != len(right.columns):
            message = f"{node.key.upper()} of {len(left.columns)} and {len(right.columns)} columns"
            self._refuse("PT129", message, node.right, "select the same columns on both sides")
        pairs = tuple(zip(left.columns, right.columns, strict=False))
        both = [column for pair in pairs for column in pair]
        is_union = isinstance(node, exp.Union)
        columns = tuple(merged(one, other, one.name) if is_union else one for one, other in pairs)
        if is_union:
            facts = self._apart("UNION", both, node.right) if node.args.get("distinct") else NOTHING
        else:
            facts = together(
                facts_of(column) for pair in pairs for column in pair if not all(map(is_unit, pair))
            )
            self._log.filter(node.key.upper(), facts, self._tree.place(node.right))
        scope.decided_by = together((left.decided_by, right.decided_by, facts))
        scope.aliases = {folded(column.name): column for column in columns}
        self._order_and_limit(node, columns, scope)
        units = [column for column in columns if column.role == Role.PRIVACY_UNIT]
        is_kept = not is_union and left.one_row_per_unit and len(units) == 1 and is_unit(units[0])
        return Result(columns, is_kept, scope.decided_by, left.is_own and right.is_own)

    def _apart(self, clause: str, columns: Sequence[LineageColumn], node: exp.Expr) -> Facts:
        """What tells rows apart where doubles are dropped: a name decides how many rows there are."""
        self._log.merge([facts_of(column) for column in columns])
        telling = together(facts_of(column) for column in columns if column.role == Role.DIRECT_IDENTIFIER)
        self._log.filter(clause, telling, self._tree.place(node))
        return telling

    def _select(self, node: exp.Select, scope: Scope) -> Result:
        scope.windows = {folded(window.name): window for window in node.args.get("windows") or ()}
        rows = self._joins.read(node, scope)
        early = self._items.read(node, scope) if _needs_items_early(node) else ()
        where = node.args.get("where")
        self._joins.conditions.read("WHERE", where.this if where is not None else None, scope)
        for stray in strays(scope):
            self._log.mix(self._tree.place(scope.nodes[folded(stray.alias)]))
        keys = self._keys(node, early, scope)
        items = self._items.read(node, scope)
        for clause in ("having", "qualify"):
            part = node.args.get(clause)
            self._joins.conditions.read(clause.upper(), part.this if part is not None else None, scope)
        columns = tuple(item.column for item in items)
        distinct_on = self._distinct(node, columns, scope)
        self._order_and_limit(node, columns, scope, distinct_on)
        is_kept = one_row_per_unit(node, items, scope, rows, keys, distinct_on, self._expressions)
        is_own = scope.is_of_outer or is_about_nobody(scope)
        return Result(columns, is_kept, scope.decided_by, is_own)

    def _keys(self, node: exp.Select, items: tuple[Item, ...], scope: Scope) -> tuple[Key, ...]:
        """The keys of GROUP BY; the scope learns what they tell about an aggregate.

        A count for each person tells of the person, not of the other keys that only repeat the person's
        attributes; a sensitive key or a name always shows in the count.
        """
        group = node.args.get("group")
        if group is None:
            return ()
        if group.args.get("all"):
            chosen = [item for item in items if not self._expressions.has_aggregate(item.node)]
            keys = tuple(Key(facts_of(item.column), item.unit, item.node) for item in chosen)
        else:
            keys = tuple(self._key(part, items, scope) for part in _parts(group.expressions))
        self._log.merge([key.facts for key in keys])
        has_unit = any(key.unit is not None for key in keys)
        telling = []
        for key in keys:
            if key.unit is not None or (has_unit and key.facts.role == Role.QUASI_IDENTIFIER):
                continue
            telling.append(key.facts)
            if key.facts.role == Role.DIRECT_IDENTIFIER:
                self._log.filter("GROUP BY", key.facts, self._tree.place(key.node))
                scope.decided_by = together((scope.decided_by, key.facts))
            else:
                self._log.use("GROUP BY", key.facts, self._tree.place(key.node))
        scope.grouped_by = together(telling)
        return keys

    def _key(self, node: exp.Expr, items: tuple[Item, ...], scope: Scope) -> Key:
        item = _at_position(node, items)
        if item is not None:
            return Key(facts_of(item.column), item.unit, item.node)
        found = self._expressions.bare(node, scope)
        unit = found if found is not None and is_unit(found.column) else None
        return Key(self._expressions.facts(node, scope), unit, node)

    def _distinct(self, node: exp.Select, columns: Sequence[LineageColumn], scope: Scope) -> tuple[Key, ...]:
        """DISTINCT, and the keys of DISTINCT ON."""
        distinct = node.args.get("distinct")
        if distinct is None:
            return ()
        on = distinct.args.get("on")
        if on is None:
            scope.decided_by = together((scope.decided_by, self._apart("DISTINCT", columns, node)))
            return ()
        if node.args.get("order") is None:
            fix = "add ORDER BY: it says which row is kept"
            self._refuse(
                "PT131", "DISTINCT ON without ORDER BY keeps the row that happens to come first", on, fix
            )
        keys = []
        for part in on.expressions if isinstance(on, exp.Tuple) else [on]:
            found = self._expressions.bare(part, scope, with_aliases=True)
            unit = found if found is not None and is_unit(found.column) else None
            facts = self._expressions.facts(part, scope, with_aliases=True)
            keys.append(Key(facts, unit, part))
        facts = together(key.facts for key in keys if key.unit is None)
        self._log.filter("DISTINCT ON", facts, self._tree.place(on))
        scope.decided_by = together((scope.decided_by, facts))
        return tuple(keys)

    def _order_and_limit(
        self,
        node: exp.Expr,
        columns: Sequence[LineageColumn],
        scope: Scope,
        distinct_on: tuple[Key, ...] = (),
    ) -> None:
        """ORDER BY has a say where LIMIT or DISTINCT ON keeps the first rows only."""
        order = node.args.get("order")
        limits = [part for name in ("limit", "offset") if (part := node.args.get(name)) is not None]
        chooses = bool(limits or distinct_on)
        for part in order.expressions if order is not None else ():
            if distinct_on and not limits and self._is_unit_of(part.this, distinct_on, scope):
                continue
            facts = self._order_facts(part.this, columns, scope)
            place = self._tree.place(part)
            if chooses:
                self._log.filter("ORDER BY", facts, place)
                scope.decided_by = together((scope.decided_by, facts))
            elif facts.role == Role.DIRECT_IDENTIFIER:
                self._log.use("ORDER BY", facts, place)
        for limit in limits:
            self._limit(limit, order is None)

    def _is_unit_of(self, node: exp.Expr, keys: tuple[Key, ...], scope: Scope) -> bool:
        found = self._expressions.bare(node, scope, with_aliases=True)
        return found is not None and any(
            key.unit is not None and key.unit.column == found.column for key in keys
        )

    def _order_facts(self, node: exp.Expr, columns: Sequence[LineageColumn], scope: Scope) -> Facts:
        if isinstance(node, exp.Var):
            return together(facts_of(column) for column in columns)
        position = _position(node)
        if position is not None:
            return facts_of(columns[position - 1]) if 0 < position <= len(columns) else NOTHING
        facts = self._expressions.facts(node, scope, with_aliases=True)
        return together((facts, scope.grouped_by)) if self._expressions.is_of_many_rows(node) else facts

    def _limit(self, limit: exp.Expr, is_unordered: bool) -> None:
        self._log.limits.append(self._tree.place(limit))
        word = type(limit).__name__.upper()
        if _position(limit.expression) is None:
            self._refuse("PT125", f"{word} takes a whole number here", limit, "write the number")
        if is_unordered:
            fix = "add ORDER BY with columns that leave no ties"
            self._refuse(
                "PT131", f"{word} without ORDER BY keeps the rows that happen to come first", limit, fix
            )

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> None:
        self._log.problems.append(self._tree.refusal(code, message, node, *fixes))


def _needs_items_early(node: exp.Select) -> bool:
    """Whether WHERE or GROUP BY may speak of the SELECT list: by alias, by position, or by ALL."""
    group = node.args.get("group")
    if group is not None and (
        group.args.get("all") or any(_position(part) for part in _parts(group.expressions))
    ):
        return True
    aliases = {folded(part.alias) for part in node.expressions if isinstance(part, exp.Alias)}
    clauses = [clause for clause in (group, node.args.get("where")) if clause is not None]
    return any(folded(column.name) in aliases for clause in clauses for column in clause.find_all(exp.Column))


def _parts(keys: Iterable[exp.Expr]) -> Iterator[exp.Expr]:
    """The keys of GROUP BY, those of several sets one by one."""
    for key in keys:
        if isinstance(key, exp.GroupingSets | exp.Rollup | exp.Cube | exp.Tuple):
            yield from _parts(key.expressions)
        else:
            yield key


def _position(node: exp.Expr) -> int | None:
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
        return int(node.this)
    return None


def _at_position(node: exp.Expr, items: tuple[Item, ...]) -> Item | None:
    position = _position(node)
    return items[position - 1] if position is not None and 0 < position <= len(items) else None
