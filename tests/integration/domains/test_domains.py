"""Every domain, from two files to a release: what `init` proposes builds at once, and nothing slips out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from personatwin_sql.cli.application import application
from personatwin_sql.spec.hierarchy import PLACES
from personatwin_sql.spec.loader import load_domain
from tests.integration.domains.sample import (
    FAULTY_EVERY,
    PEOPLE,
    PLANTED,
    SAMPLES,
    UNLISTED_EVERY,
    Sample,
    write,
)
from tests.integration.leaks import leaks

pytestmark = pytest.mark.slow

TABLES = {"events_by_year", "people_public", "personas", "persona_events", "persona_patterns"}
FINEST_PERIOD = {"healthcare": "week", "custom": "week"}
"""At the level `low`, which allows weeks; the other domains say `month`."""
FORMS = {"week": r"\d{4}-W\d\d|\d{4}-\d\d|\d{4}-Q\d|\d{4}|\*", "month": r"\d{4}-\d\d|\d{4}-Q\d|\d{4}|\*"}


@dataclass(frozen=True)
class Released:
    """One domain's project after its first build."""

    domain: str
    sample: Sample
    folder: Path
    printed: str
    owner: dict[str, Any]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.folder / "release" / f"{self.domain}.duckdb", read_only=True) as database:
            return database.execute(sql).fetchall()

    def column(self, sql: str) -> set[Any]:
        return {value for (value,) in self.rows(sql)}


@pytest.fixture(scope="module", params=SAMPLES)
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Released:
    domain = str(request.param)
    folder = tmp_path_factory.mktemp(domain)
    people, events = write(domain, folder)
    files = ("--people", str(people), "--events", str(events), "--project-dir", str(folder / domain))
    printed = run("init", domain, "--domain", domain, "--level", "low", *files)
    printed += run("build", "--project-dir", str(folder / domain))
    owner = json.loads((folder / domain / ".personatwin" / "owner.json").read_text())
    return Released(domain, SAMPLES[domain], folder / domain, printed, owner)


def run(*arguments: str) -> str:
    """What a command printed. It runs in this process: to start one takes as long as these builds do."""
    said = CliRunner().invoke(application, list(arguments), env={"NO_COLOR": "1"}, prog_name="personatwin")
    assert said.exit_code == 0, said.output
    return said.stdout + said.stderr


def test_a_domain_is_released_by_the_first_build_and_leaks_nothing(released: Released) -> None:
    tables = released.column("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
    assert tables == TABLES
    assert leaks(released.folder, released.printed, planted=PLANTED) == []


def test_its_guarantees_hold_for_most_people(released: Released) -> None:
    assert released.rows("SELECT count(*) FROM _personatwin.guarantees WHERE NOT holds") == [(0,)]
    smallest, people = released.rows("SELECT min(people), sum(people) FROM personas")[0]
    assert smallest >= 3
    assert people >= 0.95 * PEOPLE
    assert released.rows("SELECT min(people) FROM persona_events")[0][0] >= 3


def test_columns_that_stay_inside_are_in_no_released_table(released: Released) -> None:
    columns = released.column("SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main'")
    inside = {released.sample.unit, "full_name", "shoe_size", "comments", "event_id", "person_id"}
    inside |= {*released.sample.leads, *released.sample.event_leads}
    assert columns & inside == set()
    assert {"age", "gender", "ethnicity", "event_type", "outcome", "period"} <= columns


def test_types_outside_the_list_are_released_and_counted_for_the_owner(released: Released) -> None:
    found = dict(released.owner["unlisted_event_types"])
    with_one = len(range(4, PEOPLE, UNLISTED_EVERY))
    assert found == ({} if released.domain == "custom" else {released.sample.unlisted: with_one})
    assert released.sample.unlisted in released.column("SELECT event_type FROM persona_events")


def test_broken_rules_of_order_are_counted_for_the_owner(released: Released) -> None:
    broken = dict(released.owner["order_violations"])
    if not released.sample.broken:
        assert broken == {}
        return
    assert 0 < broken[released.sample.broken] <= len(range(3, PEOPLE, FAULTY_EVERY))


def test_dates_are_as_precise_as_domain_and_level_allow(released: Released) -> None:
    finest = FINEST_PERIOD.get(released.domain, "month")
    periods = released.column("SELECT period FROM persona_events")
    assert all(re.fullmatch(FORMS[finest], period) for period in periods)
    levels = released.column("SELECT level FROM persona_events")
    assert not any("day" in level or ("week" in level and finest != "week") for level in levels)


def test_places_are_as_precise_as_domain_and_level_allow(released: Released) -> None:
    finest = load_domain(released.domain).place_precision
    cities = released.column("SELECT city FROM people_public")
    if PLACES.index(finest) > PLACES.index("city"):
        assert cities == {"*"}
    assert cities <= {"*", *(f"{county} {end}" for county in COUNTIES for end in ("Falls", "Springs"))}
    assert released.column("SELECT county FROM people_public") <= {"*", *COUNTIES}


COUNTIES = ("Alder", "Birch", "Cedar")
