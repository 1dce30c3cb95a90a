"""From counts to answers: rates with intervals, how far groups differ, and how sure that is."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.asked import UNTOLD, Asked, Cell
from personatwin_sql.statistics.bands import median_band, superiority
from personatwin_sql.statistics.share import (
    Interval,
    Share,
    cohens_h,
    detectable,
    difference,
    p_value,
    power,
    ratio,
    wilson,
    worth,
)
from personatwin_sql.statistics.table import cramers_v, holm, homogeneity_p

MOST_GROUPS = 12
"""A comparison of more groups than this is not read."""
MOST_STRATA = 6
LEAST_GROUP = 30
"""Groups of fewer are too small for the tests, which are right for large samples."""
MOST_UNTOLD = 0.2
"""A group is compared where rows without a group are at most this share of it: they might all be of it."""
MOST_UNKNOWN = 0.1
"""A group with a larger share of unknown answers is not compared: who is unknown is no random sample."""


@dataclass(frozen=True)
class GroupAnswer:
    """One group. `rate` and its interval are None for bands, which have a median instead."""

    group: str
    counted: int
    total: int
    rate: float | None = None
    interval: Interval | None = None
    median: str | None = None


@dataclass(frozen=True)
class Contrast:
    """A group beside the largest one."""

    group: str
    reference: str
    effect: float
    """The difference of the rates; for bands, the chance of having the higher value, less ½."""
    interval: Interval
    size: float
    """Cohen's h; for bands, twice that chance less 1 (Cliff's delta)."""
    ratio: float | None
    p: float
    """Adjusted by Holm for the contrasts of one table."""
    power: float | None = None
    """To find a difference that is worth knowing."""
    detectable: float | None = None

    @property
    def is_significant(self) -> bool:
        return self.p < 0.05


@dataclass(frozen=True)
class Answer:
    """One question, for one group column and, where it compares like with like, within one stratum."""

    asked: Asked
    stratum: str | None
    groups: tuple[GroupAnswer, ...]
    contrasts: tuple[Contrast, ...]
    v: float | None
    p: float | None
    untold: float
    """The share of what was counted in rows that do not name the group."""
    left: tuple[str, ...] = ()
    """Groups that are too small, or of whom too little is told, to be compared."""


def answers(asked: Asked) -> tuple[Answer, ...]:
    """An answer for each stratum that has two groups and something to compare; the largest strata first."""
    strata: dict[str | None, list[Cell]] = defaultdict(list)
    for cell in asked.cells:
        if cell.total + cell.unknown > 0:
            strata[cell.among].append(cell)
    named = [
        (name, cells) for name, cells in strata.items() if asked.among is None or name not in (None, UNTOLD)
    ]
    named.sort(key=lambda item: (-sum(cell.total for cell in item[1]), str(item[0])))
    of_stratum = _bands if asked.measure == "band" else _shares
    found = [answer for name, cells in named if (answer := of_stratum(asked, name, cells)) is not None]
    return tuple(found[:MOST_STRATA])


def _compared(cells: Sequence[Cell]) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Groups that can be compared, the largest first; the others; the share of what names no group.

    A group of fewer than LEAST_GROUP, or one that the rows without a group or too many unknown answers could
    move far, could have another rate.
    """
    totals: dict[str, int] = defaultdict(int)
    unknown: dict[str, int] = defaultdict(int)
    untold = 0
    for cell in cells:
        if cell.group is None or cell.group == UNTOLD:
            untold += cell.total + cell.unknown
        else:
            totals[cell.group] += cell.total
            unknown[cell.group] += cell.unknown
    ordered = sorted(totals, key=lambda name: (-totals[name], name))
    fit = [
        name
        for name in ordered
        if totals[name] >= LEAST_GROUP
        and untold <= MOST_UNTOLD * totals[name]
        and unknown[name] <= MOST_UNKNOWN * (totals[name] + unknown[name])
    ][:MOST_GROUPS]
    whole = untold + sum(totals.values()) + sum(unknown.values())
    return tuple(fit), tuple(name for name in ordered if name not in fit), untold / whole if whole else 0.0


def _shares(asked: Asked, stratum: str | None, cells: Sequence[Cell]) -> Answer | None:
    names, left, untold = _compared(cells)
    by_group = {cell.group: Share(cell.counted, cell.total) for cell in cells}
    shares = {name: by_group[name] for name in names}
    pooled = [sum(share.counted for share in shares.values()), sum(share.total for share in shares.values())]
    if len(shares) < 2 or pooled[0] in (0, pooled[1]):
        return None
    return Answer(
        asked,
        stratum,
        tuple(
            GroupAnswer(name, share.counted, share.total, share.rate, wilson(share))
            for name, share in shares.items()
        ),
        _contrasts(shares, asked.worth_knowing),
        cramers_v(tuple(shares.values())),
        homogeneity_p(tuple(shares.values())),
        untold,
        left,
    )


def _contrasts(shares: dict[str, Share], worth_knowing: float) -> tuple[Contrast, ...]:
    (reference, base), *rest = shares.items()
    adjusted = holm([p_value(share, base) for _, share in rest])
    return tuple(
        Contrast(
            group=name,
            reference=reference,
            effect=share.rate - base.rate,
            interval=difference(share, base),
            size=cohens_h(share, base),
            ratio=ratio(share, base),
            p=p,
            power=power(base.rate, worth(base.rate, worth_knowing), share.total, base.total),
            detectable=detectable(base.rate, share.total, base.total),
        )
        for (name, share), p in zip(rest, adjusted, strict=True)
    )


def _bands(asked: Asked, stratum: str | None, cells: Sequence[Cell]) -> Answer | None:
    banded = [cell for cell in cells if lowest(cell.value) is not None]
    names, left, untold = _compared(banded)
    labels = in_order([str(cell.value) for cell in banded])
    if len(labels) < 2 or len(names) < 2:
        return None
    counts = {name: [0] * len(labels) for name in names}
    for cell in banded:
        if cell.group in counts:
            counts[cell.group][labels.index(str(cell.value))] += cell.total
    groups = tuple(
        GroupAnswer(name, sum(row), sum(row), median=labels[median_band(row) or 0])
        for name, row in counts.items()
    )
    reference, base = next(iter(counts.items()))
    compared = [
        (name, found)
        for name, row in list(counts.items())[1:]
        if (found := superiority(row, base)) is not None
    ]
    contrasts = tuple(
        Contrast(
            group=name,
            reference=reference,
            effect=found.chance - 0.5,
            interval=Interval(found.interval.low - 0.5, found.interval.high - 0.5),
            size=2 * found.chance - 1,
            ratio=None,
            p=p,
        )
        for (name, found), p in zip(compared, holm([found.p_value for _, found in compared]), strict=True)
    )
    return Answer(asked, stratum, groups, contrasts, None, None, untold, left)


def in_order(labels: Iterable[str]) -> list[str]:
    """Distinct bands, the lowest first."""
    return sorted(set(labels), key=lambda label: (lowest(label) or 0.0, label))


def lowest(band: str | None) -> float | None:
    """The lower end of a band as it is published (`12-35`, `<12`, `240+`); None for what is no band."""
    found = re.match(r"(<?)(-?\d+(?:\.\d+)?)", band or "")
    return (-math.inf if found.group(1) else float(found.group(2))) if found else None
