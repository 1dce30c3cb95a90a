"""What rows without a value count as in aggregates with noise: a value that the column could have."""

from __future__ import annotations

from datetime import date

NullValue = str | int | float | bool


def is_null_value(asked: NullValue, kind: str, bounds: tuple[int | float, int | float] | None) -> bool:
    """Whether a column of a kind could have it: numbers within bounds; fractions, no keys, need some."""
    if kind == "date":
        return isinstance(asked, str) and _is_day(asked)
    if kind in ("text", "boolean"):
        return type(asked) is (str if kind == "text" else bool)
    if isinstance(asked, bool | str) or (kind == "integer" and not isinstance(asked, int)):
        return False
    if bounds is None:
        return kind == "integer"
    return kind in ("integer", "number") and bounds[0] <= asked <= bounds[1]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
