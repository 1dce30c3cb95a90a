"""A report as Markdown: for a mail, a pull request, or whoever reads without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from personatwin_sql.errors.harmless import harmless_lines
from personatwin_sql.release.report.document import (
    Beside,
    Block,
    Bullets,
    Card,
    Cell,
    Code,
    Document,
    Numbers,
    Plot,
    Table,
    Terms,
    Text,
)
from personatwin_sql.release.report.plot import as_rows

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def text(document: Document) -> str:
    """The whole report."""
    lines = [f"# {plain(document.project)}: {plain(document.heading)}", "", plain(document.about), ""]
    if document.warning:
        lines += [f"**{marked(document.warning)}**", ""]
    lines += [f"> **{plain(document.verdict.title)}.** {marked(document.verdict.text)}", ""]
    for section in document.sections:
        lines += [f"## {marked(section.title)}", "", *_blocks(section.blocks, 3)]
    return harmless_lines("\n".join((*lines, marked(document.footer), "")))


@lru_cache(4096)
def plain(words: str) -> str:
    """Text that Markdown takes as it is: one line, nothing in it is markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))


@lru_cache(4096)
def marked(words: str) -> str:
    """The same, with `names` in backticks set as code."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return plain(words)
    return "".join(
        f"`{' '.join(part.split()).replace('|', '¦')}`" if number % 2 else _outside(part)
        for number, part in enumerate(parts)
    )


def _outside(part: str) -> str:
    """Escaped, with the blanks at its ends kept: code stands beside it."""
    if not part.strip():
        return " " if part else ""
    start, end = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{' ' if start else ''}{plain(part)}{' ' if end else ''}"


def _blocks(blocks: Iterable[Block], depth: int) -> list[str]:
    return [line for block in blocks for line in _block(block, depth)]


def _block(block: Block, depth: int) -> list[str]:  # noqa: PLR0911 - one line a kind
    match block:
        case Text(words, tone):
            return [f"**{marked(words)}**" if tone == "finding" else marked(words), ""]
        case Bullets(items, is_ordered):
            return [
                *(f"{f'{n}.' if is_ordered else '-'} {marked(item)}" for n, item in enumerate(items, 1)),
                "",
            ]
        case Terms(items):
            return [*(f"- **{marked(term)}**: {marked(meaning)}" for term, meaning in items), ""]
        case Numbers(items):
            return [*(f"- **{marked(figure)}** {marked(what)}" for figure, what in items), ""]
        case Code(words):
            return ["```", words.replace("```", ""), "```", ""]
        case Plot():
            heads, rows = as_rows(block.rows, block.key)
            return [f"**{marked(block.title)}**", "", *_grid(heads, rows), ""]
        case Beside(plots):
            return _blocks(plots, depth)
        case Card(title, inner, tag):
            label = f" ({plain(tag)})" if tag else ""
            head = [f"{'#' * depth} {marked(title)}{label}", ""] if title else []
            return [*head, *_blocks(inner, depth + 1)]
        case Table():
            head = [f"**{marked(block.folded)}**", ""] if block.folded else []
            if block.caption:
                head += [marked(block.caption) if block.folded else f"**{marked(block.caption)}**", ""]
            cells = [[_cell(cell) for cell in row] for row in block.rows]
            return [*head, *_grid([column.title for column in block.columns], cells, is_marked=True), ""]


def _cell(cell: Cell) -> str:
    return f"{marked(cell.text)} ({marked(cell.note)})" if cell.note else marked(cell.text)


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]], *, is_marked: bool = False) -> list[str]:
    written = rows if is_marked else [[marked(part) for part in row] for row in rows]
    return [
        f"| {' | '.join(plain(head) for head in heads)} |",
        f"|{' --- |' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in written),
    ]
