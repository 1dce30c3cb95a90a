"""A report as one page that needs nothing from elsewhere: every text escaped and seen, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from html import escape
from pathlib import Path

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
    Section,
    Table,
    Terms,
    Text,
    Verdict,
)
from personatwin_sql.release.report.plot import drawn

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SIGN = {"good": '<path d="M12 21l6 6 11-13"/>', "bad": '<path d="M13 13l14 14M27 13L13 27"/>'}


def page(document: Document) -> str:
    """The whole page."""
    title = escape(f"{document.project}: {document.heading}")
    warning = f'<p class="private">{marked(document.warning)}</p>\n' if document.warning else ""
    sections = "\n".join(_section(section) for section in document.sections)
    html = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{title}</title>
<style>
{_style()}</style>
</head>
<body>
<header class="top">
<p class="eyebrow">{escape(document.heading)}</p>
<h1>{escape(document.project)}</h1>
<p class="about">{escape(document.about)}</p>
{warning}{_verdict(document.verdict)}
{_contents(document.sections)}
</header>
<main>
{sections}
</main>
<footer><p>{marked(document.footer)}</p></footer>
</body>
</html>
"""
    return harmless_lines(html)


@lru_cache(4096)
def marked(text: str) -> str:
    """Escaped text, with `names` in backticks set as code."""
    parts = [escape(part) for part in text.replace(" %", "\u00a0%").split("`")]
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


@cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def _verdict(verdict: Verdict) -> str:
    sign = _SIGN.get(verdict.tone, '<path d="M20 10v13M20 29v.5"/>')
    return (
        f'<div class="card verdict {verdict.tone}"><svg class="sign" viewBox="0 0 40 40" aria-hidden="true">'
        f'<circle cx="20" cy="20" r="20"/>{sign}</svg>'
        f'<div><p class="title">{escape(verdict.title)}</p><p>{marked(verdict.text)}</p></div></div>'
    )


def _contents(sections: Sequence[Section]) -> str:
    links = "".join(f'<a href="#{escape(section.name)}">{escape(section.title)}</a>' for section in sections)
    return f'<nav aria-label="Contents">{links}</nav>'


def _section(section: Section) -> str:
    return (
        f'<section id="{escape(section.name)}">\n<h2>{marked(section.title)}</h2>\n'
        f"{_blocks(section.blocks)}\n</section>"
    )


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:  # noqa: PLR0911 - one line a kind
    match block:
        case Text(text, tone):
            return f"<p{_class(tone)}>{marked(text)}</p>"
        case Bullets(items, is_ordered):
            tag = "ol" if is_ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{marked(item)}</li>' for item in items)}</{tag}>"
        case Terms(items):
            rows = "".join(
                f"<div><dt>{marked(term)}</dt><dd>{marked(text)}</dd></div>" for term, text in items
            )
            return f"<dl>{rows}</dl>"
        case Numbers(items):
            rows = "".join(
                f"<div><dt>{marked(what)}</dt><dd>{marked(figure)}</dd></div>" for figure, what in items
            )
            return f'<dl class="numbers">{rows}</dl>'
        case Code(text):
            return f'<pre tabindex="0"><code>{escape(text)}</code></pre>'
        case Plot():
            return drawn(block.title, block.description, block.rows, block.most, block.key)
        case Beside(plots):
            return f'<div class="twin">{_blocks(plots)}</div>'
        case Card(title, blocks, tag):
            label = f' <span class="tag">{escape(tag)}</span>' if tag else ""
            head = f"<h3>{marked(title)}{label}</h3>\n" if title else ""
            return f'<div class="card">{head}{_blocks(blocks)}\n</div>'
        case Table():
            return _table(block)


def _class(tone: str) -> str:
    return f' class="{tone}"' if tone else ""


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_class("number" if column.is_number else "")}>{escape(column.title)}</th>'
        for column in table.columns
    )
    rows = "\n".join(_row(table, row) for row in table.rows)
    caption = f"<caption>{marked(table.caption)}</caption>" if table.caption else ""
    html = f'<table class="stack">{caption}<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
    return f"<details><summary>{marked(table.folded)}</summary>{html}</details>" if table.folded else html


def _row(table: Table, row: Sequence[Cell]) -> str:
    first, *others = row
    cells = [f'<th scope="row">{_content(first)}</th>']
    for column, cell in zip(table.columns[1:], others, strict=True):
        kind = " ".join(part for part in ("number" if column.is_number else "", cell.tone) if part)
        cells.append(
            f'<td data-label="{escape(column.title)}"{_class(kind)}><span>{_content(cell)}</span></td>'
        )
    return f"<tr>{''.join(cells)}</tr>"


def _content(cell: Cell) -> str:
    return f"{marked(cell.text)}<br><small>{marked(cell.note)}</small>" if cell.note else marked(cell.text)
