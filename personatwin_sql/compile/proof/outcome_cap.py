"""Proves the cap on sensitive outcomes: groups of whom nearly all have one are kept out of a level."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.proof.cells import Cell
from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.facts import Minus, OverCap
from personatwin_sql.compile.proof.left import left_in
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need, refuted
from personatwin_sql.compile.quoting import folded


def cap_of(
    context: Context, cells: Sequence[Cell], members: str, outcome: str, sensitive: frozenset[str]
) -> Proof:
    """The largest share of a group's people, over all levels, that a sensitive row may count."""
    try:
        shares = [
            _share(context, cell, members, outcome, sensitive)
            for cell in cells
            if outcome in cell.relation.names and cell.relation.column(outcome).groups
        ]
        need(shares, "no outcome is released")
    except NotProvableError as error:
        return refuted(error)
    return Proof(
        max(shares), f"ANTI JOIN of groups with people > {max(shares):g} * people of all its personas"
    )


def _share(context: Context, cell: Cell, members: str, outcome: str, sensitive: frozenset[str]) -> float:
    named = [column for column, keys in cell.group.keys.items() if ("", outcome) in keys]
    need(named, f"`{outcome}` is not among the columns that make a cell")
    by = _persona_columns(context, cell, members)
    for minus in cell.group.base.minus:
        over_cap = context.made(minus.table).over_cap if minus.table in context.tables else None
        if over_cap is not None and _is_kept_out(
            minus, over_cap, cell, named[0], by, sensitive, members, context
        ):
            return over_cap.share
    raise NotProvableError(
        f"nothing keeps groups with too many of a sensitive outcome out of `{cell.group.name}`"
    )


def _persona_columns(context: Context, cell: Cell, members: str) -> dict[str, str]:
    """The columns of a cell that are copies of columns of the personas."""
    columns = context.made(cell.source)
    return {
        name: copy[2] for name in cell.group.of for copy in columns.column(name).copies if copy[1] == members
    }


def _is_kept_out(
    minus: Minus,
    over_cap: OverCap,
    cell: Cell,
    outcome: str,
    by: dict[str, str],
    sensitive: frozenset[str],
    members: str,
    context: Context,
) -> bool:
    """Whoever has a sensitive outcome is counted, against everybody in the personas of the cell."""
    part, whole = over_cap.part, over_cap.whole
    only = dict(part.base.only)
    outcomes = only.pop(outcome, sensitive)
    counts_all = part.base.is_exact and not only and not part.base.minus and part.base.classes is None
    unit = folded(context.authored.unit)
    left = left_in(context, cell.source)
    return (
        counts_all
        and outcomes >= sensitive
        and part.base.table in left.tables
        and left.has({*by, outcome})
        and part.unit == cell.group.unit
        and part.of == {*by, outcome}
        and whole.base.table == members
        and whole.unit == unit
        and whole.of == set(by.values())
        and all(("", theirs) in part.keys.get(ours, ()) for ours, theirs in minus.pairs)
        and bool(minus.pairs)
    )
