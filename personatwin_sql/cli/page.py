"""Figures as a page of headed tables: aligned for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from personatwin_sql.cli.formats import aligned, cell
from personatwin_sql.cli.width import cut, width
from personatwin_sql.frozen import dataclass

WIDEST = 60
"""Columns of a terminal that one cell may take."""


@dataclass(frozen=True)
class Grid:
    """A table; the columns whose head begins with a blank are set to the right, as numbers are."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True)
class Part:
    """A title with what stands below it."""

    title: str
    lines: tuple[str, ...] = ()
    grid: Grid | None = None


def terminal_page(parts: Sequence[Part], emphasized: Callable[[str], str]) -> str:
    """For a terminal: titles emphasised, columns aligned."""
    return "\n\n".join("\n".join(_terminal_part(part, emphasized)) for part in parts)


def markdown_page(parts: Sequence[Part]) -> str:
    """For a mail or an issue: the first title is the page's."""
    from personatwin_sql.release.report.markdown import plain

    lines: list[str] = []
    for number, part in enumerate(parts):
        lines += [f"{'##' if number else '#'} {plain(cell(part.title))}", ""]
        lines += [line for words in part.lines for line in (plain(cell(words)), "")]
        if part.grid is not None:
            lines += [*_markdown_grid(part.grid, plain), ""]
    return "\n".join(lines).rstrip("\n")


def _terminal_part(part: Part, emphasized: Callable[[str], str]) -> list[str]:
    lines = [emphasized(cell(part.title)), *(cell(line) for line in part.lines)]
    if part.grid is None:
        return lines
    heads = [head.strip() for head in part.grid.heads]
    rows = [[cut(cell(value), WIDEST) for value in row] for row in part.grid.rows]
    widths = [max(map(width, column)) for column in zip(heads, *rows, strict=True)]
    return [*lines, aligned(heads, rows, widths, [head.startswith(" ") for head in part.grid.heads])]


def _markdown_grid(grid: Grid, plain: Callable[[str], str]) -> list[str]:
    marks = ("---:" if head.startswith(" ") else "---" for head in grid.heads)
    return [
        f"| {' | '.join(plain(head.strip()) for head in grid.heads)} |",
        f"| {' | '.join(marks)} |",
        *(f"| {' | '.join(plain(cell(value)) for value in row)} |" for row in grid.rows),
    ]
