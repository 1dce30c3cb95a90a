"""Hierarchies are accepted exactly when their levels nest."""

from __future__ import annotations

from bisect import bisect_right
from itertools import combinations, pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.hierarchy import (
    PERIODS,
    Coding,
    Dates,
    Hierarchy,
    Intervals,
    Mask,
    Prefix,
    Taxonomy,
    Widths,
)
from personatwin_sql.spec.hierarchy_reader import read_hierarchy
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.yaml_reader import parse_yaml

NOWHERE = Home(Path("/nonexistent"))


def read(written: str) -> Hierarchy:
    return read_hierarchy(parse_yaml(f"h: {written}", "domains/a.yml"), ("h",), NOWHERE)


def refused(written: str) -> list[str]:
    with pytest.raises(ProjectError) as raised:
        read(written)
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


def test_each_kind_becomes_its_type() -> None:
    assert read("{widths: [5, 10], bottom: 0, top: 90, measures: age}") == Widths(
        widths=(5, 10), bottom=0, top=90, measures="age"
    )
    assert read("{prefix: [3, 1]}") == Prefix(prefix=(3, 1))
    assert read("{dates: [day, month, year]}") == Dates(dates=("day", "month", "year"))
    assert read("{table: reference.icd, columns: [code, chapter], unmapped: top}") == Taxonomy(
        table="reference.icd", level_columns=("code", "chapter"), levels=("chapter",), unmapped="top"
    )


def test_characters_are_hidden_at_one_end_and_numbers_coded_at_both() -> None:
    assert read("{mask: [2, 4], side: left}") == Mask(mask=(2, 4), side="left")
    assert read("{mask: [2]}").inner_levels == ("last 2 characters hidden",)
    assert read("{coding: {bottom: 18, top: 90}}") == Coding(bottom=18, top=90)
    assert read("{coding: {top: 90}}").inner_levels == ("coded 90+",)


def test_ordered_values_are_grouped_with_their_neighbours() -> None:
    hierarchy = read("{order: [none, primary, 7, college, more], groups: [2, 4]}")
    assert isinstance(hierarchy, Taxonomy)
    assert hierarchy.rows == (
        ("none", "none to primary", "none to college"),
        ("primary", "none to primary", "none to college"),
        ("7", "7 to college", "none to college"),
        ("college", "7 to college", "none to college"),
        ("more", "more", "more"),
    )
    assert hierarchy.levels == ("groups of 2 neighbours", "groups of 4 neighbours")


def test_a_flat_list_of_cuts_is_one_level() -> None:
    assert read("{intervals: [1, 5], bottom: 0, top: 20}") == Intervals(intervals=((1, 5),), bottom=0, top=20)
    assert read("{intervals: [[1, 3, 5], [1, 5]]}") == Intervals(intervals=((1, 3, 5), (1, 5)))


def test_a_taxonomy_keeps_values_as_written_with_their_groups_upwards() -> None:
    hierarchy = read(
        "{taxonomy: {X: {A: [1.10, no], B: [012]}, Y: {C: [true]}}, levels: [group, supergroup]}"
    )
    assert isinstance(hierarchy, Taxonomy)
    assert hierarchy.rows == (("1.10", "A", "X"), ("no", "A", "X"), ("012", "B", "X"), ("true", "C", "Y"))
    assert hierarchy.levels == ("group", "supergroup")
    assert (hierarchy.height, hierarchy.unmapped) == (3, "error")


def test_levels_without_names_are_numbered() -> None:
    assert read("{taxonomy: {A: [a]}}").inner_levels == ("level 1",)


def test_a_group_may_be_called_as_its_only_value() -> None:
    assert read("{taxonomy: {White: [White], Other: [Asian, Black]}}").height == 2


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{}", "PT020"),
        ("flat", "PT020"),
        ("[5, 10]", "PT020"),
        ("{widths: [5], prefix: [3]}", "PT020"),
        ("{width: [5]}", "PT012"),
        ("{widths: [5], kind: widths}", "PT012"),
        ("{widths: []}", "PT013"),
        ("{widths: [true]}", "PT011"),
        ("{widths: 5}", "PT011"),
        ("{widths: [5], measures: weight}", "PT014"),
        ("{widths: [0, 5]}", "PT021"),
        ("{widths: [-5]}", "PT021"),
        ("{widths: [5, 5]}", "PT021"),
        ("{widths: [10, 5]}", "PT021"),
        ("{widths: [5, 12]}", "PT022"),
        ("{widths: [5], bottom: 90, top: 90}", "PT023"),
        ("{intervals: [5, 5]}", "PT021"),
        ("{intervals: [[1, 5], []]}", "PT021"),
        ("{intervals: [[1, 5], [1, 5]]}", "PT022"),
        ("{intervals: [[1, 5], [3]]}", "PT022"),
        ("{intervals: [0], bottom: 0}", "PT023"),
        ("{intervals: [20], top: 20}", "PT023"),
        ("{intervals: [1], bottom: 5, top: 2}", "PT023"),
        ("{prefix: [3, 3]}", "PT021"),
        ("{prefix: [3, 0]}", "PT021"),
        ("{prefix: [1.5]}", "PT011"),
        ("{mask: [2, 2]}", "PT021"),
        ("{mask: [4, 2]}", "PT021"),
        ("{mask: [0, 2]}", "PT021"),
        ("{mask: []}", "PT013"),
        ("{mask: [2], side: middle}", "PT014"),
        ("{coding: {}}", "PT021"),
        ("{coding: {bottom: 90, top: 18}}", "PT023"),
        ("{coding: {tpo: 90}}", "PT012"),
        ("{order: [a, b, c], groups: [1]}", "PT021"),
        ("{order: [a, b, c], groups: [2, 2]}", "PT021"),
        ("{order: [a, b, c, d, e, f], groups: [2, 3]}", "PT022"),
        ("{order: [a, b, a], groups: [2]}", "PT025"),
        ("{order: [a, '*', b], groups: [2]}", "PT024"),
        ("{order: [a, b, c], groups: [2], levels: [x, y]}", "PT024"),
        ("{order: [a, b, a to b, d], groups: [2]}", "PT025"),
        ("{order: [a, b]}", "PT010"),
        ("{taxonomy: {A: [a], a: [b]}}", "PT025"),
        ("{taxonomy: {X: {A: [a]}, A: {B: [b]}}}", "PT025"),
        ("{dates: [week, month]}", "PT022"),
        ("{dates: [day, week, year]}", "PT022"),
        ("{dates: [year, day]}", "PT021"),
        ("{dates: [day, day]}", "PT021"),
        ("{dates: [decade]}", "PT014"),
        ("{taxonomy: {}}", "PT024"),
        ("{taxonomy: {A: []}}", "PT024"),
        ("{taxonomy: {A: {B: [b]}, C: [c]}}", "PT024"),
        ("{taxonomy: {A: ['*']}}", "PT024"),
        ("{taxonomy: {A: [a]}, levels: [x, y]}", "PT024"),
        ("{taxonomy: {A: [a, a]}}", "PT025"),
        ("{taxonomy: {A: [a], B: [a]}}", "PT025"),
        ("{taxonomy: {X: {A: [a]}, Y: {A: [b]}}}", "PT025"),
        ("{taxonomy: {A: [[a]]}}", "PT011"),
        ("{taxonomy: [a]}", "PT011"),
        ("{table: icd, columns: [code]}", "PT015"),
        ("{table: reference.icd}", "PT010"),
    ],
)
def test_levels_that_do_not_nest_are_refused(written: str, code: str) -> None:
    assert set(refused(written)) == {code}


def test_decimals_are_compared_as_written() -> None:
    assert read("{widths: [0.1, 0.3]}") == Widths(widths=(0.1, 0.3))
    assert refused("{widths: [0.1, 0.25]}") == ["PT022"]


def test_all_mistakes_of_a_hierarchy_are_told() -> None:
    assert refused("{widths: [5, 7, 6]}") == ["PT022", "PT021"]


@pytest.mark.parametrize(
    ("bottom", "top", "level", "narrowest"),
    [(0, 90, 1, 5), (0, 90, 3, 10), (18, None, 1, 2), (None, 83, 2, 3), (None, None, 3, 20), (0, 4, 1, 4)],
)
def test_an_open_end_may_cut_a_band_short(bottom: int, top: int, level: int, narrowest: int) -> None:
    assert Widths(widths=(5, 10, 20), bottom=bottom, top=top).narrowest(level) == narrowest


def test_every_chain_of_periods_is_accepted_exactly_when_periods_nest() -> None:
    for length in range(1, len(PERIODS) + 1):
        for periods in combinations(PERIODS, length):
            nests = "week" not in periods[:-1]
            if nests:
                assert read(f"{{dates: [{', '.join(periods)}]}}").inner_levels == periods
            else:
                assert refused(f"{{dates: [{', '.join(periods)}]}}") == ["PT022"]


@given(
    st.lists(st.integers(-3, 60), min_size=1, max_size=4), st.integers(-1000, 1000), st.integers(-1000, 1000)
)
def test_values_in_one_band_stay_together_at_every_wider_level(
    widths: list[int], one: int, other: int
) -> None:
    try:
        hierarchy = read(f"{{widths: {widths}}}")
    except ProjectError:
        is_chain = widths[0] > 0 and all(a < b and b % a == 0 for a, b in pairwise(widths))
        assert not is_chain
        return
    assert isinstance(hierarchy, Widths)
    for finer, coarser in pairwise(hierarchy.widths):
        if one // finer == other // finer:
            assert one // coarser == other // coarser


@given(
    st.lists(st.lists(st.integers(-5, 20), max_size=4), min_size=1, max_size=3),
    st.integers(-10, 30),
    st.integers(-10, 30),
)
def test_values_between_the_same_cuts_stay_together(levels: list[list[int]], one: int, other: int) -> None:
    try:
        hierarchy = read(f"{{intervals: {levels}}}")
    except ProjectError:
        are_sorted = all(cuts and cuts == sorted(set(cuts)) for cuts in levels)
        assert not (are_sorted and all(set(b) < set(a) for a, b in pairwise(levels)))
        return
    assert isinstance(hierarchy, Intervals)
    for finer, coarser in pairwise(hierarchy.intervals):
        if bisect_right(finer, one) == bisect_right(finer, other):
            assert bisect_right(coarser, one) == bisect_right(coarser, other)


names = st.sampled_from(["a", "b", "c", "d", "*", "no"])
trees = st.dictionaries(
    names,
    st.lists(names, max_size=3) | st.dictionaries(names, st.lists(names, max_size=2), max_size=2),
    max_size=3,
)


@given(trees)
def test_an_accepted_taxonomy_is_a_function_at_each_level(tree: dict[str, object]) -> None:
    written = yaml.safe_dump(tree, default_flow_style=True, default_style="'", width=10_000).strip()
    try:
        hierarchy = read(f"{{taxonomy: {written}}}")
    except ProjectError:
        return
    assert isinstance(hierarchy, Taxonomy)
    assert len({row[0] for row in hierarchy.rows}) == len(hierarchy.rows)
    assert {len(row) for row in hierarchy.rows} == {hierarchy.height}
    for level in range(hierarchy.height - 1):
        pairs = {(row[level], row[level + 1]) for row in hierarchy.rows}
        assert len({value for value, _ in pairs}) == len(pairs)
