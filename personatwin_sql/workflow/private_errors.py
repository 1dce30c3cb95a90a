"""How far averages, variances and quantiles of a group may be off, whatever its values are; without data.

An average is off by what its sum and count are off by, over the number of values; a variance by its squares,
too. How much the noise of the count counts depends on where the values lie within their bounds: told is how
far it is for values that are spread evenly over them, and the most. Each is half of what the interval of the
released figure comes to. A quantile is off by so many ranks at most (McSherry & Talwar 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import log, sqrt

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.components import Component, Released
from personatwin_sql.compile.aggregate.form import Measure, MeasureKind
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.tails import half_width
from personatwin_sql.spec.differential_privacy import Bounds

_CHANCE = Fraction(95, 100)
_FEWEST = 100
"""A group that readers can picture; ten times as many where that says nothing."""
_TIMES = 4
"""So many times the width of its count: then a variance has an interval of many values."""
_FAR = Fraction(1, 4)
"""A quantile that may be so far off says nothing."""


@dataclass(frozen=True)
class GroupError:
    """Of one figure of a group: 95 of 100 times it is no farther from that of the bounded contributions."""

    measure: str
    kind: MeasureKind
    keys: tuple[str, ...]
    """Of the grouping set."""
    values: int
    """In the group."""
    usual: float
    """Of values spread evenly over their bounds; of quantiles as `most`."""
    most: float
    """Of any values; of quantiles, by which part of the values at most."""
    share: Fraction = Fraction(0)
    """Of quantiles: which one."""


def group_errors(aggregation: Aggregation) -> Iterator[GroupError]:
    """Of each average, variance, deviation and quantile, in each grouping set."""
    aggregate, components = aggregation.aggregate, aggregation.components
    for number, places in enumerate(aggregate.sets):
        keys = tuple(aggregate.keys[at].name for at in places)
        for released in components.measures:
            of = tuple(components.named(name) for name in released.components)
            if released.measure.kind == "quantile":
                yield _of_quantile(aggregation, released, of[0], keys)
            elif released.measure.kind in ("avg", "variance", "stddev"):
                widths = [_width(aggregation, number, component) for component in of]
                yield _of_sums(released.measure, of[0], widths, keys)


def _width(aggregation: Aggregation, number: int, component: Component) -> int:
    noise = aggregation.noise
    at = aggregation.components.columns.index(component)
    return half_width(noise.law(noise.scales[number][at]), _CHANCE)


def _of_sums(measure: Measure, component: Component, widths: list[int], keys: tuple[str, ...]) -> GroupError:
    if component.bounds is None:
        raise TypeError("a sum of values without bounds")
    values = _large_enough(lambda size: size - 1 >= _TIMES * widths[0])
    off, unit = _OFF[measure.kind], float(component.bounds.granularity)
    usual, most = off(values, widths, _reach(component.bounds, component.middle))
    scale = unit**2 if measure.kind == "variance" else unit
    return GroupError(measure.name, measure.kind, keys, values, usual * scale, most * scale)


def _reach(bounds: Bounds, middle: int) -> float:
    """How far a value can be from what is taken off, in units."""
    return float(max(bounds.highest - middle, middle - bounds.lowest))


def _average(size: int, widths: list[int], reach: float) -> tuple[float, float]:
    """(√(w² (n² - v²) + c² v²)) / (n² - v²), of a centred sum c of 0, and of n values at a bound."""
    count, total = widths
    known = float(size**2 - count**2)
    usual, most = (sqrt(total**2 * known + (mean * size * count) ** 2) / known for mean in (0.0, reach))
    return usual, most


def _variance(size: int, widths: list[int], reach: float) -> tuple[float, float]:
    """√(x² + 4m²w² + (m² - V)²v²) / (n - 1): for m = 0 and V = r²/3, and at most, for m = r and V = 0."""
    count, total, squares = widths
    usual = sqrt(squares**2 + (reach**2 / 3 * count) ** 2)
    most = sqrt(squares**2 + (2 * reach * total) ** 2 + (reach**2 * count) ** 2)
    return usual / (size - 1), most / (size - 1)


def _deviation(size: int, widths: list[int], reach: float) -> tuple[float, float]:
    """Of values spread evenly the variance's, over twice the deviation r/√3; at most its root."""
    usual, most = _variance(size, widths, reach)
    return usual / (2 * reach / sqrt(3)), sqrt(most)


_OFF = {"avg": _average, "variance": _variance, "stddev": _deviation}


def _of_quantile(
    aggregation: Aggregation, released: Released, spread: Component, keys: tuple[str, ...]
) -> GroupError:
    """With |Y| candidates, a choice is t / (b · n) off with a chance of at most |Y| e^(-rate · t)."""
    at = aggregation.components.spreads.index(spread)
    if spread.bounds is None or spread.share is None:
        raise TypeError("a quantile of values without bounds")
    candidates = spread.bounds.highest - spread.bounds.lowest + 1
    off = log(candidates / float(1 - _CHANCE)) / float(aggregation.noise.rates[at])
    off /= spread.share.denominator
    values = _large_enough(lambda size: off / size <= _FAR)
    measure = released.measure
    return GroupError(
        measure.name, "quantile", keys, values, off / values, off / values, Fraction(measure.quantile)
    )


def _large_enough(is_enough: Callable[[int], bool]) -> int:
    size = _FEWEST
    while not is_enough(size):
        size *= 10
    return size


def in_words(error: GroupError, *, has_sets: bool) -> str:
    """One line for `plan`."""
    where = f" {'by ' + ', '.join(error.keys) if error.keys else 'over all'}" if has_sets else ""
    group = f"`{error.measure}`{where} of a group of {error.values:,} values"
    if error.kind == "quantile":
        low, high = (max(0.0, float(error.share) - error.most), min(1.0, float(error.share) + error.most))
        return f"{group}: 95 of 100 times it lies between their quantiles {low:.2g} and {high:.2g}"
    return (
        f"{group}: 95 of 100 times within ± {error.usual:,.3g} where these are spread over the bounds, "
        f"± {error.most:,.3g} at most; {_OF_MORE[error.kind]}"
    )


_OF_MORE = {
    "avg": "of ten times as many within a tenth of that",
    "variance": "of ten times as many within a tenth of that",
    "stddev": "of ten times as many within a tenth, at most a third, of that",
}
