"""Nobody who knows the method, its numbers and the release can tell that fewer than k people of the
population may be behind a class: every sample that could have been drawn is recoded, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from personatwin_sql.compile.protection import Chosen
from personatwin_sql.engine.recodings import choose_recoding
from personatwin_sql.privacy.candidates import candidates
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.k_map import KMap
from personatwin_sql.privacy.population import CellPopulation, CountedPopulation, Known
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.keep import Before
from personatwin_sql.privacy.recoding.recode import recode
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.spec.protection import RecodingName, RecodingRule

AGES = np.array([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]])
SEXES = np.array([[0, 1], [0, 0]])
MAPS = (AGES, SEXES)
Person = tuple[int, int]
Class = tuple[tuple[int, int], ...]
"""What a class publishes: of each column its level and code there."""
Release = tuple[tuple[Class, int], ...]
METHODS = ("local", "multidimensional", "ranges", "cell")


def _population(people: Sequence[Person]) -> CountedPopulation:
    rows = np.array(people, dtype=np.int64)
    return CountedPopulation((0, 1), rows, np.ones(len(rows), dtype=np.int64), MAPS)


def _frequency(sample: Sequence[Person], everybody: Sequence[Person]) -> FrequencySet:
    """As from a source: values of nobody in the sample are nowhere."""
    rows, people = np.unique(np.array(sample, dtype=np.int64), axis=0, return_counts=True)
    maps, codes, theirs = [], np.empty_like(rows), []
    for column, table in enumerate(MAPS):
        held, codes[:, column] = np.unique(rows[:, column], return_inverse=True)
        coded = [np.unique(level[held], return_inverse=True) for level in table]
        maps.append(np.array([code for _, code in coded]))
        own = [
            np.where(np.isin(level, names), np.searchsorted(names, level), -1)
            for level, (names, _) in zip(table, coded, strict=True)
        ]
        theirs.append(np.array(own))
    outside = replace(_population(everybody), maps=tuple(theirs))
    return replace(FrequencySet.of(["age", "sex"], codes, people, maps), population=outside)


def _recoded(frequency: FrequencySet, demand: Demand, method: str) -> Recoding | None:
    if method == "cell":
        return with_cells_suppressed(frequency, demand, (0, 0))
    if method == "ranges":
        values = np.unique(frequency.maps[0][0])
        return recode(frequency, demand, "multidimensional", ranks={"age": values})
    return recode(frequency, demand, "local" if method == "local" else "multidimensional")


def _released(
    sample: Sequence[Person], everybody: Sequence[Person], demand: Demand, method: str
) -> tuple[Release, dict[Person, Class]]:
    """What a reader sees of a sample, and where each kind of person stands."""
    frequency = _frequency(sample, everybody)
    found = _recoded(frequency, demand, method)
    if found is None:
        return (), {}
    rows = np.unique(np.array(sample, dtype=np.int64), axis=0)
    places: dict[Person, Class] = {}
    sizes: dict[Class, int] = {}
    for number, (age, sex) in enumerate(rows.tolist()):
        group = int(found.classes[number])
        if group < 0:
            continue
        seen = _seen(frequency, found, number, group, rows)
        places[age, sex] = seen
        sizes[seen] = sizes.get(seen, 0) + int(frequency.people[number])
    return tuple(sorted(sizes.items())), places


def _seen(frequency: FrequencySet, found: Recoding, number: int, group: int, rows: np.ndarray) -> Class:
    """By values as they are in the world, not as they are coded in a sample."""
    seen = []
    for column, table in enumerate(MAPS):
        level = int(found.levels[group, column])
        if found.low is not None and found.high is not None and found.low[group, column] >= 0:
            held = np.unique(rows[:, column])
            ends = (held[found.low[group, column]], held[found.high[group, column]])
            seen.append((-1, int(ends[0]) * 10 + int(ends[1])))
        else:
            seen.append((level, int(table[level][rows[number, column]])))
    return tuple(seen)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Eight people, and four to six of them."""
    one = st.tuples(st.integers(0, 3), st.integers(0, 1))
    everybody = tuple(draw(st.lists(one, min_size=7, max_size=8)))
    return everybody, everybody[: draw(st.integers(4, 5))]


REGION_IS_TOO_MUCH = ((3, 1), (0, 1), (1, 0), (3, 0), (3, 1), (1, 1), (3, 1), (3, 1))
"""Of those who look like the class of women of any age, some would be cut off with the others."""
VALUES_AS_GIVEN_TELL = ((0, 0), (3, 0), (3, 0), (3, 1), (1, 1), (0, 1), (0, 1))
"""How many ages were met under a band must have no say in where the next cut is."""


@settings(max_examples=12, deadline=None)
@example((REGION_IS_TOO_MUCH, REGION_IS_TOO_MUCH[:4]), "ranges", 3, False)
@example((VALUES_AS_GIVEN_TELL, VALUES_AS_GIVEN_TELL[:5]), "local", 3, True)
@given(worlds(), st.sampled_from(METHODS), st.integers(2, 4), st.booleans())
def test_every_sample_that_could_have_been_drawn_leaves_k_people_behind_each_class(
    world: tuple[tuple[Person, ...], tuple[Person, ...]], method: str, k: int, has_floor: bool
) -> None:
    everybody, sample = world
    demand = Demand(
        k=2,
        suppression_limit=0.5,
        models=(KMap(k),),
        floor={"age": 1} if has_floor and method != "cell" else {},
    )
    release, _ = _released(sample, everybody, demand, method)
    behind: dict[Class, set[int]] = {seen: set() for seen, _ in release}
    for drawn in combinations(range(len(everybody)), len(sample)):
        other = [everybody[person] for person in drawn]
        again, places = _released(other, everybody, demand, method)
        if again == release:
            for person in drawn:
                if everybody[person] in places:
                    behind[places[everybody[person]]].add(person)
    assert all(len(people) >= k for people in behind.values())


@pytest.mark.parametrize("kind", ["local", "multidimensional"])
@pytest.mark.parametrize("has_history", [False, True])
def test_a_lock_at_coarser_levels_makes_nobody_more_of_the_population(
    kind: RecodingName, *, has_history: bool
) -> None:
    """Whether it is kept is read at the finest levels: only who is alike there can stand for others."""
    sample = [(0, 0)] * 2 + [(1, 0)] * 2 + [(2, 0)] * 2
    frequency = _frequency(sample, [*sample, *[(3, 0)] * 9])
    locked = Chosen(2, {"age": 1, "sex": 0}, recoding=kind, coarsest={"age": 2, "sex": 0})
    rows, classes, people = np.arange(3), np.array([0, 0, 1]), np.full(3, 2)
    found = choose_recoding(
        frequency,
        Demand(k=2, suppression_limit=0.0, models=(KMap(4),)),
        RecodingRule(kind),
        locked,
        before=Before(rows, classes, people) if has_history else None,
    )
    assert found is not None
    assert found.recoding.lowest == (0, 0)
    sizes = np.bincount(found.recoding.classes, weights=[2, 2, 2])
    assert sizes.min() >= 4  # nine more of the population are in the band of the last two, of another age


def test_texts_that_mean_the_same_people_count_them_once() -> None:
    """`F`, `female` and `M`, in two counties."""
    said = np.array([[1, 0], [1, 0], [0, 1]], dtype=bool)
    place = np.array([[1, 0], [0, 1]], dtype=bool)
    population = CellPopulation(
        cells=np.array([[3.5, 10.0], [7.0, 20.0]]), known=(Known(0, 1, (said,)), Known(1, 0, (place,)))
    )
    found = candidates(population, (0, 0), np.array([[0, 0], [1, 0], [2, 0], [0, 1]]))
    assert not found.are_apart
    assert found.of(np.array([0, 0, 1, 1]), 2).tolist() == [3, 17]
    assert found.of(np.array([0, -1, -1, 0]), 1).tolist() == [10]
    assert found.part(np.array([-1, 0, 1, -1])).of(np.array([0, 0]), 1).tolist() == [13]


def test_who_tells_what_the_population_does_not_know_has_nobody() -> None:
    population = replace(
        _population([(0, 0), (1, 1)]),
        columns=(0,),
        codes=np.array([[0], [1]]),
        maps=(AGES,),
        unknown=((1, 1),),
    )
    codes = np.array([[0, 0], [1, 0]])
    assert candidates(population, (0, 0), codes).of(np.array([0, 1]), 2).tolist() == [0, 0]
    assert candidates(population, (0, 1), codes).of(np.array([0, 1]), 2).tolist() == [1, 1]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_each_class_has_the_people_of_its_cells_as_one_by_one(data: st.DataObject) -> None:
    flags = [
        np.array(data.draw(st.lists(st.booleans(), min_size=12, max_size=12))).reshape(3, 4) for _ in range(3)
    ]
    cells = np.arange(16.0).reshape(4, 4) + 1
    population = CellPopulation(
        cells, (Known(0, 0, (flags[0],)), Known(1, 0, (flags[1],)), Known(2, 1, (flags[2],)))
    )
    codes = np.array(data.draw(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=8)))
    group = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=len(codes), max_size=len(codes))))
    expected = []
    for number in range(3):
        met = np.zeros((4, 4), dtype=bool)
        for a, b, c in codes[group == number]:
            met |= np.outer(flags[0][a] & flags[1][b], flags[2][c])
        expected.append(int(cells[met].sum()))
    assert candidates(population, (0, 0, 0), codes).of(group, 3).tolist() == expected
