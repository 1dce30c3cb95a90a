"""How differentially private releases came out when they were drawn: for the owner alone."""

from __future__ import annotations

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class AchievedError:
    """The noise that one column of a differentially private release got when it was drawn."""

    column: str
    grouping_set: int
    cells: int
    """That were released."""
    rmse: float
    """Root of the mean squared noise of these cells, in units of the column."""


@dataclass(frozen=True)
class BoundedTotal:
    """What bounds took of a column: its total over all groups with them, and without."""

    column: str
    bounded: float
    unbounded: float

    @property
    def bias(self) -> float | None:
        """The share by which bounding moved the total; None where there was none."""
        return self.bounded / self.unbounded - 1 if self.unbounded else None


@dataclass(frozen=True)
class DrawnFigures:
    """The true error of one differentially private release: known once, when it was drawn."""

    model: str
    entry: str
    """Of the ledger; empty for a preview."""
    errors: tuple[AchievedError, ...] = ()
    totals: tuple[BoundedTotal, ...] = ()
    people: int | None = None
    """Whose rows were counted."""
    clamped: tuple[tuple[str, int], ...] = ()
    """Measure, and how many values beyond its bounds counted as the bound."""
