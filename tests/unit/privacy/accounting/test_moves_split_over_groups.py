"""A person who moves one group by all she may costs the most: to spread the same over two costs less."""

from __future__ import annotations

import pytest

from personatwin_sql.privacy.accounting.product import Column, delta_of_gaussians


@pytest.mark.parametrize("total", [2, 3, 10, 40])
@pytest.mark.parametrize("deviation", [0.7, 1.5, 5.0, 40.0])
@pytest.mark.parametrize("epsilon", [0.1, 1.0, 8.0])
def test_a_move_of_one_group_is_no_cheaper_than_the_same_over_two(
    total: int, deviation: float, epsilon: float
) -> None:
    rounding = 1e-12  # of the composition of two columns, upwards
    together = delta_of_gaussians([Column(deviation**2, total, 1)], epsilon)
    for part in {1, total // 2}:
        apart = [Column(deviation**2, part, 1), Column(deviation**2, total - part, 1)]
        assert delta_of_gaussians(apart, epsilon) <= together + rounding
