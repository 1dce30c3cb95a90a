"""The columns of a differentially private table: keys, measures, and beside these their intervals and scales.

An interval is one of the noise: what it covers is the value of the bounded contributions, with 95 % in each
cell. Of what is counted or added up that is as close as whole numbers allow. Of averages and variances it is
about that: widths of independent parts are put together by their squares, which is exact for Gaussian noise
and up to a percent more for Laplace noise; values at their bounds are covered more often, as no interval goes
beyond.
Where there may be few values, each part of a variance lies within a width of its own, and the chances that
one of them does not add up to 5 % (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from personatwin_sql.compile.aggregate.calibrate import Noise, law_of
from personatwin_sql.compile.aggregate.components import Component, Components
from personatwin_sql.compile.aggregate.form import Aggregate, Measure, MeasureKind
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.release import Mechanism
from personatwin_sql.privacy.noise.tails import half_width
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy

Part = Literal["key", "value", "low", "high", "scale"]

ADDITIVE: Final[tuple[MeasureKind, ...]] = ("count", "people", "sum")
_MISS, _NONE = Fraction(1, 20), Fraction(25, 10_000)
_SURELY: Final = (_NONE, _NONE, Fraction(45, 1000))
MISSES: Final[dict[MeasureKind, tuple[Fraction, ...]]] = {
    "count": (_MISS,),
    "people": (_MISS,),
    "sum": (_MISS,),
    "avg": (_MISS, _MISS),
    "variance": (_MISS, _MISS, _MISS, *_SURELY),
    "stddev": (_MISS, _MISS, _MISS, *_SURELY),
}
"""With what chance the noise of each part may exceed its width; of variances twice, where there may be few
values 5 % together, most of it where it is felt."""


@dataclass(frozen=True)
class Shown:
    """A column of the released table."""

    name: str
    part: Part
    type: str
    measure: Measure | None = None
    of: tuple[Component, ...] = ()
    """What it is computed from."""
    is_whole: bool = False
    """It leaves as a BIGINT."""
    is_at_least_zero: bool = False
    """What lies below 0 becomes 0."""
    is_agreed: bool = False
    """It is the number that agrees with those of the other grouping sets."""
    widths: tuple[tuple[int, ...], ...] = ()
    """Of intervals: for each chance of `MISSES`, how many units the noise of a part may be off in each
    grouping set."""
    scales: tuple[float, ...] = ()
    """Of the noise in each grouping set: b of Laplace, σ of Gaussian noise, as the measure counts."""

    @property
    def written(self) -> str:
        """The column of the author's SELECT that it belongs to."""
        return self.name if self.measure is None else self.measure.name


def shown_of(
    aggregate: Aggregate, components: Components, noise: Noise, promise: DifferentialPrivacy
) -> tuple[Shown, ...]:
    """In the order of the SELECT list."""
    return tuple(_columns(aggregate, components, noise, promise))


def _columns(
    aggregate: Aggregate, components: Components, noise: Noise, promise: DifferentialPrivacy
) -> Iterator[Shown]:
    measures = {released.measure.name: released for released in components.measures}
    for name in aggregate.columns:
        released = measures.get(name)
        if released is None:
            key = next(key for key in aggregate.keys if key.name == name)
            yield Shown(name, "key", key.kind, is_whole=key.kind == "integer")
            continue
        of = tuple(components.named(each) for each in released.components)
        yield from _of_measure(released.measure, of, noise, components, promise)


def _of_measure(
    measure: Measure,
    of: tuple[Component, ...],
    noise: Noise,
    components: Components,
    promise: DifferentialPrivacy,
) -> Iterator[Shown]:
    bounds = of[0].bounds
    is_whole = measure.kind in ADDITIVE or measure.kind == "quantile"
    is_whole = is_whole and (bounds is None or bounds.granularity.denominator == 1)
    kind = "integer" if is_whole else "number"
    at_least_zero = promise.non_negative and may_be_cut_at_zero(measure, promise)
    is_agreed = promise.consistent and is_added_up(measure)

    widths = tuple(_widths(measure, of, noise, components)) if promise.intervals else ()

    def shown(name: str, part: Part) -> Shown:
        own = widths if part in ("low", "high") else ()
        return Shown(name, part, kind, measure, of, is_whole, at_least_zero, is_agreed, own)

    yield shown(measure.name, "value")
    if promise.intervals:
        yield shown(f"{measure.name}_low", "low")
        yield shown(f"{measure.name}_high", "high")
        if measure.kind in ADDITIVE:
            unit = Fraction(1) if bounds is None else bounds.granularity
            at = components.columns.index(of[0])
            scales = tuple(float(scales[at].scale * unit) for scales in noise.scales)
            yield Shown(f"{measure.name}_scale", "scale", "number", measure, of, scales=scales)


def is_added_up(measure: Measure) -> bool:
    """Whether totals of it are the sums of their parts: counts and sums are, distinct people are not."""
    return measure.kind in ("count", "sum")


def may_be_cut_at_zero(measure: Measure, promise: DifferentialPrivacy) -> bool:
    """Whether it is never below 0 without noise."""
    if measure.kind == "sum":
        return promise.bounds[measure.name].lowest >= 0
    return measure.kind in ("count", "people")


def _widths(
    measure: Measure, of: tuple[Component, ...], noise: Noise, components: Components
) -> Iterator[tuple[int, ...]]:
    misses = MISSES[measure.kind]
    for component, miss in zip(of * (len(misses) // len(of)), misses, strict=True):
        at = components.columns.index(component)
        yield tuple(
            _half_width(noise.calibration.mechanism, scales[at].scale, 1 - miss) for scales in noise.scales
        )


@lru_cache(maxsize=256)
def _half_width(mechanism: Mechanism, scale: Fraction, confidence: Fraction) -> int:
    """Grouping sets with fewer keys often have the same noise."""
    return half_width(law_of(mechanism, scale), confidence)
