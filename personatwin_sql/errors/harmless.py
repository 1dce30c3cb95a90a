"""Text that shows all that is in it: nothing steers a terminal, turns a line around or hides in it.

What a reader cannot see is written as `\\u202e`: control characters, directions, zero widths, blanks that are
no space. Tables, reports and messages go through here; data that programs read keeps its values.
"""

from __future__ import annotations

_NO_BREAK = "\u00a0"


def harmless(text: str) -> str:
    """The text on one line."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _written(letter) for letter in text)


def harmless_lines(text: str) -> str:
    """The text with its lines, tabs and unbroken spaces."""
    return "\n".join(_line(line) for line in text.split("\n"))


def harmless_json(text: str) -> str:
    """The same JSON: what its strings hide is escaped, as JSON can, and read back as it was."""
    return "\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if line.isprintable():
        return line
    kept = _NO_BREAK + "\t"
    return "".join(letter if letter.isprintable() or letter in kept else _written(letter) for letter in line)


def _written(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii") if letter != _NO_BREAK else " "


def _escaped(line: str) -> str:
    return "".join(letter if letter.isprintable() else _units(letter) for letter in line)


def _units(letter: str) -> str:
    """A letter past U+FFFF is two escapes in JSON."""
    pairs = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[at : at + 4]}" for at in range(0, len(pairs), 4))
