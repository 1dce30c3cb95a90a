"""Everybody in the court data has exactly one screening: what adding and subtracting counts tells of them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run
from tests.linear_attack import Published, Row, fewest_in_sums, isolated_cells, left_of_groups, place_of

pytestmark = pytest.mark.court

K_EVENT = {"low": 3, "medium": 5, "high": 5, "maximum": 11}


@pytest.fixture(scope="module", params=K_EVENT)
def attacked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared: Path, personatwin: Run
) -> tuple[Published, int]:
    folder = tmp_path_factory.mktemp("attack")
    court = shared / "court"
    files = ["--people", court / "people.csv", "--events", court / "events.csv"]
    personatwin("init", "court", "--domain", "criminal_justice", "--level", request.param, *files, cwd=folder)
    personatwin("build", cwd=folder / "court")
    with duckdb.connect(str(folder / "court" / "release" / "court.duckdb"), read_only=True) as connection:
        return published(connection, court / "events.csv"), K_EVENT[request.param]


def published(connection: duckdb.DuckDBPyConnection, events: Path) -> Published:
    """The personas and the rows of screenings, in the order in which events roll up."""
    columns = ("persona_id", "gender", "ethnicity", "age")
    beside = ", ".join(columns)
    personas = connection.execute(f"SELECT people, {beside} FROM personas").fetchall()
    rows = connection.execute(
        f"SELECT people, outcome, period, level, {beside} FROM persona_events "
        "WHERE event_type = 'risk_screening'"
    ).fetchall()
    kinds = connection.execute(
        f"SELECT DISTINCT nullif(outcome, ''), strftime(date, '%Y-%m') FROM read_csv('{events}') "
        "WHERE event_type = 'risk_screening'"
    ).fetchall()
    return Published(
        {tuple(row[1:]): row[0] for row in personas},
        [Row(place_of(row[3], columns, row[4:]), row[2], row[1], row[0]) for row in rows],
        sorted(kinds),
    )


def test_no_group_less_its_rows_is_a_few_people(attacked: tuple[Published, int]) -> None:
    release, k_event = attacked
    left = left_of_groups(release)
    assert len(left) > 20
    assert all(people == 0 or people >= k_event for people in left)


def test_no_combination_fixes_how_many_people_of_a_persona_had_an_outcome_in_a_period(
    attacked: tuple[Published, int],
) -> None:
    release, k_event = attacked
    assert all(people >= k_event for people in isolated_cells(release))


def test_no_sum_of_several_unknowns_is_fixed_to_a_few_people(attacked: tuple[Published, int]) -> None:
    release, k_event = attacked
    assert fewest_in_sums(release, k_event) == k_event
