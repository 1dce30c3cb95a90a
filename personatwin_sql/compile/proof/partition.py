"""Proves that no event is counted in two rows: each level reads what the earlier ones left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from personatwin_sql.compile.proof.cells import Cell
from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.facts import Group, Minus
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, given, need, refuted


@dataclass(frozen=True)
class _Level:
    """The table of a level's cells, and the rows that it counted."""

    table: str
    group: Group
    source: str


def counted_once(context: Context, cells: Sequence[Cell]) -> Proof:
    """1 where each level counts only what the one before left, and its cells share no event."""
    try:
        levels = [_level(context, cell) for cell in cells]
        need(len({level.table for level in levels}) == len(levels), "a level is released twice")
        root = context.made(levels[0].source)
        need(not root.repeats, f"`{levels[0].source}` may count an event several times")
        for level, following in pairwise(levels):
            _leaves(context, level, following.source)
    except NotProvableError as error:
        return refuted(error)
    return Proof(1, "each level reads what the earlier ones left: ANTI JOIN on all columns of a cell")


def _level(context: Context, cell: Cell) -> _Level:
    """The whole table of a level, one row a cell."""
    whole = [rows.table for rows in cell.relation.rows if rows.is_whole and rows.table in context.tables]
    need(whole, "a level is not released as it stands in its table")
    relation = context.made(whole[0])
    reason = f"`{whole[0]}` lacks a column of its cells"
    group = given(next((each for each in relation.groups if each.name == cell.group.name), None), reason)
    need(set(group.keys) == group.of, reason)
    keys = frozenset().union(*group.keys.values())
    is_one = any(each.counts_null and each.keys <= keys for each in relation.unique)
    need(is_one and not group.is_repeated, f"`{whole[0]}` may hold a cell twice")
    need(group.base.is_once, f"`{whole[0]}` may count an event several times")
    return _Level(whole[0], group, cell.source)


def _leaves(context: Context, level: _Level, left: str) -> None:
    """What is left is all that the level read but what it counted."""
    for rows in context.made(left).rows:
        is_rest = rows.is_exact and rows.is_once and not rows.only and rows.classes is None
        if rows.table == level.source and is_rest and len(rows.minus) == 1 and _covers(rows.minus[0], level):
            return
    raise NotProvableError(f"`{left}` is not what `{level.table}` left of `{level.source}`")


def _covers(minus: Minus, level: _Level) -> bool:
    """The rows that are gone are those of the level's cells: they agree in all columns of a cell."""
    names = {column for column, _ in minus.pairs}
    agrees = all(("", theirs) in level.group.keys.get(ours, ()) for ours, theirs in minus.pairs)
    return minus.table == level.table and names == level.group.of and agrees
