"""Several releases of the same people: what each of them keeps, all of them together must keep too."""

from __future__ import annotations

from pathlib import Path

import pytest

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
