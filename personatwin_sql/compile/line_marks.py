"""Which line of the file each rendered line comes from, although Jinja moves lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jinja2 import nodes

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def mark(template: nodes.Template) -> nodes.Template:
    """The template, each line of text outside of captured blocks led by a mark of its number."""
    _mark_body(template.body)
    return template


def _mark_body(body: Iterable[nodes.Node]) -> None:
    for node in body:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if isinstance(part, nodes.TemplateData):
                    part.data = _marked(part.data, part.lineno)
        elif isinstance(node, nodes.If):
            _mark_body(node.body)
            _mark_body(node.elif_)
            _mark_body(node.else_)
        elif isinstance(node, nodes.For):
            _mark_body(node.body)
            _mark_body(node.else_)
        elif isinstance(node, nodes.With | nodes.Scope):
            _mark_body(node.body)


def _marked(data: str, line: int) -> str:
    return "\n".join(
        f"{_OPEN}{number}{_CLOSE}{text}" for number, text in enumerate(data.split("\n"), start=line)
    )


def unmark(rendered: str) -> tuple[str, tuple[int, ...]]:
    """The text without marks, and for each of its lines the line of the file (empty when they agree).

    Lines that a tag at the head of the file took away are given back as blank lines: there no string or
    comment can be open, so a newline changes nothing.
    """
    padding = _lost_at_the_head(rendered)
    lines = list(range(1, padding + 1))
    current = padding + 1
    for line in rendered.split("\n"):
        begins_at = None
        for position, part in enumerate(_MARK.split(line)):
            if position % 2:
                current = int(part)
            elif begins_at is None and part.strip():
                begins_at = current
        lines.append(begins_at or current)
    text = "\n" * padding + _MARK.sub("", rendered)
    return text, () if lines == list(range(1, len(lines) + 1)) else tuple(lines)


def _lost_at_the_head(rendered: str) -> int:
    line = written = 1
    position = 0
    while position < len(rendered):
        found = _MARK.match(rendered, position)
        if found:
            line, position = int(found.group(1)), found.end()
            continue
        if not rendered[position].isspace():
            return max(0, line - written)
        written += rendered[position] == "\n"
        position += 1
    return 0
