"""Any text as a YAML scalar that reads back as the same text."""

from __future__ import annotations

import re

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What some reader of YAML takes for something else; ours takes most of them for text."""
_LONGEST_KEY = 1000
"""YAML reads no key of more than 1,024 characters that is not marked as one."""


def yaml_text(text: str) -> str:
    """Bare where it can be, else in double quotes on one line."""
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def yaml_entry(key: str, value: str, indent: int) -> str:
    """`key: value` at an indent; the value is YAML already."""
    blanks, written = " " * indent, yaml_text(key)
    if len(written) <= _LONGEST_KEY:
        return f"{blanks}{written}: {value}"
    return f"{blanks}? {written}\n{blanks}: {value}"


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
