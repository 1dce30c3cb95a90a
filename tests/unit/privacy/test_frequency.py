from __future__ import annotations

import numpy as np
import pytest

from personatwin_sql.privacy.frequency import FrequencySet, InvalidMap


def one_column(levels: list[list[int]]) -> FrequencySet:
    return FrequencySet.of(["age"], [[0]], [1], [levels])


@pytest.mark.parametrize(
    ("levels", "level", "flaw"),
    [
        ([0, 0], 0, "shape"),
        ([[0, 0], [0, 0]], 0, "level_0_merges_values"),
        ([[0, 1, 2], [0, 0, 1], [0, 1, 1], [0, 0, 0]], 2, "not_monotone"),
        ([[0, 1], [0, 1]], 1, "several_values_at_the_top"),
        ([[0, 1], [0, -1], [0, 0]], 1, "code_out_of_range"),
    ],
)
def test_a_map_that_is_no_hierarchy_names_column_level_and_flaw(
    levels: list[list[int]], level: int, flaw: str
) -> None:
    with pytest.raises(InvalidMap, match="column `age`") as caught:
        one_column(levels)
    assert (caught.value.column, caught.value.level, caught.value.flaw) == ("age", level, flaw)


def test_a_code_without_a_base_value_is_refused() -> None:
    with pytest.raises(InvalidMap, match="code out of range"):
        FrequencySet.of(["age"], [[2]], [1], [[[0, 1], [0, 0]]])


def test_a_tuple_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        FrequencySet.of(["age"], [[0]], [0], [[[0, 1], [0, 0]]])


def test_shares_are_leaves_under_the_value() -> None:
    frequency = FrequencySet.of(["age"], [[0]], [1], [[[0, 1, 2], [0, 0, 1], [0, 0, 0]]], [[1, 2, 5]])
    np.testing.assert_allclose(frequency.shares(0), [[1 / 8, 2 / 8, 5 / 8], [3 / 8, 3 / 8, 5 / 8], [1, 1, 1]])


def test_tuples_are_generalized_column_by_column() -> None:
    frequency = FrequencySet.of(["a", "b"], [[0, 1], [1, 0]], [3, 4], [[[0, 1], [0, 0]], [[0, 1], [0, 0]]])
    assert frequency.at((1, 0)).tolist() == [[0, 1], [0, 0]]
    assert (frequency.heights, frequency.total) == ((1, 1), 7)
