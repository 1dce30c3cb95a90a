"""What a search of levels comes to."""

from __future__ import annotations

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.verdict import Outcome

_TIE = 1e-12


@dataclass(frozen=True)
class Found:
    """The best release, and what is known of all others; losses are on the scale of the measure."""

    levels: Levels | None
    """None where no release was found."""
    outcome: Outcome | None
    least: float
    """No release loses less."""
    is_complete: bool
    """Whether no node is left that could be better."""


def tolerance(loss: float) -> float:
    """Losses that differ by less are equal: the same sum in another order."""
    return _TIE * max(1.0, abs(loss))
