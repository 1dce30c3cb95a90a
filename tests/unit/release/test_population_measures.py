"""What a release says of its population: a group that it does not have is not told as one of nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from court_release import PEOPLE

from personatwin_sql.release.measures import RiskMeasure, risk_measures
from personatwin_sql.release.result import PopulationRisk


def rarest(smallest: int) -> RiskMeasure:
    assert PEOPLE.risk is not None
    risk = PopulationRisk("census of 2018", 0.2, 0.1, smallest, 0.3)
    measures = risk_measures(replace(PEOPLE, risk=replace(PEOPLE.risk, journalist=risk)))
    (found,) = (each for each in measures if each.measure == "smallest_class_of_population")
    return found


@pytest.mark.parametrize(
    ("smallest", "words"),
    [
        (0, "People of the population in the rarest group: it has no such group (by the same estimate)"),
        (7, "People of the population in the rarest group (by the same estimate)"),
    ],
)
def test_a_group_that_the_population_does_not_have_is_said_to_be_one(smallest: int, words: str) -> None:
    found = rarest(smallest)
    assert (found.value, found.words) == (smallest, words)
