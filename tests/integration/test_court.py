"""The main job on real records: what is published is safe, and still says what it has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run

pytestmark = pytest.mark.court

PEOPLE, EVENTS = 11_757, 53_431


@dataclass(frozen=True)
class Asked:
    """A privacy level and what it asks for; differences between groups may be off by `error` of the truth."""

    level: str
    k: int
    k_event: int
    average_risk: float
    error: float = 0.02
    own_k_event: bool = False
    events: float = 0.995
    """The least share of events that is published; at `maximum` 47 people are in no persona."""
    more: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Where the price is higher, because a few people stay behind with those whom nobody else is like: 0.3
    points (3 of 1,100 people) at `low`, 0.9 points (22 of 2,400 women) at `maximum`."""


ASKED = (
    Asked("low", 3, 3, 0.15, more={("screened high", "ethnicity"): 0.08}),
    Asked("medium", 5, 5, 0.05),
    Asked("high", 11, 5, 0.01),
    Asked("high", 11, 11, 0.01, own_k_event=True, events=0.992),
    Asked("maximum", 20, 11, 0.001, error=0.1, events=0.985, more={("screened high", "gender"): 0.14}),
)


SECRET = bytes(range(32))
"""Who is in which persona depends on the project's secret, and so do the rows that stay behind. One is given
here, so that runs agree. Over 30 others at `high`, 26 to 121 of the 53,431 events stayed behind; the worst
difference was within 0.6 % of the truth in 24 of them, 1.8 % in 29, and 8.1 % (13 of 2,400 women) in one."""


@dataclass(frozen=True)
class Court:
    """A release of the court, with the source beside it in temporary tables."""

    asked: Asked
    connection: duckdb.DuckDBPyConnection

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(sql)


@pytest.fixture(scope="module", params=ASKED, ids=lambda asked: f"{asked.level}, k_event {asked.k_event}")
def release(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared: Path, personatwin: Run
) -> Court:
    asked: Asked = request.param
    folder = tmp_path_factory.mktemp("court")
    court = shared / "court"
    files = ["--people", court / "people.csv", "--events", court / "events.csv"]
    personatwin("init", "court", "--domain", "criminal_justice", "--level", asked.level, *files, cwd=folder)
    if asked.own_k_event:
        project = folder / "court" / "project.yml"
        text = project.read_text(encoding="utf-8")
        level = f"level: {asked.level}"
        assert level in text
        project.write_text(text.replace(level, f"{level}, k_event: {asked.k_event}"), encoding="utf-8")
    private = folder / "court" / ".personatwin"
    private.mkdir(mode=0o700, exist_ok=True)
    (private / "secret").write_bytes(SECRET)
    personatwin("build", cwd=folder / "court")
    connection = duckdb.connect(str(folder / "court" / "release" / "court.duckdb"), read_only=True)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE TEMP TABLE people AS FROM '{court / 'people.csv'}'")
    connection.execute(f"CREATE TEMP TABLE source_events AS FROM '{court / 'events.csv'}'")
    return Court(asked, connection)


def value(release: Court, sql: str) -> float:
    row = release.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def test_every_class_of_the_public_table_has_at_least_k_people(release: Court) -> None:
    keys = "age, gender, ethnicity, county, state, prior_offenses"
    classes = f"SELECT count(*) AS people FROM people_public GROUP BY {keys}"
    assert value(release, f"SELECT min(people) FROM ({classes})") >= release.asked.k


def test_every_persona_has_at_least_k_and_at_most_max_people(release: Court) -> None:
    assert value(release, "SELECT min(people) FROM personas") >= release.asked.k
    assert value(release, "SELECT max(people) FROM personas") <= 50


def test_hardly_anybody_is_left_out(release: Court) -> None:
    assert value(release, "SELECT sum(people) FROM personas") >= 0.995 * PEOPLE
    assert value(release, "SELECT count(*) FROM people_public") >= 0.95 * PEOPLE


def test_personas_never_mix_genders_and_ethnicities(release: Court) -> None:
    genders = {row[0] for row in release.execute("SELECT DISTINCT gender FROM personas").fetchall()}
    ethnicities = {row[0] for row in release.execute("SELECT DISTINCT ethnicity FROM personas").fetchall()}
    given = {row[0] for row in release.execute("SELECT DISTINCT ethnicity FROM people").fetchall()}
    assert genders == {"Male", "Female"}
    assert ethnicities <= given | {"*"}


@pytest.mark.parametrize("column", ["gender", "ethnicity"])
def test_shares_stay_within_half_a_point(release: Court, column: str) -> None:
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


def test_hardly_an_event_is_lost(release: Court) -> None:
    assert value(release, "SELECT sum(events) FROM persona_events") >= release.asked.events * EVENTS


def test_each_cell_of_events_has_at_least_k_event_people(release: Court) -> None:
    assert value(release, "SELECT min(people) FROM persona_events") >= release.asked.k_event


def test_the_average_risk_is_that_of_the_level(release: Court) -> None:
    keys = "age, gender, ethnicity, county, state, prior_offenses"
    public = f"SELECT count(*) / sum(n) FROM (SELECT count(*) AS n FROM people_public GROUP BY {keys})"
    personas = f"SELECT count(*) / sum(n) FROM (SELECT sum(people) AS n FROM personas GROUP BY {keys})"
    assert value(release, public) <= release.asked.average_risk
    assert value(release, personas) <= release.asked.average_risk


RATES = {
    "reoffence": "event_type = 'reoffense'",
    "screened high": "event_type = 'risk_screening' AND outcome = 'high'",
}


@pytest.mark.parametrize("by", ["ethnicity", "gender"])
@pytest.mark.parametrize("rate", RATES)
def test_differences_between_groups_survive(release: Court, rate: str, by: str) -> None:
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
    error = release.asked.more.get((rate, by), release.asked.error)
    for truth, released in rows:
        assert released == pytest.approx(truth, rel=error)


def test_the_release_explains_itself(release: Court) -> None:
    models = release.execute("SELECT DISTINCT model FROM _personatwin.guarantees ORDER BY 1").fetchall()
    assert models == [("events_by_year",), ("people_public",), ("persona_events",), ("personas",)]
    assert value(release, "SELECT count(*) FROM _personatwin.guarantees WHERE NOT holds") == 0
    k = release.execute(
        "SELECT required, proven FROM _personatwin.guarantees WHERE model = 'personas' AND guarantee = 'k'"
    ).fetchone()
    assert k == (release.asked.k, release.asked.k)
