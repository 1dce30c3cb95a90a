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
from personatwin_sql.compile.aggregate.frame import Frame, is_unit_of
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
            return _of_values(node, Total(self._tree, lambda _: "text", lambda _: None))
        if not isinstance(node, exp.Select | exp.SetOperation):
            self._refuse("PT625", "this part of the SELECT cannot be followed", node, "write it as a SELECT")
        named = self.with_queries(node, named)
        self._no_limit(node)
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
            self.total(frame, named).check(condition)
        return frame

    def total(self, frame: Frame, named: Mapping[str, Flow]) -> Total:
        """The check of expressions over a frame."""

        def of_nobody(query: exp.Expr) -> None:
            if self.query(query, named).is_of_persons:
                message = (
                    "rows are chosen by a subquery over people: one of them decides on the rows of others"
                )
                self._refuse("PT623", message, query, "join the people on their unit instead")

        return Total(self._tree, frame.kind, of_nobody)

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
        return name, flow.renamed(columns)

    def _join(
        self, join: exp.Join, where: Sequence[exp.Expr], named: Mapping[str, Flow], frame: Frame
    ) -> None:
        side, kind = join.side.upper(), join.kind.upper()
        alias, flow = self._input(join.this, named, frame)
        on = list(conjuncts(join.args.get("on")))
        using = [column.name for column in join.args.get("using") or ()]
        if join.method.upper() == "NATURAL":
            known = {folded(fact.name) for input in frame.inputs.values() for fact in input.columns}
            using = [fact.name for fact in flow.columns if folded(fact.name) in known]
        filters = kind in ("SEMI", "ANTI")
        is_inner = side == "" and not filters
        tied = self._is_tied(using, on + (list(where) if is_inner else []), alias, flow, frame)
        left, right = frame.is_of_persons, flow.is_of_persons
        if left and right and not tied:
            message = "people are joined to people by something else than their unit"
            fix = "join on the unit: ON a.person_id = b.person_id"
            self._refuse("PT622", message, join.this, fix)
        kept_by_others = side == "FULL" and (left or right)
        kept_by_others |= side == "RIGHT" and left
        kept_by_others |= (side == "LEFT" or filters) and right and not left
        if kept_by_others:
            message = f"{side or kind} JOIN keeps rows that depend on who else is there"
            self._refuse("PT622", message, join.this, "put the people first, and write LEFT JOIN or JOIN")
        before = dict(frame.inputs)
        frame.inputs[alias] = flow
        if right and not left:
            frame.live = {alias}
        elif right and is_inner:
            frame.live.add(alias)
        for condition in on:
            self.total(frame, named).check(condition)
        if filters:
            frame.inputs = before
            frame.live.discard(alias)

    def _is_tied(
        self, using: Sequence[str], conditions: Sequence[exp.Expr], alias: str, flow: Flow, frame: Frame
    ) -> bool:
        """Whether `unit = unit` is among what must hold."""
        for name in using:
            fact, own = flow.find(name), frame.find(exp.column(name))
            if (
                fact is not None
                and fact.is_unit
                and own is not None
                and own[1].is_unit
                and own[0] in frame.live
            ):
                return True
        for condition in conditions:
            if not isinstance(condition, exp.EQ):
                continue
            for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
                if frame.is_unit(one) and is_unit_of(other, alias, flow, frame):
                    return True
        return False

    def _select(self, node: exp.Select, named: Mapping[str, Flow]) -> Flow:
        frame = self.frame(node, named)
        items = [(item, self._facts(item, frame)) for item in node.expressions]
        frame.names = {folded(fact.name): fact for _, facts in items for fact in facts}
        many = ManyRows(self._tree, frame, self.total(frame, named))
        self._check_keys(node, frame, many)
        self._check_distinct(node, frame, [fact for _, facts in items for fact in facts])
        having, qualify = node.args.get("having"), node.args.get("qualify")
        checked = [item for item, _ in items if not _is_star(item)]
        checked += [part.this for part in (having, qualify) if part is not None]
        for part in checked:
            many.check(part)
        return Flow(tuple(fact for _, facts in items for fact in facts), frame.is_of_persons)

    def _facts(self, item: exp.Expr, frame: Frame) -> list[Fact]:
        if not _is_star(item):
            value = item.this if isinstance(item, exp.Alias) else item
            kind = self.total(frame, {}).kind(value)
            return [Fact(item.alias_or_name, kind, frame.is_unit(value))]
        star = item.this if isinstance(item, exp.Column) else item
        if any(star.args.get(part) for part in ("replace", "rename")):
            self._refuse("PT625", "a star with REPLACE or RENAME is not followed", item, "write each column")
        left_out = {folded(part.name) for part in star.args.get("except_") or ()}
        only = folded(item.table) if isinstance(item, exp.Column) and item.table else None
        found: dict[str, Fact] = {}
        for alias, flow in frame.inputs.items():
            for fact in flow.columns:
                if only in (None, alias) and folded(fact.name) not in left_out:
                    is_unit = fact.is_unit and alias in frame.live
                    found.setdefault(folded(fact.name), Fact(fact.name, fact.kind, is_unit))
        return list(found.values())

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
            keys = [self._at_position(part, node) for part in group.expressions]
        if frame.is_of_persons and not any(frame.is_unit(key) for key in keys):
            message = "rows of several people become one before they are bounded"
            fix = "add the privacy unit to GROUP BY, or aggregate in the protected SELECT only"
            self._refuse("PT621", message, group if group is not None else node, fix)
        total = self.total(frame, {})
        for key in keys:
            total.check(key.this if isinstance(key, exp.Alias) else key)

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
        pairs = zip(left.columns, right.columns, strict=False)
        columns = tuple(
            Fact(one.name, one.kind if one.kind == other.kind else "text", one.is_unit and other.is_unit)
            for one, other in pairs
        )
        flow = Flow(columns, left.is_of_persons)
        if flow.is_of_persons and not flow.has_unit:
            message = f"{node.key.upper()} of rows that do not say of whom they are in the same column"
            self._refuse(
                "PT621", message, node.right, "select the privacy unit in the same place on both sides"
            )
        return flow

    def _no_limit(self, node: exp.Expr) -> None:
        for name in ("limit", "offset"):
            part = node.args.get(name)
            if part is not None:
                message = f"{name.upper()} keeps some people's rows because of others'"
                self._refuse("PT620", message, part, "leave it out")

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> NoReturn:
        raise Refused(self._tree.refusal(code, message, node, *fixes))


def _of_values(node: exp.Values, total: Total) -> Flow:
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    columns = []
    for at, cells in enumerate(zip(*rows, strict=False)):
        kinds = {total.kind(cell) for cell in cells} - {"null"}
        columns.append(Fact(f"col{at}", kinds.pop() if len(kinds) == 1 else "text"))
    return Flow(tuple(columns), is_of_persons=False)


def _is_star(item: exp.Expr) -> bool:
    return isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))
