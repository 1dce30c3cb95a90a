"""What a plain YAML scalar is: a number, true, false, nothing, or text.

Stricter than YAML 1.1, so that what a person writes as text stays text: `no`, `off`, `2024-01-31`, `012`,
`12:30`, `1_000` and `null` are text; `1e-6` is a number; only `true` and `false` are booleans.
"""

from __future__ import annotations

import re

NOTHING = frozenset({"", "~"})
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_FIRST = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 40
"""Characters; longer ones are identifiers, not numbers."""


def scalar(text: str) -> bool | int | float | str | None:
    """The value of an unquoted scalar; None for nothing."""
    if text in NOTHING:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if text[0] not in _FIRST or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
