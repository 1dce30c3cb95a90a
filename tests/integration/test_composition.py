"""Several releases of the same people: what each of them keeps, all of them together must keep too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from personatwin_sql.spec.library import library
from tests.integration.conftest import Run

_PUBLISH = "{{ config(protection='k_anonymity') }}\n"
_BITS = ("gender", "county", "ethnicity", "charge_severity", "offense_category")


@pytest.fixture
def project(tmp_path: Path, personatwin: Run) -> Path:
    """128 people who differ in seven bits, so that k of five classes is left by two columns, not by five."""
    rows = [",".join(("person_id", *_BITS, "risk_level"))]
    for person in range(128):
        bits = (f"{name[0]}{person >> number & 1}" for number, name in enumerate(_BITS))
        rows.append(",".join((f"id{person}", *bits, ("low", "high")[person % 2])))
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    personatwin(
        "init",
        "court",
        "--domain",
        "criminal_justice",
        "--level",
        "medium",
        "--people",
        "people.csv",
        cwd=tmp_path,
    )
    root = tmp_path / "court"
    for path in (*(root / "models" / "release").glob("*.sql"), *(root / "models").glob("*.yml")):
        path.unlink()
    return root


def _add(root: Path, column: str) -> str:
    name = f"by_{column}"
    sql = f"{_PUBLISH}SELECT person_id, {column}, risk_level FROM {{{{ ref('stg_people') }}}}\n"
    (root / "models" / "release" / f"{name}.sql").write_text(sql, encoding="utf-8")
    return name


def test_five_tables_that_are_safe_in_twos_are_withheld_together(project: Path, personatwin: Run) -> None:
    for column in _BITS[:2]:
        _add(project, column)
    personatwin("build", cwd=project)
    for column in _BITS[2:]:
        _add(project, column)
    finished = personatwin("build", cwd=project, code=3)
    assert "PT212" in finished.stdout + finished.stderr
    assert "all other releases of the same people" in finished.stdout + finished.stderr


def test_a_partial_build_is_laid_beside_what_was_released_before(project: Path, personatwin: Run) -> None:
    for column in _BITS[:3]:
        _add(project, column)
    personatwin("build", cwd=project)
    added = [_add(project, column) for column in _BITS[3:]]
    finished = personatwin("build", "--select", *added, cwd=project, code=3)
    assert "PT212" in finished.stdout + finished.stderr


def test_a_partial_build_keeps_the_owners_figures_of_what_it_carries_over(
    tmp_path: Path, personatwin: Run
) -> None:
    root = _court(tmp_path, personatwin, "guilty", among=3)
    personatwin("build", cwd=root)
    whole = json.loads((root / ".personatwin" / "owner.json").read_text(encoding="utf-8"))
    personatwin("build", "--select", "people_public", cwd=root)
    partial = json.loads((root / ".personatwin" / "owner.json").read_text(encoding="utf-8"))
    assert {model["model"]: model["people"] for model in partial["models"]} == {
        model["model"]: model["people"] for model in whole["models"]
    }
    assert {source["source"] for source in partial["sources"]} == {"court.people", "court.events"}
    assert partial["order_violations"] == whole["order_violations"]


def test_a_preview_does_not_overwrite_who_was_in_which_class(project: Path, personatwin: Run) -> None:
    name = _add(project, _BITS[0])
    personatwin("build", cwd=project)
    kept = project / ".personatwin" / "units" / f"{name}.parquet"
    before = kept.read_bytes()
    settings = project / "project.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("targets:\n", "targets:\n  trial: {publish: false}\n"), encoding="utf-8")
    people = project.parent / "people.csv"
    people.write_text(people.read_text(encoding="utf-8") + "id999,g0,c0,e0,c0,o0,low\n", encoding="utf-8")
    personatwin("build", "--target", "trial", cwd=project)
    assert kept.read_bytes() == before


def _court(folder: Path, personatwin: Run, guilty: str, among: int) -> Path:
    """400 people with an arrest each; `among` in ten of them were found guilty of it, spelled so."""
    people, events = ["person_id,gender,ethnicity,age"], ["person_id,date,event_type,outcome"]
    for person in range(400):
        people.append(f"id{person},g{person % 2},e{person // 2 % 2},{20 + person % 40}")
        outcome = guilty if person % 10 < among else "dismissed"
        events.append(f"id{person},2020-0{person % 9 + 1}-10,arrest,{outcome}")
        events.append(
            f"id{person},2020-0{person % 9 + 1}-20,charge,{guilty if person % 4 == 0 else 'pending'}"
        )
    (folder / "people.csv").write_text("\n".join(people) + "\n", encoding="utf-8")
    (folder / "events.csv").write_text("\n".join(events) + "\n", encoding="utf-8")
    arguments = (
        "--domain",
        "criminal_justice",
        "--level",
        "low",
        "--people",
        "people.csv",
        "--events",
        "events.csv",
    )
    personatwin("init", "court", *arguments, cwd=folder)
    return folder / "court"


def test_an_outcome_of_everybody_is_left_out_in_all_kinds_of_events(tmp_path: Path, personatwin: Run) -> None:
    root = _court(tmp_path, personatwin, "guilty", among=10)
    personatwin("build", cwd=root)
    shown = personatwin("query", "SELECT DISTINCT outcome FROM persona_events ORDER BY ALL", cwd=root).stdout
    assert "pending" in shown
    assert "guilty" not in shown


def test_another_spelling_of_a_sensitive_outcome_is_no_way_round_the_cap(
    tmp_path: Path, personatwin: Run
) -> None:
    root = _court(tmp_path, personatwin, "Guilty", among=9)
    finished = personatwin("build", cwd=root, code=3)
    assert "a sensitive outcome is shown" in finished.stdout + finished.stderr


@pytest.mark.parametrize("lie", ["CAST(1 AS BIGINT)", "CAST(NULL AS BIGINT)"])
def test_a_map_that_does_not_say_who_is_in_which_class_withholds_the_release(
    project: Path, personatwin: Run, lie: str
) -> None:
    _add(project, _BITS[0])
    macro = (library().folder / "macros" / "protection" / "k_anonymity.sql").read_text(encoding="utf-8")
    honest = "    classes.class_id\n"
    assert honest in macro
    (project / "macros").mkdir(exist_ok=True)
    text = macro.replace(honest, f"    {lie} AS class_id\n")
    (project / "macros" / "k_anonymity.sql").write_text(text, encoding="utf-8")
    with (project / "project.yml").open("a", encoding="utf-8") as settings:
        settings.write("\noverrides: [k_anonymity]\n")
    finished = personatwin("build", cwd=project, code=3)
    assert "PT203" in finished.stdout + finished.stderr
