"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_LISTED = 12
"""More names than these are not listed: the list would bury the message."""


def closest(name: str, options: Iterable[str], likeness: float = 0.6) -> str | None:
    """The option most like the name, whatever its case; None when none is near."""
    by_folded = {option.casefold(): option for option in options}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None


def suggestion(name: str, options: Iterable[str]) -> str | None:
    """ "did you mean `x`?", else the names there are, else None."""
    options = tuple(options)
    match = closest(name, options)
    if match is not None:
        return f"did you mean `{match}`?"
    return f"one of {listed(options)}" if 0 < len(options) <= MOST_LISTED else None


def listed(names: Iterable[str]) -> str:
    """`a`, `b`, `c`."""
    return ", ".join(f"`{name}`" for name in names)
