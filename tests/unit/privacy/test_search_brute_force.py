"""The search against every node in turn, by loops over people that share nothing with it."""

from __future__ import annotations

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.search import SearchResult, search


@st.composite
def frequency_sets(draw: st.DrawFn) -> FrequencySet:
    columns = draw(st.integers(1, 4))
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
    return FrequencySet.of([f"c{number}" for number in range(columns)], codes, people, maps, leaves)


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


def brute_force(frequency: FrequencySet, demand: Demand) -> tuple[object, ...] | None:
    ranges = [
        [demand.fixed[name]] if name in demand.fixed else range(demand.floor.get(name, 0), height + 1)
        for name, height in zip(frequency.names, frequency.heights, strict=True)
    ]
    best: tuple[object, ...] | None = None
    best_loss = float("inf")
    for levels in product(*ranges):
        released = release(frequency, demand, levels)
        if released is not None and loss(frequency, demand, levels, released[0]) < best_loss - 1e-12:
            kept, k = released
            best_loss = loss(frequency, demand, levels, kept)
            people = sum(kept.values())
            risk = len(kept) / people if people else 0.0
            smallest = min(kept.values(), default=0)
            best = (
                levels,
                k,
                frequency.total - people,
                len(kept),
                smallest,
                round(risk, 12),
                round(best_loss, 9),
            )
    return best


def release(
    frequency: FrequencySet, demand: Demand, levels: tuple[int, ...]
) -> tuple[dict[tuple[int, ...], int], int] | None:
    """The classes that are kept, and the k they are cut at: the smallest that satisfies the demand."""
    classes: Counter[tuple[int, ...]] = Counter()
    for row, people in zip(frequency.codes.tolist(), frequency.people.tolist(), strict=True):
        classes[generalized(frequency, levels, row)] += people
    larger = {size + 1 for size in classes.values() if demand.k <= size < (demand.largest_k or 0)}
    for k in (demand.k, *sorted(larger)):
        kept = {key: size for key, size in classes.items() if size >= k}
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
            return kept, k
        if demand.largest_k is None:
            return None
    return None


def generalized(frequency: FrequencySet, levels: tuple[int, ...], row: list[int]) -> tuple[int, ...]:
    return tuple(
        int(table[level][value]) for table, level, value in zip(frequency.maps, levels, row, strict=True)
    )


def loss(
    frequency: FrequencySet, demand: Demand, levels: tuple[int, ...], kept: dict[tuple[int, ...], int]
) -> float:
    losses, weights = 0.0, 0.0
    for column, name in enumerate(frequency.names):
        table, leaves = frequency.maps[column][levels[column]], frequency.leaves[column]
        domain, total = int(leaves.sum()), frequency.total
        raw = 0.0
        for row, people in zip(frequency.codes.tolist(), frequency.people.tolist(), strict=True):
            under = sum(
                int(leaf) for leaf, code in zip(leaves, table, strict=True) if code == table[row[column]]
            )
            raw += people * (under / domain if generalized(frequency, levels, row) in kept else 1.0)
        least = total / domain
        weight = demand.weights.get(name, 1.0)
        weights += weight
        losses += weight * ((raw - least) / (total - least) if total > least else 0.0)
    return losses / weights


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
        round(found.loss, 9),
    )


@given(problems())
@settings(max_examples=300, deadline=None)
def test_the_search_finds_what_trying_every_node_finds(problem: tuple[FrequencySet, Demand]) -> None:
    frequency, demand = problem
    assert figures(search(frequency, demand)) == brute_force(frequency, demand)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_a_best_effort_satisfies_the_demand_and_is_no_better_than_the_best(
    problem: tuple[FrequencySet, Demand],
) -> None:
    frequency, demand = problem
    found, best = search(frequency, demand, most_nodes=0), search(frequency, demand)
    if found is not None:
        assert best is not None
        assert found.loss >= best.loss - 1e-12
        kept = release(frequency, demand, found.levels)
        assert kept is not None
        assert (found.classes, found.k) == (len(kept[0]), kept[1])
