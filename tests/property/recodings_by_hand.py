"""What a recoding promises, checked by plain loops over random small frequency sets."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness
from personatwin_sql.privacy.models.counted import Counted, counted
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.model import Direction, PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity
from personatwin_sql.privacy.numbers import Flags, Shares
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.privacy.sensitive import Sensitive


@dataclass(frozen=True)
class EvenValues:
    """The number of distinct values is even: not even merges of its own keep it."""

    name: str = "even_values"
    column: str | None = "s"
    required: float = 0.0
    direction: Direction = "at_most"
    outlives_any_merge: bool = False
    outlives_merges_of_its_own: bool = False

    def each(self, classes: Counted) -> Shares:
        values = np.bincount(classes.values["s"].classes, minlength=len(classes.sizes))
        return (values % 2).astype(np.float64)

    def passes(self, classes: Counted) -> Flags:
        return self.each(classes) == 0

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).max(initial=0.0))


MODELS: tuple[PrivacyModel, ...] = (
    DistinctDiversity("s", 2),
    EntropyDiversity("s", 1.7),
    RecursiveDiversity("s", 3.0, 2),
    AlphaK("s", 0.7),
    EqualCloseness("s", 0.2),
    OrderedCloseness("s", 0.15),
    DeltaDisclosure("s", 1.2),
    BetaLikeness("s", 1.0),
    EvenValues(),
)


@st.composite
def hierarchies(draw: st.DrawFn) -> np.ndarray:
    """(height + 1, values): values that are merged level by level until one is left."""
    values = draw(st.integers(1, 8))
    levels = [np.arange(values)]
    while levels[-1].max() > 0 or (len(levels) < 2 and draw(st.booleans())):
        groups = int(levels[-1].max()) + 1
        into = draw(st.integers(1, max(1, groups - 1))) if len(levels) < 4 else 1
        parents = np.array(draw(st.lists(st.integers(0, into - 1), min_size=groups, max_size=groups)))
        levels.append(np.unique(parents, return_inverse=True)[1][levels[-1]])
    return np.array(levels)


@st.composite
def problems(draw: st.DrawFn) -> tuple[FrequencySet, Demand]:
    """People with one sensitive column, and a demand with bounds and models."""
    maps = [draw(hierarchies()) for _ in range(draw(st.integers(1, 4)))]
    cells = st.tuples(*(st.integers(0, table.shape[1] - 1) for table in maps))
    codes = sorted(draw(st.sets(cells, min_size=1, max_size=24)))
    size = draw(st.integers(1, 4))
    entries = [
        draw(st.dictionaries(st.integers(0, size - 1), st.integers(1, 5), min_size=1, max_size=size))
        for _ in codes
    ]
    rows, values, people = [], [], []
    for row, held in enumerate(entries):
        for value, count in sorted(held.items()):
            rows.append(row)
            values.append(value)
            people.append(count)
    names = [f"c{number}" for number in range(len(maps))]
    sensitive = Sensitive("s", np.array(rows), np.array(values), np.array(people), size)
    frequency = FrequencySet.of(
        names, codes, [sum(held.values()) for held in entries], maps, sensitive=[sensitive]
    )
    floor, ceiling, fixed = {}, {}, {}
    for name, height in zip(names, frequency.heights, strict=True):
        if draw(st.integers(0, 3)) == 0:
            floor[name] = draw(st.integers(0, height))
        if draw(st.integers(0, 3)) == 0:
            ceiling[name] = draw(st.integers(floor.get(name, 0), height))
        if draw(st.integers(0, 5)) == 0:
            fixed[name] = draw(st.integers(floor.get(name, 0), ceiling.get(name, height)))
    models = draw(
        st.one_of(st.just(()), st.just(()), st.lists(st.sampled_from(MODELS), min_size=1, max_size=2))
    )
    demand = Demand(
        k=draw(st.integers(1, 12)),
        suppression_limit=draw(st.sampled_from((0.0, 0.0, 0.1, 0.3, 1.0))),
        floor=floor,
        ceiling=ceiling,
        fixed=fixed,
        weights={names[0]: draw(st.sampled_from((0.0, 1.0, 3.0)))},
        models=tuple(models),
        max_average_risk=draw(st.sampled_from((None, None, None, 0.3, 0.1))),
        suppress_at_least_k=draw(st.booleans()),
    )
    return frequency, demand


def broken_promise(frequency: FrequencySet, demand: Demand, recoding: Recoding) -> str | None:
    """What the recoding promises and does not keep; None when all is kept."""
    members = defaultdict(list)
    for row, number in enumerate(recoding.classes.tolist()):
        members[number].append(row)
    suppressed = sum(int(frequency.people[row]) for row in members.pop(-1, []))
    if suppressed > demand.suppression_limit * frequency.total + 1e-9:
        return "more people are suppressed than the limit allows"
    if demand.suppress_at_least_k and 0 < suppressed < demand.k:
        return "fewer than k people are suppressed"
    if sorted(members) != list(range(len(recoding.levels))):
        return "classes and their levels do not fit"
    if members and not demand.k <= recoding.k <= min(
        sum(int(frequency.people[row]) for row in rows) for rows in members.values()
    ):
        return "a class has fewer people than the recoding says"
    shown: Counter[tuple[object, ...]] = Counter()
    for number, rows in members.items():
        cells: list[object] = []
        for column, name in enumerate(frequency.names):
            level = int(recoding.levels[number, column])
            low = demand.fixed.get(name, demand.floor.get(name, 0))
            high = demand.fixed.get(name, demand.ceiling.get(name, frequency.heights[column]))
            values = [int(frequency.codes[row, column]) for row in rows]
            if not low <= level <= high:
                return "a level is outside of what is allowed"
            codes = {int(frequency.maps[column][level][value]) for value in values}
            if len(codes) != 1:
                return "a class publishes two values in one column"
            cell = (level, codes.pop(), *ends_of(recoding, number, column))
            if len(cell) > 2 and any(not cell[2] <= value <= cell[3] for value in values):
                return "a value lies outside of its range"
            cells.append(cell)
        shown[tuple(cells)] += 1
    if shown and max(shown.values()) > 1:
        return "two classes publish the same values"
    found = counted(frequency, recoding.classes, len(recoding.levels))
    if not acceptable(found, demand.k, demand.models).all():
        return "a class may not be published"
    people = frequency.total - suppressed
    risk = len(recoding.levels) / people if people else 0.0
    if demand.max_average_risk is not None and risk > demand.max_average_risk + 1e-12:
        return "the average risk is too high"
    return None


def ends_of(recoding: Recoding, number: int, column: int) -> tuple[int, ...]:
    """The ends of a range, as base codes that are in the order of the numbers; nothing for a level."""
    if recoding.low is None or recoding.high is None or recoding.low[number, column] < 0:
        return ()
    return int(recoding.low[number, column]), int(recoding.high[number, column])


def permuted(frequency: FrequencySet, order: np.ndarray) -> FrequencySet:
    """The same people, their tuples in another order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    sensitive = [
        Sensitive(each.name, place[each.rows], each.values, each.people, each.size)
        for each in frequency.sensitive
    ]
    return FrequencySet.of(
        frequency.names,
        frequency.codes[order],
        frequency.people[order],
        frequency.maps,
        frequency.leaves,
        sensitive=sensitive,
    )
