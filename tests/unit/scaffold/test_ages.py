"""Birth dates give ages on a declared day; which column is the person may be said."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.spec.loader import load
from personatwin_sql.spec.role import Role


def begun(
    folder: Path,
    people: str,
    events: str | None = None,
    *,
    day: str | None = None,
    person: str | None = None,
    level: str = "medium",
) -> ProjectDesign:
    """A project of files with these columns."""
    (folder / "people.csv").write_text(people + "\n" + ",".join("1" for _ in people.split(",")) + "\n")
    if events is not None:
        (folder / "events.csv").write_text(events + "\n" + ",".join("1" for _ in events.split(",")) + "\n")
    return new_project(
        Wish(
            "clinic",
            folder / "clinic",
            "healthcare",
            level,
            str(folder / "people.csv"),
            None if events is None else str(folder / "events.csv"),
            reference_date=day,
            person=person,
        )
    )


def refused(folder: Path, *arguments: str, **named: str) -> list[str]:
    with pytest.raises(ProjectError) as caught:
        begun(folder, *arguments, **named)  # type: ignore[arg-type]
    assert not (folder / "clinic").exists()
    return [found.code for found in caught.value.diagnostics]


def test_a_birth_date_gives_an_age_on_the_declared_day(tmp_path: Path) -> None:
    design = begun(tmp_path, "patient_id,DOB,sex", day="2023-12-31")
    loaded = load(tmp_path / "clinic")
    assert loaded.project.vars == {"reference_date": "2023-12-31"}
    assert loaded.domain.sources["clinic.people"]["DOB"].role is Role.QUASI_IDENTIFIER
    staging = (tmp_path / "clinic" / "models" / "staging" / "stg_people.sql").read_text()
    assert "date_sub('year', \"DOB\", CAST('{{ var('reference_date') }}' AS DATE)) AS age" in staging
    for name in ("people_public", "personas"):
        text = (tmp_path / "clinic" / "models" / "release" / f"{name}.sql").read_text()
        assert "columns={'age': {'hierarchy': 'age'}}" in text
        assert text.splitlines()[2:4] == ["    person_id,", "    age,"]
        assert "DOB" not in text
    assert design.advice.birth_column is None


def test_without_a_day_a_birth_date_stays_inside(tmp_path: Path) -> None:
    design = begun(tmp_path, "patient_id,dob,sex")
    assert design.advice.birth_column == "dob"
    assert load(tmp_path / "clinic").domain.sources["clinic.people"]["dob"].role is Role.DIRECT_IDENTIFIER
    assert "age" not in design.people.specs(Role.QUASI_IDENTIFIER)


def test_a_column_of_ages_needs_no_birth_date(tmp_path: Path) -> None:
    assert begun(tmp_path, "patient_id,dob,age").advice.birth_column is None


def test_a_day_must_be_one_and_be_of_use(tmp_path: Path) -> None:
    assert refused(tmp_path, "patient_id,dob,sex", day="31.12.2023") == ["PT520"]
    assert refused(tmp_path, "patient_id,dob,age", day="2023-12-31") == ["PT521"]
    assert refused(tmp_path, "patient_id,sex", day="2023-12-31") == ["PT521"]


def test_a_birth_date_alone_is_something_to_release(tmp_path: Path) -> None:
    design = begun(tmp_path, "patient_id,dob", day="2023-12-31")
    assert list(design.people.specs(Role.QUASI_IDENTIFIER)) == ["age"]


def test_the_key_that_both_files_have_is_the_person(tmp_path: Path) -> None:
    design = begun(tmp_path, "patient_id,mrn,sex", "mrn,date,type")
    assert {column.column: column.role for column in design.people.columns} == {
        "patient_id": Role.DIRECT_IDENTIFIER,
        "mrn": Role.PRIVACY_UNIT,
        "sex": Role.QUASI_IDENTIFIER,
    }
    assert design.event_columns == ("person_id", "date", "event_type")


def test_the_key_may_be_named(tmp_path: Path) -> None:
    design = begun(tmp_path, "Pt No,ssn,id,sex", "Pt No,date,type", person="Pt No")
    assert [column.column for column in design.people.columns if column.role is Role.PRIVACY_UNIT] == [
        "Pt No"
    ]
    assert '"Pt No" AS person_id' in (tmp_path / "clinic/models/staging/stg_events.sql").read_text()


def test_a_named_key_must_be_in_both_files(tmp_path: Path) -> None:
    assert refused(tmp_path, "Pt No,sex", "mrn,date,type", person="Pt No") == ["PT522"]


@pytest.mark.parametrize(
    ("level", "stars"), [("low", ()), ("medium", ("city", "zip")), ("maximum", ("county", "city", "zip"))]
)
def test_what_would_be_published_as_a_star_is_told(
    tmp_path: Path, level: str, stars: tuple[str, ...]
) -> None:
    assert begun(tmp_path, "patient_id,sex,state,county,city,zip", level=level).advice.only_top == stars
