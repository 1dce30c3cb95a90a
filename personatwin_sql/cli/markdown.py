"""Markdown of our own explanations, as text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from personatwin_sql.cli.width import width

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BULLET = re.compile(r" *(- |\d+\. )?")


def terminal_text(markdown: str, emphasized: Callable[[str], str], columns: int | None = None) -> str:
    """Titles emphasised without their marks, code indented without its fences, the rest as it stands.

    Prose is broken between words where it would be wider than so many `columns`; code never is.
    """
    return "\n".join(_lines(markdown, emphasized, columns)).strip("\n")


def _lines(markdown: str, emphasized: Callable[[str], str], columns: int | None) -> Iterator[str]:
    is_code = False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif is_code:
            yield f"    {line}".rstrip()
        elif line.startswith("#"):
            yield emphasized(line.lstrip("#").strip())
        else:
            yield from _broken(_inline(line, emphasized), columns)


def _broken(line: str, columns: int | None) -> Iterator[str]:
    """A line as lines that fit, those of a list item under its first word."""
    if columns is None:
        yield line
        return
    found = _BULLET.match(line)
    begin = found[0] if found else ""
    first, *others = line[len(begin) :].split(" ")
    text = begin + first
    for word in others:
        longer = f"{text} {word}"
        if width(_COLOUR.sub("", longer)) > columns:
            yield text
            longer = " " * len(begin) + word
        text = longer
    yield text


def _inline(line: str, emphasized: Callable[[str], str]) -> str:
    """`` `code` `` and `**words**` emphasised, without their marks; an unpaired mark stays what it is."""
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return _bold(line, emphasized)
    return "".join(
        emphasized(part) if number % 2 else _bold(part, emphasized) for number, part in enumerate(parts)
    )


def _bold(text: str, emphasized: Callable[[str], str]) -> str:
    parts = text.split("**")
    if len(parts) % 2 == 0:
        return text
    return "".join(emphasized(part) if number % 2 else part for number, part in enumerate(parts))
