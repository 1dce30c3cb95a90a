"""What a table has of an earlier one: all rows, but for those that later steps published or never need."""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.facts import Minus, Rows
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Left:
    """Rows of the first table of a chain, each once, under the same names of their columns."""

    tables: tuple[str, ...]
    """The table itself, what it was selected from, and so on to the first."""
    same: frozenset[str]
    """Columns that are those of the first table, under the same name."""
    minus: tuple[Minus, ...] = ()
    """What is gone of them: rows that agree with one of another table."""
    within: tuple[frozenset[str], ...] = ()
    """Rows that agree in such columns are all there, but for `minus`, or all gone."""

    @property
    def root(self) -> str:
        return self.tables[-1]

    def has(self, columns: Iterable[str]) -> bool:
        return frozenset(columns) <= self.same


def left_in(context: Context, table: str) -> Left:
    """The chain of a table; just the table itself where it is not made by leaving rows out."""
    relation = context.made(table)
    left = Left((table,), frozenset(relation.names))
    for rows in relation.rows:
        if rows.table not in context.tables or not _leaves_out(rows):
            continue
        before = left_in(context, rows.table)
        same = frozenset(name for name, keys in rows.columns.items() if ("", name) in keys)
        named = frozenset[str]().union(*rows.within, *(_names(minus) for minus in rows.minus))
        if not named <= same:
            continue
        return Left(
            (table, *before.tables),
            same & before.same,
            (*before.minus, *rows.minus),
            (*before.within, *rows.within),
        )
    return left


def _leaves_out(rows: Rows) -> bool:
    return rows.is_whole_within and rows.is_once and not rows.only


def _names(minus: Minus) -> frozenset[str]:
    return frozenset(ours for ours, _ in minus.pairs)
