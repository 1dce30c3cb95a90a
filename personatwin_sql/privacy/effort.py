"""How much a search of levels may cost, and still come to the same end on every machine."""

from __future__ import annotations

from personatwin_sql.frozen import dataclass

_CELLS_A_SECOND = 200_000_000
"""What one core of a usual machine groups, at the least."""


@dataclass(frozen=True)
class Effort:
    """Beyond either number the search is best effort, with a bound on what was missed."""

    nodes: int = 200_000
    """The most nodes whose bounds are kept one by one, some 40 bytes each, so that the optimum is proven."""
    seconds: float = 20.0
    """Seconds of a usual machine. They are counted in cells that are grouped, never by the clock: a search
    that ends earlier on a faster machine would choose other levels there."""

    @property
    def work(self) -> int:
        """In cells."""
        return int(self.seconds * _CELLS_A_SECOND)
