"""Whether each node between the sources and an aggregate keeps persons apart: what does not is refused.

An allow-list. A row belongs to the person of its unit column through projections, filters by the row alone,
groups and windows that include the unit, joins on the unit and joins to what is public. Everything else would
let one person change the rows of others, before any bound on contributions could help.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Fact, Flow, Refused
from personatwin_sql.compile.aggregate.frame import Frame
from personatwin_sql.compile.aggregate.growth import MOST_COPIES, expressions_of
from personatwin_sql.compile.aggregate.joins import FILTERING, Joined, enter
from personatwin_sql.compile.aggregate.kinds import UNKNOWN, joined
from personatwin_sql.compile.aggregate.many_rows import ManyRows
from personatwin_sql.compile.aggregate.total import Total
from personatwin_sql.compile.lineage_condition import conjuncts
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree

Relations = Callable[[str, exp.Table, SelectTree], Flow]
"""The relation of a rendered name such as `private.stg_events`; raises Refused."""


class Stability:
    """Reads the queries of one model."""

    def __init__(self, tree: SelectTree, relations: Relations) -> None:
        self._tree = tree
        self._relations = relations

    def query(self, node: exp.Expr, named: Mapping[str, Flow]) -> Flow:
        """What a query gives; `named` are the WITH queries that it sees."""
        if isinstance(node, exp.Subquery):
            return self.query(node.this, named)
        if isinstance(node, exp.Values):
            return self._of_values(node)
        if not isinstance(node, exp.Select | exp.SetOperation):
            self._refuse("PT625", "this part of the SELECT cannot be followed", node, "write it as a SELECT")
        named = self.with_queries(node, named)
        self._no_limit(node)
        self._order_of_names(node)
        return self._select(node, named) if isinstance(node, exp.Select) else self._set_operation(node, named)

    def with_queries(self, node: exp.Expr, named: Mapping[str, Flow]) -> Mapping[str, Flow]:
        clause = node.args.get("with_")
        for query in clause.expressions if clause is not None else ():
            alias = query.args["alias"]
            flow = self.query(query.this, named)
            flow = flow.renamed(column.name for column in alias.args.get("columns") or ())
            named = {**named, folded(alias.name): flow}
        return named

    def frame(self, node: exp.Select, named: Mapping[str, Flow]) -> Frame:
        """FROM and WHERE of a SELECT, checked."""
        frame = Frame(windows={folded(window.name): window for window in node.args.get("windows") or ()})
        clause, where = node.args.get("from_"), node.args.get("where")
        if clause is not None:
            alias, flow = self._input(clause.this, named, frame)
            frame.inputs[alias] = flow
            frame.live = {alias} if flow.is_of_persons else set()
        conditions = list(conjuncts(where.this if where is not None else None))
        for join in node.args.get("joins") or ():
            self._join(join, conditions, named, frame)
        for condition in conditions:
            self.total(frame, named).condition(condition)
        for part in expressions_of(node):
            self._no_growth(part, frame)
        return frame

    def _no_growth(self, node: exp.Expr, frame: Frame) -> int:
        found = frame.copies(node)
        if found > MOST_COPIES:
            message = "texts are put together so often that they can grow past any memory"
            self._refuse("PT627", message, node, f"put at most {MOST_COPIES} together")
        return found

    def total(self, frame: Frame, named: Mapping[str, Flow]) -> Total:
        """The check of expressions over a frame."""
        return Total(self._tree, frame.kind, self._listed(named))

    def _listed(self, named: Mapping[str, Flow]) -> Callable[[exp.Expr], Sequence[str]]:
        """The kinds of what `IN (SELECT …)` lists; raises Refused where that is of people."""

        def of_nobody(query: exp.Expr) -> Sequence[str]:
            flow = self.query(query, named)
            if flow.is_of_persons:
                message = (
                    "rows are chosen by a subquery over people: one of them decides on the rows of others"
                )
                self._refuse("PT623", message, query, "join the people on their unit instead")
            return [fact.kind for fact in flow.columns]

        return of_nobody

    def _input(self, node: exp.Expr, named: Mapping[str, Flow], frame: Frame) -> tuple[str, Flow]:
        alias = node.args.get("alias")
        name = folded(alias.name) if alias is not None else ""
        columns = [column.name for column in alias.args.get("columns") or ()] if alias is not None else []
        if isinstance(node, exp.Table):
            written = f"{node.text('db')}.{node.name}" if node.text("db") else node.name
            flow = named.get(folded(node.name)) if not node.text("db") else None
            if flow is None:
                flow = self._relations(written, node, self._tree)
            name = name or folded(node.name)
        else:
            flow = self.query(node, named)
            name = name or f"\0{len(frame.inputs)}"
        if flow.is_of_persons and not flow.has_unit:
            message = "these rows are of people, but no column says of whom"
            self._refuse("PT621", message, node, "carry the privacy unit along: add it to the SELECT")
        given = flow.renamed(columns)
        names = [folded(fact.name) for fact in given.columns]
        if len(set(names)) < len(names):
            message = "two columns have one name here, and the engine takes one of them"
            self._refuse("PT625", message, node, "write each column, and give each its own name")
        return name, given

    def _join(
        self, join: exp.Join, where: Sequence[exp.Expr], named: Mapping[str, Flow], frame: Frame
    ) -> None:
        alias, flow = self._input(join.this, named, frame)
        before = dict(frame.inputs)
        enter(self._tree, Joined(join, alias, flow, where), frame)
        for condition in conjuncts(join.args.get("on")):
            self.total(frame, named).condition(condition)
        if join.kind.upper() in FILTERING:
            frame.inputs = before
            frame.live.discard(alias)

    def _select(self, node: exp.Select, named: Mapping[str, Flow]) -> Flow:
        frame = self.frame(node, named)
        many = ManyRows(self._tree, frame, self._listed(named))
        facts: list[Fact] = []
        for item in node.expressions:
            found = self._facts(item, frame, many)
            facts += found
            for fact in found:
                frame.names.setdefault(folded(fact.name), fact)
        self._check_keys(node, frame, many)
        self._check_distinct(node, frame, facts)
        for clause in ("having", "qualify"):
            if (part := node.args.get(clause)) is not None:
                many.total.condition(part.this)
        order = node.args.get("order")
        for part in order.expressions if order is not None else ():
            if not isinstance(part.this, exp.Var):
                many.total.kind(part.this)
        return Flow(tuple(facts), frame.is_of_persons)

    def _facts(self, item: exp.Expr, frame: Frame, many: ManyRows) -> list[Fact]:
        if not _is_star(item):
            value = item.this if isinstance(item, exp.Alias) else item
            kind = many.total.kind(value)
            kind, origin = UNKNOWN if kind == "null" else kind, frame.origin(value)
            grown = self._no_growth(value, frame)
            return [Fact(item.alias_or_name, kind, frame.is_unit(value), origin, grown)]
        star = item.this if isinstance(item, exp.Column) else item
        if any(star.args.get(part) for part in ("replace", "rename")):
            self._refuse("PT625", "a star with REPLACE or RENAME is not followed", item, "write each column")
        left_out = {folded(part.name) for part in star.args.get("except_") or ()}
        only = folded(item.table) if isinstance(item, exp.Column) and item.table else None
        return [fact for fact in frame.behind_star(only) if folded(fact.name) not in left_out]

    def _check_keys(self, node: exp.Select, frame: Frame, rows: ManyRows) -> None:
        """The keys of GROUP BY: the unit is among them, so that rows of one person become one."""
        group = node.args.get("group")
        many = [item for item in node.expressions if rows.has_aggregate(item)]
        if group is None and not many and node.args.get("having") is None:
            return
        keys: list[exp.Expr] = []
        if group is not None and group.args.get("all"):
            keys = [item for item in node.expressions if item not in many]
        elif group is not None:
            flat = [
                one
                for part in group.expressions
                for one in (part.expressions if isinstance(part, exp.Tuple) else [part])
            ]
            keys = [self._at_position(part, node) for part in flat]
            several = next(
                (key for key in keys if isinstance(key, exp.GroupingSets | exp.Rollup | exp.Cube)), None
            )
            if several is not None:
                message = "sets of keys put rows of several people together"
                self._refuse("PT621", message, several, "write them in the protected SELECT only")
        if frame.is_of_persons and not any(frame.is_unit(key) for key in keys):
            message = "rows of several people become one before they are bounded"
            fix = "add the privacy unit to GROUP BY, or aggregate in the protected SELECT only"
            self._refuse("PT621", message, group if group is not None else node, fix)
        for key in keys:
            rows.one.kind(key)

    def _at_position(self, part: exp.Expr, node: exp.Select) -> exp.Expr:
        if isinstance(part, exp.Literal) and not part.is_string and part.this.isdigit():
            at = int(part.this) - 1
            if 0 <= at < len(node.expressions):
                found: exp.Expr = node.expressions[at]
                return found
        return part

    def _check_distinct(self, node: exp.Select, frame: Frame, facts: Sequence[Fact]) -> None:
        distinct = node.args.get("distinct")
        if distinct is None:
            return
        if distinct.args.get("on") is not None:
            message = "DISTINCT ON keeps one of several rows: which one can depend on how rows happen to lie"
            fix = "aggregate per person: GROUP BY person_id, with min(), max() or count()"
            self._refuse("PT624", message, node, fix)
        if frame.is_of_persons and not any(fact.is_unit for fact in facts):
            fix = "select the privacy unit too, or leave DISTINCT out"
            self._refuse("PT621", "DISTINCT makes one row of several people", node, fix)

    def _set_operation(self, node: exp.SetOperation, named: Mapping[str, Flow]) -> Flow:
        left, right = self.query(node.left, named), self.query(node.right, named)
        if left.is_of_persons != right.is_of_persons:
            message = "rows of people and rows of nobody are put together"
            self._refuse("PT622", message, node.right, "join what is public instead")
        pairs = list(zip(left.columns, right.columns, strict=False))
        if left.is_of_persons and not any(one.is_unit and other.is_unit for one, other in pairs):
            message = f"{node.key.upper()} of rows that do not say of whom they are in the same column"
            fix = "select the privacy unit in the same place on both sides"
            self._refuse("PT621", message, node.right, fix)
        return Flow(tuple(self._merged(one, other, node) for one, other in pairs), left.is_of_persons)

    def _merged(self, one: Fact, other: Fact, node: exp.SetOperation) -> Fact:
        kind = joined("unit" if fact.is_unit else fact.kind for fact in (one, other))
        if kind is None:
            message = f"`{one.name}` is of different kinds on the two sides: one is cast, and that can fail"
            self._refuse("PT628", message, node.right, "cast it yourself: TRY_CAST(… AS …)")
        origin = one.origin if one.origin == other.origin else None
        return Fact(one.name, kind, one.is_unit and other.is_unit, origin, max(one.copies, other.copies))

    def _order_of_names(self, node: exp.Expr) -> None:
        """ORDER BY after UNION takes names and places; that of a SELECT is read with it."""
        order = node.args.get("order")
        for part in order.expressions if order is not None and isinstance(node, exp.SetOperation) else ():
            if not isinstance(part.this, exp.Column | exp.Literal | exp.Var):
                self._refuse("PT627", "an order by an expression could fail", part, "leave ORDER BY out")

    def _no_limit(self, node: exp.Expr) -> None:
        for name in ("limit", "offset"):
            part = node.args.get(name)
            if part is not None:
                message = f"{name.upper()} keeps some people's rows because of others'"
                self._refuse("PT620", message, part, "leave it out")

    def _of_values(self, node: exp.Values) -> Flow:
        total = Total(self._tree, lambda _: None, self._listed({}))
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
        columns = []
        for at, cells in enumerate(zip(*rows, strict=False)):
            kind = joined(total.kind(cell) for cell in cells)
            if kind is None:
                self._refuse(
                    "PT628", "VALUES of different kinds stand in one column", cells[0], "write one kind"
                )
            columns.append(Fact(f"col{at}", UNKNOWN if kind == "null" else kind))
        return Flow(tuple(columns), is_of_persons=False)

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> NoReturn:
        raise Refused(self._tree.refusal(code, message, node, *fixes))


def _is_star(item: exp.Expr) -> bool:
    return isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))
