"""The main job on real records: what is published is safe, and still says what it has to say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run

pytestmark = pytest.mark.court

PEOPLE, EVENTS = 11_757, 53_431


@pytest.fixture(scope="module", params=[5, 11], ids=["k_event 5", "k_event 11"])
def release(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared: Path, personatwin: Run
) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("court")
    court = shared / "court"
    files = ["--people", court / "people.csv", "--events", court / "events.csv"]
    personatwin("init", "court", "--domain", "criminal_justice", "--level", "high", *files, cwd=folder)
    project = folder / "court" / "project.yml"
    text = project.read_text()
    if request.param != 5:
        assert "level: high" in text
        project.write_text(text.replace("level: high", f"level: high, k_event: {request.param}"))
    personatwin("build", cwd=folder / "court")
    connection = duckdb.connect(str(folder / "court" / "release" / "court.duckdb"), read_only=True)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE TEMP TABLE people AS FROM '{court / 'people.csv'}'")
    connection.execute(f"CREATE TEMP TABLE source_events AS FROM '{court / 'events.csv'}'")
    connection.execute(f"CREATE TEMP TABLE promise AS SELECT {request.param} AS k_event")
    return connection


def value(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def test_every_class_of_the_public_table_has_at_least_k_people(release: duckdb.DuckDBPyConnection) -> None:
    keys = "age, gender, ethnicity, county, state, prior_offenses"
    classes = f"SELECT count(*) AS people FROM people_public GROUP BY {keys}"
    assert value(release, f"SELECT min(people) FROM ({classes})") >= 11


def test_every_persona_has_at_least_k_and_at_most_max_people(release: duckdb.DuckDBPyConnection) -> None:
    assert value(release, "SELECT min(people) FROM personas") >= 11
    assert value(release, "SELECT max(people) FROM personas") <= 50


def test_hardly_anybody_is_left_out(release: duckdb.DuckDBPyConnection) -> None:
    assert value(release, "SELECT sum(people) FROM personas") >= 0.995 * PEOPLE
    assert value(release, "SELECT count(*) FROM people_public") >= 0.95 * PEOPLE


def test_personas_never_mix_genders_and_ethnicities(release: duckdb.DuckDBPyConnection) -> None:
    genders = {row[0] for row in release.execute("SELECT DISTINCT gender FROM personas").fetchall()}
    ethnicities = {row[0] for row in release.execute("SELECT DISTINCT ethnicity FROM personas").fetchall()}
    given = {row[0] for row in release.execute("SELECT DISTINCT ethnicity FROM people").fetchall()}
    assert genders == {"Male", "Female"}
    assert ethnicities <= given | {"*"}


@pytest.mark.parametrize("column", ["gender", "ethnicity"])
def test_shares_stay_within_half_a_point(release: duckdb.DuckDBPyConnection, column: str) -> None:
    worst = f"""
        WITH before AS (
            SELECT {column} AS value, 100 * count(*) / {PEOPLE} AS share FROM people GROUP BY ALL
        ),
        released AS (SELECT sum(people) AS people FROM personas),
        after AS (
            SELECT {column} AS value, 100 * sum(personas.people) / any_value(released.people) AS share
            FROM personas, released GROUP BY ALL
        )
        SELECT max(abs(coalesce(after.share, 0) - before.share)) FROM before LEFT JOIN after USING (value)"""
    assert value(release, worst) <= 0.5


def test_hardly_an_event_is_lost(release: duckdb.DuckDBPyConnection) -> None:
    assert value(release, "SELECT sum(events) FROM persona_events") >= 0.9995 * EVENTS


def test_each_cell_of_events_has_at_least_k_event_people(release: duckdb.DuckDBPyConnection) -> None:
    assert value(release, "SELECT min(people) - (SELECT k_event FROM promise) FROM persona_events") >= 0


RATES = {
    "reoffence": "event_type = 'reoffense'",
    "screened high": "event_type = 'risk_screening' AND outcome = 'high'",
}


@pytest.mark.parametrize("by", ["ethnicity", "gender"])
@pytest.mark.parametrize("rate", RATES)
def test_differences_between_groups_survive(release: duckdb.DuckDBPyConnection, rate: str, by: str) -> None:
    condition = RATES[rate]
    rows = release.execute(f"""
        WITH truth AS (
            SELECT people.{by} AS g, count(DISTINCT people.person_id) AS n,
                count(DISTINCT people.person_id) FILTER (WHERE {condition}) / n AS rate
            FROM people LEFT JOIN source_events USING (person_id) GROUP BY ALL
        ),
        released AS (
            SELECT g, coalesce(affected, 0) / n AS rate
            FROM (SELECT {by} AS g, sum(people) AS n FROM personas GROUP BY ALL)
            LEFT JOIN (
                SELECT {by} AS g, sum(people) AS affected FROM persona_events WHERE {condition} GROUP BY ALL
            ) USING (g)
        )
        SELECT a.rate - b.rate, x.rate - y.rate
        FROM truth AS a JOIN truth AS b ON a.g < b.g AND a.n >= 500 AND b.n >= 500
        JOIN released AS x ON x.g = a.g JOIN released AS y ON y.g = b.g
        """).fetchall()
    assert rows
    for truth, released in rows:
        assert released == pytest.approx(truth, rel=0.02)


def test_the_release_explains_itself(release: duckdb.DuckDBPyConnection) -> None:
    models = release.execute("SELECT DISTINCT model FROM _personatwin.guarantees ORDER BY 1").fetchall()
    assert models == [("people_public",), ("persona_events",), ("personas",)]
    assert value(release, "SELECT count(*) FROM _personatwin.guarantees WHERE NOT holds") == 0
    k = release.execute(
        "SELECT required, proven FROM _personatwin.guarantees WHERE model = 'personas' AND guarantee = 'k'"
    ).fetchone()
    assert k == (11, 11)
