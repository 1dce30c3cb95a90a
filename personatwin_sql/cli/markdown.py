"""Markdown of our own explanations, as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator


def terminal_text(markdown: str, emphasized: Callable[[str], str]) -> str:
    """Titles emphasised without their marks, code indented without its fences, the rest as it stands."""
    return "\n".join(_lines(markdown, emphasized)).strip("\n")


def _lines(markdown: str, emphasized: Callable[[str], str]) -> Iterator[str]:
    is_code = False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif is_code:
            yield f"    {line}".rstrip()
        elif line.startswith("#"):
            yield emphasized(line.lstrip("#").strip())
        else:
            yield _inline(line, emphasized)


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
