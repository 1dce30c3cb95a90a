"""Risk of people as given among a population: by hand."""

from __future__ import annotations

import pytest

from personatwin_sql.privacy.among import RARE, PopulationBand, among_risk, population_bands
from personatwin_sql.privacy.person_risk import codes


def test_a_class_has_at_least_its_own_people_in_the_population() -> None:
    # classes of 1, 2 and 7 people of the data; the population has 4, 0 and 100 alike
    people, population = codes([1, 2, 7]), codes([4, 0, 100])
    risk = among_risk(people, codes([4, 2, 100]), population)
    assert risk.highest == pytest.approx(1 / 2)
    assert risk.average == pytest.approx((1 / 4 + 2 / 2 + 7 / 100) / 10)
    assert (risk.smallest, risk.middle) == (0, 100)
    assert risk.without == pytest.approx(0.2)
    assert dict(risk.rare) == {
        2: pytest.approx(0.2), 5: pytest.approx(0.3), 10: pytest.approx(0.3),
        20: pytest.approx(0.3), 100: pytest.approx(0.3),
    }  # fmt: skip


def test_nobody_has_no_risk() -> None:
    risk = among_risk(codes([]), codes([]), codes([]))
    assert (risk.highest, risk.average, risk.smallest, risk.middle) == (0, 0, 0, 0)
    assert risk.rare == tuple((k, 0.0) for k in RARE)


def test_half_of_an_odd_number_is_the_one_in_the_middle() -> None:
    assert among_risk(codes([1, 1, 1]), codes([3, 9, 27]), codes([3, 9, 27])).middle == 9


def test_classes_stand_in_bands_of_the_population() -> None:
    bands = population_bands(codes([0, 1, 4, 12_000]), codes([2, 1, 1, 3]), codes([2, 5, 4, 90]))
    assert bands == (
        PopulationBand(0, 0, 2, 2),
        PopulationBand(1, 1, 1, 5),
        PopulationBand(2, 4, 1, 4),
        PopulationBand(10_000, None, 3, 90),
    )
