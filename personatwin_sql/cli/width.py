"""How wide a text stands in a terminal."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Columns of a terminal: wide letters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(letter) for letter in text)


def pad(text: str, columns: int, right: bool = False) -> str:
    """The text with spaces up to a width, behind it or before it."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def cut(text: str, columns: int) -> str:
    """The text, or its beginning and an ellipsis."""
    if width(text) <= columns:
        return text
    kept, used = [], 0
    for letter in text:
        used += _columns(letter)
        if used > columns - 1:
            break
        kept.append(letter)
    return "".join(kept) + "…"


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
