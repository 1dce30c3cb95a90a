"""Text that shows all that is in it: nothing steers a terminal, turns a line around or hides in it.

What a reader cannot see is written as `\\u202e`: control characters, directions, zero widths, blanks that are
no space. Tables, reports and messages go through here; data that programs read keeps its values.
"""

from __future__ import annotations

from collections.abc import Callable

_NO_BREAK = "\u00a0"


def harmless(text: str) -> str:
    """The text on one line."""
    return _shown(text, "", _written)


def harmless_lines(text: str) -> str:
    """The text with its lines, tabs and unbroken spaces."""
    return _shown(text, "\n\t" + _NO_BREAK, _written)


def harmless_json(text: str) -> str:
    """The same JSON: what its strings hide is escaped, as JSON can, and read back as it was."""
    return _shown(text, "\n", _units)


def _shown(text: str, kept: str, written: Callable[[str], str]) -> str:
    """The text with each letter that hides, but those that are `kept`, as it is written."""
    if not text.isprintable():
        for letter in {letter for letter in set(text) if not letter.isprintable()}.difference(kept):
            text = text.replace(letter, written(letter))
    return text


def _written(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii") if letter != _NO_BREAK else " "


def _units(letter: str) -> str:
    """A letter past U+FFFF is two escapes in JSON."""
    pairs = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[at : at + 4]}" for at in range(0, len(pairs), 4))
