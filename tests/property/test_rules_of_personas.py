"""Rules of a whole release, of personas: those that publish equal values are one class to an adversary."""

from __future__ import annotations

import pytest
from test_models_of_personas import ALIKE, Court

from personatwin_sql.engine.measure import Measured
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.models.average_risk import AverageRisk
from personatwin_sql.privacy.models.population_uniqueness import PopulationUniqueness
from personatwin_sql.privacy.models.release_rule import ReleaseRule
from personatwin_sql.privacy.models.sample_uniqueness import SampleUniqueness

CHARGES: list[str | None] = ["a", "b"] * 6


def told(measured: Measured, name: str) -> tuple[float | None, bool]:
    (found,) = (each for each in measured.guarantees if each.name == name)
    return found.measured, found.holds


@pytest.mark.parametrize(
    ("rule", "measured", "holds"),
    [
        (AverageRisk(1 / 12), 1 / 12, True),
        (AverageRisk(0.083), 1 / 12, False),
        (SampleUniqueness(0), 0, True),
        (PopulationUniqueness(0, 12), 0, True),
        (PopulationUniqueness(0.5, 11), None, False),
    ],
)
def test_equal_personas_count_once(
    session: Session, rule: ReleaseRule, measured: float | None, holds: bool
) -> None:
    """Four personas of three people publish one combination of values."""
    court = Court(session, ALIKE, CHARGES)
    assert told(court.release(rules=(rule,)), rule.name) == (measured, holds)


def test_people_are_counted_as_authored_and_not_as_stated(session: Session) -> None:
    """A row that states more people than it has, and one of nobody."""
    court = Court(session, ALIKE, CHARGES)
    more = "UPDATE release.personas SET people = 1000"
    measured = court.release(rules=(AverageRisk(1 / 12),), after=more)
    assert told(measured, "average_risk") == (1 / 12, True)
    assert not all(each.holds for each in measured.guarantees)
    nobody = """INSERT INTO release.personas
        SELECT * REPLACE ('nobody' AS persona_id, 'M' AS gender) FROM release.personas LIMIT 1"""
    assert told(court.release(rules=(AverageRisk(1 / 12),), after=nobody), "average_risk") == (2 / 12, False)


def test_somebody_who_is_alone_with_published_values_is_counted(session: Session) -> None:
    court = Court(session, ALIKE, CHARGES)
    alone = """UPDATE release.personas SET gender = 'M' WHERE persona_id = (SELECT min(persona_id)
        FROM release.personas);
        DELETE FROM private.personas__units WHERE person_id IN (
            SELECT person_id FROM private.personas__units AS map
            INNER JOIN private.personas__personas AS names ON map.class_id = names.persona
            INNER JOIN release.personas AS r ON r.persona_id = names.persona_id AND r.gender = 'M'
            ORDER BY person_id LIMIT 2)"""
    measured = court.release(rules=(SampleUniqueness(0.05),), after=alone)
    assert told(measured, "sample_uniqueness") == (1 / 10, False)
