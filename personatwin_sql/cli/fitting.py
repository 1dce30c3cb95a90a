"""Tables that are wider than the terminal: values cut, or one value a line; whole everywhere else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from personatwin_sql.cli.formats import aligned, cell, is_numeric
from personatwin_sql.cli.width import cut, pad, width
from personatwin_sql.errors.harmless import harmless

_GAP = 2
_LEAST = 8
"""Columns of the terminal below which nothing that is cut can be read."""


def screen() -> int | None:
    """How wide the terminal is that reads the results; None where a program does."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def fitted(columns: Sequence[str], rows: Sequence[Sequence[object]], most: int | None) -> tuple[str, str]:
    """The rows in at most so many columns of a terminal, and what was done to them: empty if nothing.

    Numbers are never cut, for 1234 that reads 12 is another number; the names above them may be.
    """
    heads = [harmless(name) for name in columns]
    cells = [[cell(value) for value in row] for row in rows]
    right = [is_numeric(row[place] for row in rows) for place in range(len(heads))]
    widths = [max([width(head), *(width(row[place]) for row in cells)]) for place, head in enumerate(heads)]
    if most is None or _total(widths) <= most:
        return aligned(heads, cells, widths, right), ""
    of_cells = [max((width(row[place]) for row in cells), default=0) for place in range(len(heads))]
    least = [of_cells[place] if is_number else _LEAST for place, is_number in enumerate(right)]
    narrow = _narrowed(widths, [max(4, one) for one in least], most)
    if narrow is None:
        return _upright(heads, cells, most), "One value a line, for the table is wider than the terminal."
    cut_cells = [[cut(text, narrow[place]) for place, text in enumerate(row)] for row in cells]
    cut_heads = [cut(head, narrow[place]) for place, head in enumerate(heads)]
    text = aligned(cut_heads, cut_cells, narrow, right)
    return text, "Values were cut (…) to fit the terminal; --format json or csv has them whole."


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _narrowed(widths: Sequence[int], least: Sequence[int], most: int) -> list[int] | None:
    """The widest narrowed first, none below its least; None when that does not do."""
    narrow = list(widths)
    while _total(narrow) > most:
        places = [place for place in range(len(narrow)) if narrow[place] > least[place]]
        if not places:
            return None
        widest = max(places, key=lambda place: narrow[place])
        narrow[widest] -= 1
    return narrow


def _upright(heads: Sequence[str], cells: Sequence[Sequence[str]], most: int) -> str:
    """A block a row, a line a value."""
    name_width = max(map(width, heads), default=0)
    blocks = []
    for number, row in enumerate(cells, 1):
        title = f"── row {number} "
        lines = [title + "─" * max(0, min(most, 40) - width(title))]
        lines.extend(f"{pad(head, name_width)}  {text}" for head, text in zip(heads, row, strict=True))
        blocks.append("\n".join(lines))
    return "\n".join(blocks)
