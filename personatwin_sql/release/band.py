"""How much was left out, said so that nobody can subtract."""

from __future__ import annotations

_EDGES = (0.01, 0.05, 0.10, 0.25, 0.50)
_NAMES = ("under 1 %", "1 to 5 %", "5 to 10 %", "10 to 25 %", "25 to 50 %", "over 50 %")


def suppression_band(suppressed: int, people: int) -> str:
    """The share of people who were left out, as a band: an exact figure would betray a small class."""
    if suppressed <= 0:
        return "none"
    share = suppressed / people if people else 1.0
    return next((name for name, edge in zip(_NAMES, _EDGES, strict=False) if share < edge), _NAMES[-1])
