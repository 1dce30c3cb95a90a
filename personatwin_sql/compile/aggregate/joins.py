"""Joins that keep persons apart: on the unit, or to what is public; nobody is kept because of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Flow, Refused
from personatwin_sql.compile.aggregate.frame import Frame, is_unit_of
from personatwin_sql.compile.aggregate.kinds import UNKNOWN, joined
from personatwin_sql.compile.lineage_condition import conjuncts
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree
from personatwin_sql.frozen import dataclass

FILTERING: Final = ("SEMI", "ANTI")


@dataclass(frozen=True)
class Joined:
    """A relation that a join brings, and the conditions of WHERE."""

    node: exp.Join
    alias: str
    flow: Flow
    where: Sequence[exp.Expr]

    @property
    def side(self) -> str:
        return self.node.side.upper()

    @property
    def filters(self) -> bool:
        return self.node.kind.upper() in FILTERING

    @property
    def is_inner(self) -> bool:
        return self.side == "" and not self.filters


def enter(tree: SelectTree, joined: Joined, frame: Frame) -> None:
    """Adds a relation to a frame; raises Refused where people would decide on the rows of others."""
    left, right = frame.is_of_persons, joined.flow.is_of_persons
    using = _using(joined, frame)
    if left and right and not _is_tied(joined, using, frame):
        message = "people are joined to people by something else than their unit"
        fix = "join on the unit: ON a.person_id = b.person_id"
        raise Refused(tree.refusal("PT622", message, joined.node.this, fix))
    kept_by_others = joined.side == "FULL" and (left or right)
    kept_by_others |= joined.side == "RIGHT" and left
    kept_by_others |= (joined.side == "LEFT" or joined.filters) and right and not left
    if kept_by_others:
        kind = joined.side or joined.node.kind.upper()
        message = f"{kind} JOIN keeps rows that depend on who else is there"
        fix = "put the people first, and write LEFT JOIN or JOIN"
        raise Refused(tree.refusal("PT622", message, joined.node.this, fix))
    _check_kinds(tree, joined, using, frame)
    for name in map(folded, using):
        owners = {alias for alias, flow in frame.inputs.items() if flow.find(name) is not None}
        frame.merged.setdefault(name, set()).update(owners, {joined.alias})
    frame.inputs[joined.alias] = joined.flow
    if right and not left:
        frame.live = {joined.alias}
    elif right and joined.is_inner:
        frame.live.add(joined.alias)


def _using(joined: Joined, frame: Frame) -> list[str]:
    """The columns that USING names, or NATURAL finds."""
    if joined.node.method.upper() != "NATURAL":
        return [column.name for column in joined.node.args.get("using") or ()]
    known = {folded(fact.name) for flow in frame.inputs.values() for fact in flow.columns}
    return [fact.name for fact in joined.flow.columns if folded(fact.name) in known]


def _is_tied(joined: Joined, using: Sequence[str], frame: Frame) -> bool:
    """Whether `unit = unit` is among what must hold."""
    for name in using:
        fact = joined.flow.find(name)
        if fact is not None and fact.is_unit and frame.is_unit(exp.column(name, quoted=True)):
            return True
    conditions = [*conjuncts(joined.node.args.get("on")), *(joined.where if joined.is_inner else ())]
    return any(
        frame.is_unit(one) and is_unit_of(other, joined.alias, joined.flow, frame)
        for condition in conditions
        if isinstance(condition, exp.EQ)
        for one, other in ((condition.left, condition.right), (condition.right, condition.left))
    )


def _check_kinds(tree: SelectTree, joined_to: Joined, using: Sequence[str], frame: Frame) -> None:
    """Columns that USING compares are of one kind."""
    for name in using:
        here = joined_to.flow.find(name)
        own = UNKNOWN if here is None else "unit" if here.is_unit else here.kind
        if joined([frame.kind(exp.column(name, quoted=True)) or UNKNOWN, own]) is None:
            message = f"`{name}` is not of one kind on both sides: one is cast, and that can fail"
            fix = "join ON …, and cast it yourself: TRY_CAST(… AS …)"
            raise Refused(tree.refusal("PT628", message, joined_to.node.this, fix))
