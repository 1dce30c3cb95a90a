"""What people read of a table with noise is what was drawn; what the owner reads stays with the owner."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.conftest import Run

PROJECT = """name: town
domain: criminal_justice
sources:
  court:
    people: {path: people.csv, entity: people}
    events: {path: events.csv, entity: events}
privacy: {level: low}
budgets:
  town: {epsilon: 3, delta: 1e-6}
targets:
  prod: {publish: true}
  dev: {publish: false}
"""
MODEL = """{{ config(protection='differential_privacy', epsilon=1, max_groups=1, max_rows_per_group=2,
    keys={'event_type': ['arrest', 'trial']}) }}
SELECT event_type, count(*) AS events FROM {{ ref('stg_events') }} GROUP BY event_type
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, personatwin: Run) -> Path:
    folder = tmp_path_factory.mktemp("town")
    (folder / "models").mkdir()
    (folder / "project.yml").write_text(PROJECT)
    staged = "SELECT person_id, event_type FROM {{ source('court', 'events') }}\n"
    (folder / "models" / "stg_events.sql").write_text(staged)
    (folder / "models" / "counted.sql").write_text(MODEL)
    (folder / "people.csv").write_text("person_id,age\n" + "".join(f"{n},30\n" for n in range(200)))
    write_events(folder, 5)
    personatwin("build", cwd=folder)
    return folder


def write_events(folder: Path, each: int) -> None:
    rows = "".join(f"{n},arrest\n" * each for n in range(200))
    (folder / "events.csv").write_text(f"person_id,event_type\n{rows}")


def public(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "release" / "report.json").read_text())
    return report


def test_the_report_says_what_the_ledger_was_charged(town: Path) -> None:
    (model,), (budget,) = public(town)["models"], public(town)["budgets"]
    told = model["privacy"]
    charges = [json.loads(path.read_text()) for path in (town / "ledger").glob("*.json")]
    (charge,) = (entry["content"] for entry in charges if entry["kind"] == "charge")
    assert (told["epsilon"], told["budget"]) == (charge["epsilon"], "town") == ("1", charge["budget"]["name"])
    (noise,), (use,) = told["noise"], charge["uses"]
    assert (noise["parameter"], noise["per_group"], noise["groups"]) == (use["numbers"]["scale"], 2, 1)
    assert (budget["epsilon"], budget["spent_epsilon"], budget["charges"]) == ("3", "1", 1)


def test_a_figure_for_display_is_said_to_decide_nothing(town: Path) -> None:
    (budget,) = public(town)["budgets"]
    assert budget["displayed"] == {"epsilon": "1", "delta": "0.000001"}
    with duckdb.connect(str(town / "release" / "town.duckdb"), read_only=True) as file:
        rows = file.sql("SELECT is_whole, displayed_epsilon, displayed_delta FROM _personatwin.budgets")
        assert rows.fetchall() == [(True, "1", "0.000001"), (False, None, None)]
    for name in ("report.md", "report.html"):
        told = (town / "release" / name).read_text()
        assert "For display, by the distribution of the privacy loss: ε 1 at δ 0.000001." in told
        assert "the figures above alone count, and decide what may be spent" in told


def test_the_file_says_it_in_tables_and_comments(town: Path) -> None:
    with duckdb.connect(str(town / "release" / "town.duckdb"), read_only=True) as file:
        assert file.sql("SELECT epsilon, keys, is_preview FROM _personatwin.privacy").fetchall() == [
            ("1", "public", False)
        ]
        assert file.sql("SELECT scale, within_95 FROM _personatwin.noise").fetchall() == [(2.0, 6.0)]
        (said,) = file.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'counted'").fetchall()[0]
    assert "ε = 1 of the budget town" in said


def test_true_errors_and_what_bounds_took_are_the_owners_alone(town: Path) -> None:
    owner = json.loads((town / ".personatwin" / "owner.json").read_text())
    (drawn,) = owner["drawn"]
    assert {error["cells"] for error in drawn["errors"]} == {2}
    (total,) = drawn["totals"]
    assert (total["bounded"], total["unbounded"]) == (400, 1000)
    for path in (town / "release").glob("report.*"):
        text = path.read_text()
        assert "True error" not in text
        assert "Without bounds" not in text
    assert "−60 %" in (town / ".personatwin" / "report.md").read_text()


def test_a_replayed_release_is_stale_for_the_owner_and_the_same_for_everybody(
    town: Path, personatwin: Run
) -> None:
    before = public(town)["models"][0]["privacy"]
    write_events(town, 3)
    personatwin("build", cwd=town)
    assert public(town)["models"][0]["privacy"] == before
    owner = json.loads((town / ".personatwin" / "owner.json").read_text())
    assert owner["stale"] == [["counted", ["court.events"]]]
    assert owner["drawn"][0]["totals"][0]["unbounded"] == 1000
    assert "Stale" in (town / ".personatwin" / "report.md").read_text()
    assert all("tale" not in path.read_text() for path in (town / "release").glob("report.md"))


def test_a_preview_says_that_its_noise_is_worth_nothing(town: Path, personatwin: Run) -> None:
    personatwin("build", "--target", "dev", cwd=town)
    told = (town / "target" / "report.md").read_text()
    assert "It protects nobody" in told
    assert "may ever be spent" not in told
