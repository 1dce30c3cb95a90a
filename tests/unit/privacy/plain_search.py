"""Small problems of the search, and every node of them in turn, by loops over people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import strategies as st

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.average_risk import AverageRisk
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Flags
from personatwin_sql.privacy.objective import MEASURES, Objective
from personatwin_sql.privacy.search import SearchResult
from personatwin_sql.privacy.sensitive import Sensitive
from tests.unit.privacy.plain_losses import generalized, plain_loss


@dataclass(frozen=True)
class SeveralValues:
    """At least so many values in a class: a merge of any kind keeps it."""

    least: int
    name: str = "several_values"
    column: str | None = "illness"
    outlives_any_merge: bool = True
    outlives_merges_of_its_own: bool = True

    def passes(self, classes: Counted) -> Flags:
        return self._values(classes) >= self.least

    def measure(self, classes: Counted) -> float:
        return float(self._values(classes).min(initial=10**9))

    def _values(self, classes: Counted) -> np.ndarray:
        return np.bincount(classes.values["illness"].classes, minlength=len(classes.sizes))


@dataclass(frozen=True)
class NoValueOfMost:
    """No value has more than a share of a class: classes that all satisfy it do so merged."""

    share: float
    name: str = "no_value_of_most"
    column: str | None = "illness"
    outlives_any_merge: bool = False
    outlives_merges_of_its_own: bool = True

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self._largest(classes) <= self.share)

    def measure(self, classes: Counted) -> float:
        return float(self._largest(classes).max(initial=0.0))

    def _largest(self, classes: Counted) -> np.ndarray:
        largest = np.zeros(len(classes.sizes))
        np.maximum.at(largest, classes.values["illness"].classes, classes.shares("illness"))
        return largest


@dataclass(frozen=True)
class NotASizeOf:
    """A rule of sizes that no merge keeps."""

    size: int
    name: str = "not_a_size_of"
    column: str | None = None
    outlives_any_merge: bool = False
    outlives_merges_of_its_own: bool = False

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(classes.sizes % self.size != 0)

    def measure(self, classes: Counted) -> float:
        return float((classes.sizes % self.size).min(initial=0))


@st.composite
def frequency_sets(draw: st.DrawFn, most_columns: int = 4) -> FrequencySet:
    columns = draw(st.integers(1, most_columns))
    maps, codes = [], []
    for _ in range(columns):
        values = draw(st.integers(1, 5))
        levels = [list(range(values))]
        for _ in range(draw(st.integers(0, 2))):
            parent = draw(st.lists(st.integers(0, 2), min_size=5, max_size=5))
            levels.append([parent[code] for code in levels[-1]])
        maps.append([*levels, [0] * values])
    tuples = draw(
        st.lists(st.tuples(*(st.integers(0, len(m[0]) - 1) for m in maps)), max_size=25, unique=True)
    )
    people = [draw(st.integers(1, 9)) for _ in tuples]
    codes = [list(each) for each in tuples]
    leaves = [[draw(st.integers(1, 3)) for _ in m[0]] for m in maps] if draw(st.booleans()) else None
    names = [f"c{number}" for number in range(columns)]
    return FrequencySet.of(names, codes, people, maps, leaves)


@st.composite
def problems(draw: st.DrawFn) -> tuple[FrequencySet, Demand]:
    frequency = draw(frequency_sets())
    floor, fixed, weights = {}, {}, {}
    for name, height in zip(frequency.names, frequency.heights, strict=True):
        if draw(st.booleans()):
            floor[name] = draw(st.integers(0, height))
        if draw(st.integers(0, 4)) == 0:
            fixed[name] = draw(st.integers(floor.get(name, 0), height))
        if draw(st.booleans()):
            weights[name] = draw(st.sampled_from((0.5, 2.0, 3.0)))
    demand = Demand(
        k=draw(st.integers(1, 12)),
        suppression_limit=draw(st.sampled_from((0.0, 0.02, 0.1, 0.3, 0.6, 1.0))),
        floor=floor,
        fixed=fixed,
        weights=weights,
        max_average_risk=draw(st.sampled_from((None, None, 0.05, 0.1, 0.2, 0.4))),
        largest_k=draw(st.sampled_from((None, 5, 15, 1000))),
        suppress_at_least_k=draw(st.booleans()),
    )
    return frequency, demand


@st.composite
def problems_with_models(draw: st.DrawFn) -> tuple[FrequencySet, Demand]:
    """Any rules beside k, of classes and of the release, and half of the time a limit of nothing."""
    frequency, demand = draw(problems())
    rows, values, people = [], [], []
    for row, count in enumerate(frequency.people.tolist()):
        drawn = Counter(draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
        rows += [row] * len(drawn)
        values += list(drawn)
        people += list(drawn.values())
    illness = Sensitive("illness", *(np.array(each, dtype=np.int64) for each in (rows, values, people)), 4)
    rules: list[PrivacyModel] = [
        SeveralValues(draw(st.integers(1, 3))),
        NoValueOfMost(draw(st.sampled_from((0.4, 0.6, 0.9)))),
        NotASizeOf(draw(st.integers(3, 6))),
    ]
    chosen = draw(st.lists(st.sampled_from(rules), unique=True))
    of_release = draw(st.sampled_from(((), (AverageRisk(0.1),), (AverageRisk(0.3),))))
    limit = draw(st.sampled_from((0.0, demand.suppression_limit)))
    return (
        replace(frequency, sensitive=(illness,)),
        replace(demand, models=tuple(chosen), rules=of_release, suppression_limit=limit),
    )


@st.composite
def objectives(draw: st.DrawFn) -> Objective:
    measure = draw(st.sampled_from(MEASURES))
    mean = draw(st.sampled_from(("arithmetic", "geometric")))
    return Objective(measure, mean, draw(st.sampled_from((1.0, 0.5, 0.0))))


def brute_force(frequency: FrequencySet, demand: Demand) -> tuple[object, ...] | None:
    """The figures of the best node, of equal ones the first."""
    ranges = [
        [demand.fixed[name]] if name in demand.fixed else range(demand.floor.get(name, 0), height + 1)
        for name, height in zip(frequency.names, frequency.heights, strict=True)
    ]
    best: tuple[object, ...] | None = None
    best_loss = float("inf")
    for levels in product(*ranges):
        released = plain_release(frequency, demand, levels)
        if released is None:
            continue
        kept, k = released
        lost = plain_loss(frequency, demand, levels, kept)
        if lost >= best_loss - 1e-11 * max(1.0, abs(best_loss)) and best is not None:
            continue
        best_loss, people = lost, sum(kept.values())
        risk, smallest = len(kept) / people if people else 0.0, min(kept.values(), default=0)
        figures = (frequency.total - people, len(kept), smallest, round(risk, 12), round(lost, 8))
        best = (levels, k, *figures)
    return best


def plain_release(
    frequency: FrequencySet, demand: Demand, levels: tuple[int, ...]
) -> tuple[dict[tuple[int, ...], int], int] | None:
    """The classes that are kept, and the k they are cut at: the smallest that satisfies the demand."""
    classes: Counter[tuple[int, ...]] = Counter()
    for row, people in zip(frequency.codes.tolist(), frequency.people.tolist(), strict=True):
        classes[generalized(frequency, levels, row)] += people
    failing = {key for key in classes if not _passes(frequency, demand.models, levels, key, classes[key])}
    larger = {size + 1 for size in classes.values() if demand.k <= size < (demand.largest_k or 0)}
    for k in (demand.k, *sorted(larger)):
        kept = {key: size for key, size in classes.items() if size >= k and key not in failing}
        suppressed = frequency.total - sum(kept.values())
        if demand.suppress_at_least_k and 0 < suppressed < k:
            if not kept:
                continue
            hidden = min(kept, key=lambda key: (kept[key], key))
            suppressed += kept.pop(hidden)
        if suppressed > demand.suppression_limit * frequency.total + 1e-9:
            return None
        people = sum(kept.values())
        risk = len(kept) / people if people else 0.0
        if demand.max_average_risk is None or risk <= demand.max_average_risk:
            return (kept, k) if all(risk <= rule.required for rule in demand.rules) else None
        if demand.largest_k is None:
            return None
    return None


def _passes(
    frequency: FrequencySet,
    models: Sequence[PrivacyModel],
    levels: tuple[int, ...],
    key: tuple[int, ...],
    size: int,
) -> bool:
    held: Counter[int] = Counter()
    for column in frequency.sensitive:
        for row, value, people in zip(
            column.rows.tolist(), column.values.tolist(), column.people.tolist(), strict=True
        ):
            if generalized(frequency, levels, frequency.codes[row].tolist()) == key:
                held[value] += people
    for model in models:
        match model:
            case SeveralValues():
                passes = len(held) >= model.least
            case NoValueOfMost():
                passes = max(held.values()) / size <= model.share
            case NotASizeOf():
                passes = size % model.size != 0
            case _:
                raise TypeError(model.name)
        if not passes:
            return False
    return True


def figures(found: SearchResult | None) -> tuple[object, ...] | None:
    if found is None:
        return None
    return (
        found.levels,
        found.k,
        found.suppressed_people,
        found.classes,
        found.smallest_class,
        round(found.average_risk, 12),
        round(found.loss, 8),
    )
