"""A release whose classes differ in levels: what it leaves behind, how it is locked, and what is withheld."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import ProjectError, Withheld
from personatwin_sql.spec.library import library
from personatwin_sql.workflow import Options, build, compile_project_files
from personatwin_sql.workflow.planning import plan_project
from tests.property.recounted import Person
from tests.property.test_generated_projects import PEOPLE, PLAIN, QUASI, write
from tests.property.test_recoded_tables import recoded

PUBLIC = Path("models", "release", "public.sql")


@pytest.fixture
def people(tmp_path: Path) -> list[Person]:
    """A world of 160 people in `tmp_path`, whose towns have names that stand nowhere else."""
    found = [
        {**person, "ethnicity": f"ZQ{person['ethnicity']}"} for person in recoded(tmp_path, PLAIN, LOCAL)
    ]
    write(tmp_path / "people.csv", found, PEOPLE)
    return found


LOCAL = "recoding='local'"


def built(root: Path, **options: bool) -> list[tuple[object, ...]]:
    """The released rows."""
    build(Options(project_dir=root, **options), lambda event: None)
    with duckdb.connect(str(root / "release" / "world.duckdb"), read_only=True) as database:
        return database.execute("FROM public").fetchall()


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def left_behind(root: Path) -> Iterator[Path]:
    yield root / "project.lock"
    yield from (path for path in (root / "target").rglob("*") if path.is_file())


def test_no_file_but_the_release_holds_a_value_of_the_data(tmp_path: Path, people: list[Person]) -> None:
    rows = built(tmp_path)
    assert any("ZQ" in str(row) for row in rows)
    assert "private.public__recoding" in (tmp_path / "target/compiled/release/public.sql").read_text()
    for path in left_behind(tmp_path):
        assert b"ZQ" not in path.read_bytes(), path
    (levels,) = plan_project(Options(project_dir=tmp_path), None).levels
    assert (levels.model, levels.how) == ("public", "by class")
    assert levels.classes == len({row[: len(QUASI)] for row in rows})


def test_what_a_lock_says_holds_while_people_satisfy_it(tmp_path: Path, people: list[Person]) -> None:
    rows = built(tmp_path)
    lock = (tmp_path / "project.lock").read_bytes()
    assert b"recoding: local" in lock
    assert built(tmp_path, full_refresh=True, locked=True) == rows
    write(tmp_path / "people.csv", [*people, {**people[0], "person_id": "new"}], PEOPLE)
    assert len(built(tmp_path, locked=True)) > 0.9 * len(rows)
    assert (tmp_path / "project.lock").read_bytes() == lock


def test_another_recoding_is_searched_anew(tmp_path: Path, people: list[Person]) -> None:
    built(tmp_path)
    change(tmp_path / PUBLIC, f", {LOCAL}", "")
    compiled = compile_project_files(Options(project_dir=tmp_path))
    assert any("levels come with the first build" in note for note in compiled.notes)
    for folder in (".personatwin", "release"):  # beside the release before, it would be withheld
        shutil.rmtree(tmp_path / folder)
    with pytest.raises(ProjectError, match="PT516"):
        built(tmp_path, locked=True)


def test_people_of_several_rows_are_one_person_each(tmp_path: Path, people: list[Person]) -> None:
    change(
        tmp_path / PUBLIC,
        "person_id, age, gender, ethnicity, priors, zip, need FROM {{ ref('stg_people') }}",
        "people.person_id, people.age, people.gender, people.ethnicity, people.priors, people.zip, "
        "events.event_type FROM {{ ref('stg_people') }} AS people "
        "LEFT JOIN {{ ref('stg_events') }} AS events ON people.person_id = events.person_id",
    )
    rows = built(tmp_path)
    assert 0 < len(rows) <= len(people)
    classes = [row[: len(QUASI)] for row in rows]
    assert min(classes.count(each) for each in classes) >= 3


@pytest.mark.parametrize(
    ("macro", "old", "new"),
    [
        (
            "generalized_column",
            "recoding.{{ name }}",
            "CAST({{ relation }}.{{ name }} AS VARCHAR) AS {{ name }}",
        ),
        ("recoding_join", '~ "__recoding"', '~ "__frequencies"'),
        ("recoding_join", "INNER JOIN", "LEFT JOIN"),
    ],
)
def test_a_macro_that_publishes_something_else_is_withheld(
    tmp_path: Path, people: list[Person], macro: str, old: str, new: str
) -> None:
    (path,) = (library().folder / "macros").rglob(f"{macro}.sql")
    (tmp_path / "macros").mkdir()
    text = path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "macros" / f"{macro}.sql").write_text(text.replace(old, new), encoding="utf-8")
    with (tmp_path / "project.yml").open("a", encoding="utf-8") as project:
        project.write(f"overrides: [{macro}]\n")
    with pytest.raises(Withheld, match="PT201"):
        built(tmp_path)


def test_a_model_cannot_take_the_name_of_the_table(tmp_path: Path, people: list[Person]) -> None:
    own = tmp_path / "models" / "staging" / "public__recoding.sql"
    own.write_text("SELECT * FROM {{ ref('stg_people') }}\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="PT050"):
        built(tmp_path)


def test_personas_of_other_columns_are_refused(tmp_path: Path, people: list[Person]) -> None:
    (tmp_path / "models" / "release" / "personas.sql").write_text(
        "{{ config(protection='personas', within=ref('public')) }}\n"
        "SELECT person_id, gender, age FROM {{ ref('stg_people') }}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProjectError, match="PT179"):
        built(tmp_path)
