"""The demo with outcomes told by chance: recorded before they are drawn, told alike for ever, corrected."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.spec.library import demo
from tests.integration.conftest import Run

RESPONSE = "randomised_response=true, event_id='event_id'"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Personas and events of some people of the demo, without its budget."""
    project = tmp_path_factory.mktemp("written")
    shutil.copytree(demo() / "models", project / "models")
    (project / "data").mkdir()
    for name in ("people", "events"):
        head, *rows = (demo() / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        place = head.split(",").index("person_id")
        kept = [row for row in rows if int(row.split(",")[place]) % 3 == 0]
        (project / "data" / f"{name}.csv").write_text("\n".join([head, *kept, ""]), "utf-8")
    (project / "models" / "models.yml").unlink()
    (project / "models" / "release" / "events_by_month.sql").unlink()
    (project / "project.yml").write_text(
        "name: county_court\ndomain: criminal_justice\nprivacy: {level: medium, suppression_limit: 0.05}\n"
        "sources:\n  court:\n"
        "    people: {path: data/people.csv, entity: people}\n"
        "    events: {path: data/events.csv, entity: events}\n",
        "utf-8",
    )
    rewrite(project, "staging/stg_events", "SELECT", "SELECT event_id,")
    rewrite(project, "release/persona_events", "SELECT", "SELECT event_id,")
    asked(project, RESPONSE)
    return project


@pytest.fixture
def project(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "project"))


@pytest.fixture(scope="module")
def finished(written: Path, tmp_path_factory: pytest.TempPathFactory, personatwin: Run) -> Path:
    folder = Path(shutil.copytree(written, tmp_path_factory.mktemp("built") / "project"))
    personatwin("build", cwd=folder)
    return folder


@pytest.fixture
def built(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "project"))


def rewrite(project: Path, model: str, old: str, new: str) -> None:
    path = project / "models" / f"{model}.sql"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def asked(project: Path, options: str, before: str = "") -> None:
    old = f"personas=ref('personas'){', ' if before else ''}{before}"
    rewrite(project, "release/persona_events", old, f"personas=ref('personas'), {options}")


def convicted(project: Path, events: str = "ref('stg_events')") -> None:
    """A table of people that shows an outcome of each."""
    (project / "models" / "release" / "convicted.sql").write_text(
        "{{ config(protection='k_anonymity', k=5) }}\n"
        f"SELECT person_id, gender, max(outcome) AS worst FROM {{{{ {events} }}}}\n"
        "JOIN {{ ref('stg_people') }} USING (person_id) GROUP BY person_id, gender\n",
        "utf-8",
    )


def released(project: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(project / "release" / "county_court.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def entries(project: Path) -> list[dict[str, object]]:
    files = sorted((project / "ledger").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def true_outcomes(project: Path) -> Counter[str]:
    with (project / "data" / "events.csv").open(encoding="utf-8", newline="") as file:
        return Counter(row["outcome"] for row in csv.DictReader(file) if row["outcome"])


def test_outcomes_are_told_by_chance_recorded_and_corrected(finished: Path) -> None:
    found = released(
        finished,
        "SELECT holds, required, proven, measured FROM _personatwin.guarantees "
        "WHERE guarantee = 'epsilon_per_outcome'",
    )
    assert found == [(True, 5.42934563, 5.42934563, 5.42934563)]
    kinds = [entry["kind"] for entry in entries(finished)]
    assert kinds[:2] == ["genesis", "randomised"]
    assert kinds.count("randomised") == 1
    rows = released(finished, "SELECT outcomes, told, events, low, high FROM _personatwin.outcomes")
    true = true_outcomes(finished)
    assert sum(row[1] for row in rows) == sum(true.values())
    inside = [low <= sum(true[name] for name in names) <= high for names, _, _, low, high in rows]
    assert sum(inside) >= len(rows) - 5  # six or more of thirteen miss once in 50,000 builds
    told = {name: count for names, count, *_ in rows for name in names if len(names) == 1}
    assert any(told[name] != true[name] for name in told)
    comments = dict(
        released(
            finished, "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'persona_events'"
        )
    )
    assert "Told by chance" in str(comments["outcome"])
    assert "event_id" not in comments
    report = json.loads((finished / "release" / "report.json").read_text(encoding="utf-8"))
    response = next(model["response"] for model in report["models"] if model["name"] == "persona_events")
    assert (response["changed"], response["draws"]) == ("0.05", 1)
    html = (finished / "release" / "report.html").read_text(encoding="utf-8")
    assert "is told by chance" in html
    assert "is so of outcomes as told" in html


def test_a_new_build_tells_every_event_alike_and_records_nothing_new(built: Path, personatwin: Run) -> None:
    before = released(built, "SELECT * FROM _personatwin.outcomes"), len(entries(built))
    table = "SELECT * FROM persona_events ORDER BY ALL"
    rows = released(built, f"SELECT * EXCLUDE (persona_id) FROM ({table}) ORDER BY ALL")
    personatwin("build", "--full-refresh", cwd=built)
    assert (released(built, "SELECT * FROM _personatwin.outcomes"), len(entries(built))) == before
    assert released(built, f"SELECT * EXCLUDE (persona_id) FROM ({table}) ORDER BY ALL") == rows


def test_another_share_is_a_second_draw_that_somebody_must_allow(built: Path, personatwin: Run) -> None:
    asked(built, "randomised_response=0.2, event_id='event_id'", RESPONSE)
    refused = personatwin("build", cwd=built, code=3)
    assert "PT645" in refused.stderr
    assert "PT645" in personatwin("plan", cwd=built, code=None).stderr
    assert [entry["kind"] for entry in entries(built)].count("randomised") == 1
    personatwin("build", "--allow-spend", cwd=built)
    report = json.loads((built / "release" / "report.json").read_text(encoding="utf-8"))
    response = next(model["response"] for model in report["models"] if model["name"] == "persona_events")
    assert response["draws"] == 2
    assert float(response["epsilon_of_draws"]) > float(response["epsilon"])


def test_another_key_of_events_is_a_second_draw_that_somebody_must_allow(
    built: Path, personatwin: Run
) -> None:
    rewrite(built, "staging/stg_events", "event_id,", "judge_name AS other_id,")
    rewrite(built, "release/persona_events", "event_id,", "other_id,")
    asked(built, "randomised_response=true, event_id='other_id'", RESPONSE)
    assert "PT645" in personatwin("plan", cwd=built, code=None).stderr
    assert "PT645" in personatwin("build", cwd=built, code=3).stderr


def test_a_key_of_events_that_is_computed_is_none(project: Path, personatwin: Run) -> None:
    """Numbered anew when an event joins, each outcome would be drawn anew."""
    numbered = "row_number() OVER (ORDER BY date, event_id) AS event_id,"
    rewrite(project, "staging/stg_events", "event_id,", numbered)
    assert "PT641" in personatwin("parse", cwd=project, code=2).stderr


def test_what_was_told_by_chance_is_not_told_as_it_is_afterwards(built: Path, personatwin: Run) -> None:
    rewrite(built, "release/persona_events", f", {RESPONSE}", "")
    rewrite(built, "release/persona_events", "event_id,", "")
    assert "PT645" in personatwin("build", cwd=built, code=3).stderr
    personatwin("build", "--allow-spend", cwd=built)


@pytest.mark.parametrize(
    ("model", "old", "new"),
    [
        ("release/persona_events", "FROM {{", "FROM {{ ref('stg_events') }} WHERE outcome <> 'guilty' --{{"),
        (
            "staging/stg_events",
            "FROM {{",
            "FROM (SELECT * FROM {{ source('court', 'events') }} WHERE outcome = 'guilty') --{{",
        ),
        ("release/persona_events", "outcome\n", "outcome, length(outcome) AS severity\n"),
        ("release/persona_events", "event_id,", "concat(event_id, outcome) AS event_id,"),
        (
            "release/persona_events",
            "outcome\nFROM {{ ref('stg_events') }}",
            "outcome, n FROM {{ ref('stg_events') }} JOIN (SELECT person_id, count(*) AS n FROM "
            "(SELECT DISTINCT person_id, outcome FROM {{ ref('stg_events') }}) GROUP BY ALL) "
            "USING (person_id)",
        ),
        (
            "staging/stg_events",
            "FROM {{",
            "FROM (SELECT min(event_id) AS event_id, person_id, date, event_type, outcome "
            "FROM {{ source('court', 'events') }} GROUP BY ALL) --{{",
        ),
    ],
    ids=[
        "chosen by it",
        "chosen by it below",
        "in another column",
        "in the key",
        "in a number of them",
        "taken together by it below",
    ],
)
def test_what_is_told_by_chance_is_told_nowhere_as_it_is(
    project: Path, personatwin: Run, model: str, old: str, new: str
) -> None:
    rewrite(project, model, old, new)
    refused = personatwin("parse", cwd=project, code=2).stderr
    assert "PT643" in refused or "PT168" in refused, refused


def test_rows_of_one_event_may_become_one(project: Path, personatwin: Run) -> None:
    rewrite(project, "staging/stg_events", "SELECT event_id,", "SELECT DISTINCT event_id,")
    assert "PT643" not in personatwin("parse", cwd=project).stderr


def test_no_other_table_shows_the_outcome(project: Path, personatwin: Run) -> None:
    convicted(project)
    assert "PT643" in personatwin("parse", cwd=project, code=2).stderr


def test_no_other_source_of_the_same_file_shows_the_outcome(project: Path, personatwin: Run) -> None:
    with (project / "project.yml").open("a", encoding="utf-8") as file:
        file.write("  copy:\n    events: {path: ./data/events.csv, entity: events}\n")
    convicted(project, "source('copy', 'events')")
    assert "PT643" in personatwin("parse", cwd=project, code=2).stderr


def test_no_other_table_tells_outcomes_later_as_they_are(built: Path, personatwin: Run) -> None:
    for name in ("persona_events", "persona_patterns"):
        (built / "models" / "release" / f"{name}.sql").unlink()
    convicted(built)
    refused = personatwin("build", cwd=built, code=3).stderr
    assert "PT645" in refused
    assert "`convicted` would tell outcomes as they are" in refused


def test_an_outcome_of_the_person_is_not_drawn_for_each_event(project: Path, personatwin: Run) -> None:
    rewrite(project, "release/persona_events", "outcome\n", "risk_level AS outcome\n")
    joined = "JOIN {{ ref('stg_people') }} USING (person_id)"
    rewrite(project, "release/persona_events", "ref('stg_events') }}", f"ref('stg_events') }}}} {joined}")
    assert "PT641" in personatwin("parse", cwd=project, code=2).stderr


def test_ids_that_are_read_otherwise_are_other_draws(built: Path, personatwin: Run) -> None:
    path = built / "project.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("entity: people}", "entity: people, ids: normalized}"), "utf-8")
    assert "PT645" in personatwin("build", cwd=built, code=3).stderr


def test_keys_of_events_that_may_be_written_otherwise_tomorrow_are_none(
    project: Path, personatwin: Run
) -> None:
    """A column of whole numbers that gets a missing one is often written as one of floating point."""
    data = project / "data"
    duckdb.sql(
        f"COPY (SELECT * REPLACE (CAST(event_id AS DOUBLE) AS event_id) FROM '{data}/events.csv') "
        f"TO '{data}/events.parquet'"
    )
    path = project / "project.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("events.csv", "events.parquet"), "utf-8")
    refused = personatwin("build", cwd=project, code=3).stderr
    assert "PT644" in refused
    assert "`event_id` is no text and no whole number" in refused


@pytest.mark.parametrize(
    ("key", "outcome", "told"),
    [("", "pending", "event_id"), ("99999999", "unheard of", "outcome"), (None, "pending", "several")],
    ids=["no key", "unlisted", "a key of two events"],
)
def test_what_cannot_be_drawn_is_withheld(
    project: Path, personatwin: Run, key: str | None, outcome: str, told: str
) -> None:
    path = project / "data" / "events.csv"
    with path.open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, first, lineterminator="\n").writerow(
            {**first, "event_id": first["event_id"] if key is None else key, "outcome": outcome}
        )
    refused = personatwin("build", cwd=project, code=3)
    assert "PT644" in refused.stderr
    assert told in refused.stderr
    assert "unheard of" not in refused.stderr


def test_a_table_that_told_outcomes_before_says_so(project: Path, personatwin: Run) -> None:
    with (project / "project.yml").open("a", encoding="utf-8") as file:
        file.write("budgets:\n  court: {epsilon: 1}\n")
    rewrite(project, "release/persona_events", f", {RESPONSE}", "")
    rewrite(project, "release/persona_events", "event_id,", "")
    personatwin("build", cwd=project)
    rewrite(project, "release/persona_events", "SELECT", "SELECT event_id,")
    asked(project, RESPONSE)
    finished = personatwin("build", cwd=project)
    assert "PT646" in finished.stdout + finished.stderr
    assert "Outcomes told by chance" in personatwin("budget", cwd=project).stdout


def test_randomised_outcomes_go_with_added_events(project: Path, personatwin: Run) -> None:
    asked(project, f"{RESPONSE}, strategy='sequence'", RESPONSE)
    personatwin("build", cwd=project)
    assert released(project, "SELECT count(*) > 0, bool_and(holds) FROM _personatwin.guarantees") == [
        (True, True)
    ]


def test_a_preview_records_no_draw(project: Path, personatwin: Run) -> None:
    with (project / "project.yml").open("a", encoding="utf-8") as file:
        file.write("targets: {prod: {publish: true}, dev: {publish: false}}\n")
    personatwin("build", "--target", "dev", cwd=project)
    assert entries(project) == []
