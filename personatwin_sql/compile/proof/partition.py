"""Proves that no event is counted in two rows: each level reads what the earlier ones left."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.proof.cells import Cell
from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.facts import Group, Minus
from personatwin_sql.compile.proof.left import Left, left_in
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, given, need, refuted
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class _Level:
    """The table of a level's cells, and the events among which it counted."""

    table: str
    group: Group
    left: Left


def counted_once(context: Context, cells: Sequence[Cell]) -> Proof:
    """1 where each level counts only what the ones before left, and its cells share no event."""
    try:
        levels = [_level(context, cell) for cell in cells]
        need(len({level.table for level in levels}) == len(levels), "a level is released twice")
        root = levels[0].left.root
        need(not context.made(root).repeats, f"`{root}` may count an event several times")
        for number, level in enumerate(levels):
            _reads_what_was_left(level, levels[:number], root)
    except NotProvableError as error:
        return refuted(error)
    return Proof(1, "each level reads what the earlier ones left: ANTI JOIN on all columns of a cell")


def _level(context: Context, cell: Cell) -> _Level:
    """The whole table of a level, one row a cell."""
    whole = [
        rows.table
        for rows in cell.relation.rows
        if rows.table in context.tables and rows.is_whole_but_for(cell.group.of)
    ]
    need(whole, "a level is not released as it stands in its table")
    relation = context.made(whole[0])
    reason = f"`{whole[0]}` lacks a column of its cells"
    group = given(next((each for each in relation.groups if each.name == cell.group.name), None), reason)
    need(set(group.keys) == group.of, reason)
    keys = frozenset().union(*group.keys.values())
    is_one = any(each.counts_null and each.keys <= keys for each in relation.unique)
    need(is_one and not group.is_repeated, f"`{whole[0]}` may hold a cell twice")
    need(group.base.is_once, f"`{whole[0]}` may count an event several times")
    return _Level(whole[0], group, left_in(context, cell.source))


def _reads_what_was_left(level: _Level, before: Sequence[_Level], root: str) -> None:
    """What a level reads is what the events were but for what each level before counted, and nothing else."""
    source = level.left.tables[0]
    need(level.left.root == root, f"`{level.table}` counts other events than the first level")
    need(level.left.has(level.group.of), f"`{source}` computes a column of a cell anew")
    gone = [next((each for each in before if _covers(minus, each)), None) for minus in level.left.minus]
    need(None not in gone, f"`{source}` leaves out more than the cells of the levels before")
    for earlier in before:
        need(earlier in gone, f"`{source}` is not what `{earlier.table}` left of the events")


def _covers(minus: Minus, level: _Level) -> bool:
    """The rows that are gone are those of the level's cells: they agree in all columns of a cell."""
    names = {column for column, _ in minus.pairs}
    agrees = all(("", theirs) in level.group.keys.get(ours, ()) for ours, theirs in minus.pairs)
    return minus.table == level.table and names == level.group.of and agrees
