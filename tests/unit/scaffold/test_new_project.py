"""`init` writes a whole project, or nothing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import PersonaTwinError
from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.spec.library import demo
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import load, load_domain

PEOPLE = ("person_id", "age", "sex", "race", "County Name", "shoe size")
EVENTS = ("event_id", "person_id", "date", "type", "disposition", "charge")
PLANTED = "Jane Doe 4711"


def write(path: Path, columns: Sequence[str], row: Sequence[str] | None = None) -> str:
    """A file with one row of planted values; its path."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, row or [PLANTED] * len(columns)])
    return str(path)


def written(folder: Path) -> dict[str, str]:
    """All files of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def wish(tmp_path: Path) -> Wish:
    """People and events in files beside the new folder."""
    return Wish(
        "court",
        tmp_path / "court",
        "criminal_justice",
        "high",
        write(tmp_path / "people.csv", PEOPLE),
        write(tmp_path / "events.csv", EVENTS),
    )


def test_a_project_has_all_its_files_and_loads(wish: Wish) -> None:
    new_project(wish)
    loaded: Loaded = load(wish.folder)
    assert sorted(written(wish.folder)) == [
        ".gitignore",
        "README.md",
        "domains/court.yml",
        "models/models.yml",
        "models/release/people_public.sql",
        "models/release/persona_events.sql",
        "models/release/persona_patterns.sql",
        "models/release/personas.sql",
        "models/staging/stg_events.sql",
        "models/staging/stg_people.sql",
        "project.yml",
    ]
    assert loaded.project.privacy.level == "high"
    assert loaded.domain.extends == "criminal_justice"
    assert sorted(path.name for path in wish.folder.parent.iterdir()) == ["court", "events.csv", "people.csv"]


def test_recognised_columns_get_the_domains_names_and_the_rest_stays_inside(wish: Wish) -> None:
    new_project(wish)
    files = written(wish.folder)
    assert files["models/staging/stg_people.sql"].splitlines()[1:] == [
        "SELECT",
        "    person_id,",
        "    age,",
        "    sex AS gender,",
        "    race AS ethnicity,",
        '    "County Name" AS county',
        "FROM {{ source('court', 'people') }}",
    ]
    assert (
        '"shoe size": {role: direct_identifier}  # unrecognised: stays inside' in files["domains/court.yml"]
    )
    assert "age: {role: quasi_identifier, hierarchy: age, type: integer}" in files["domains/court.yml"]
    assert "shoe" not in "".join(text for path, text in files.items() if path.startswith("models/"))
    assert files["models/release/persona_events.sql"].splitlines()[2:6] == [
        "    person_id,",
        "    date,",
        "    event_type,",
        "    outcome",
    ]


def test_the_domain_means_for_the_file_what_the_built_in_one_says(wish: Wish) -> None:
    new_project(wish)
    ours, builtin = load(wish.folder).domain, load_domain("criminal_justice")
    for theirs, name in (("sex", "gender"), ("race", "ethnicity"), ("County Name", "county"), ("age", "age")):
        column, known = ours.sources["court.people"][theirs], builtin.entities["people"].columns[name]
        for part in ("role", "hierarchy", "type", "place", "merge", "invalid"):
            assert getattr(column, part) == getattr(known, part), (theirs, part)


def test_sources_are_found_from_the_project(wish: Wish) -> None:
    new_project(wish)
    people = load(wish.folder).project.sources["court"]["people"]
    assert people.path == "../people.csv"
    assert (wish.folder / people.path).is_file()


def test_no_value_of_the_files_is_written(wish: Wish) -> None:
    new_project(wish)
    assert not any(PLANTED in text for text in written(wish.folder).values())


def test_people_alone_make_people_and_personas(wish: Wish) -> None:
    design = new_project(Wish("court", wish.folder, wish.domain, wish.level, wish.people))
    assert design.event_columns == ()
    assert {path for path in written(wish.folder) if path.startswith("models/release")} == {
        "models/release/people_public.sql",
        "models/release/personas.sql",
    }
    load(wish.folder)


def test_rows_are_people_where_no_column_names_the_person(wish: Wish, tmp_path: Path) -> None:
    people = write(tmp_path / "rows.csv", ("age", "sex"))
    new_project(Wish("court", wish.folder, wish.domain, wish.level, people))
    assert load(wish.folder).project.sources["court"]["people"].one_row_per_person
    assert "    person_id,\n    age," in written(wish.folder)["models/staging/stg_people.sql"]


def test_events_without_a_date_get_no_model_and_stay_a_source(wish: Wish, tmp_path: Path) -> None:
    events = write(tmp_path / "undated.csv", ("person_id", "type"))
    design = new_project(Wish("court", wish.folder, wish.domain, wish.level, wish.people, events))
    assert design.missing_event_columns == ("date",)
    assert not any("event" in path or "pattern" in path for path in written(wish.folder))
    assert "court.events" in load(wish.folder).domain.sources


def test_events_without_an_outcome_have_patterns_without_outcomes(wish: Wish, tmp_path: Path) -> None:
    events = write(tmp_path / "bare.csv", ("person_id", "type", "date"))
    new_project(Wish("court", wish.folder, wish.domain, wish.level, wish.people, events))
    files = written(wish.folder)
    assert "outcome=none" in files["models/release/persona_patterns.sql"]
    assert "outcome" not in files["models/release/persona_events.sql"]
    load(wish.folder)


def test_the_patterns_are_those_of_the_demo(wish: Wish) -> None:
    new_project(wish)
    ours = written(wish.folder)["models/release/persona_patterns.sql"]
    assert ours == (demo() / "models" / "release" / "persona_patterns.sql").read_text(encoding="utf-8")


def test_without_files_the_project_has_sample_data(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    design = new_project(Wish("sample", folder, "criminal_justice", "medium"))
    assert design.is_sample
    assert (folder / "data" / "people.csv").read_bytes() == (demo() / "data" / "people.csv").read_bytes()
    assert load(folder).project.sources["sample"]["people"].path == "data/people.csv"


def test_a_table_of_a_duckdb_file_is_named_behind_a_colon(wish: Wish, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "court.duckdb") as database:
        database.execute("CREATE TABLE citizens (person_id INTEGER, age INTEGER, sex VARCHAR)")
    people = f"{tmp_path / 'court.duckdb'}:citizens"
    new_project(Wish("court", wish.folder, wish.domain, wish.level, people))
    source = load(wish.folder).project.sources["court"]["people"]
    assert (source.path, source.table) == ("../court.duckdb", "citizens")
    assert "sex AS gender" in written(wish.folder)["models/staging/stg_people.sql"]


def test_an_empty_folder_is_as_good_as_none(wish: Wish) -> None:
    wish.folder.mkdir()
    new_project(wish)
    assert load(wish.folder).project.name == wish.name


@pytest.mark.parametrize("name", ["custom", "criminal_justice", "null", "Court"])
def test_a_project_may_be_called_like_something_else(name: str, wish: Wish) -> None:
    new_project(Wish(name, wish.folder, wish.domain, wish.level, wish.people, wish.events))
    assert load(wish.folder).project.name == name


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("PT504", {"name": "my-project"}),
        ("PT504", {"name": ""}),
        ("PT030", {"domain": "criminal_justise"}),
        ("PT507", {"people": None}),
        ("PT509", {"people": "nowhere.csv"}),
        ("PT509", {"events": "nowhere.csv"}),
        ("PT306", {"people": "a database"}),
        ("PT306", {"events": "of SQLite"}),
        ("PT506", {"people": "unknown"}),
        ("PT507", {"people": "without unit"}),
        ("PT507", {"events": "without unit"}),
    ],
)
def test_a_wish_that_cannot_be_met_writes_nothing(
    code: str, change: dict[str, str | None], wish: Wish, tmp_path: Path
) -> None:
    files = {
        "unknown": write(tmp_path / "unknown.csv", ("person_id", PLANTED, "shoe size")),
        "without unit": write(tmp_path / "without.csv", ("age", "date", "type")),
        "a database": write(tmp_path / "court.duckdb", ("person_id", "age")),
        "of SQLite": write(tmp_path / "court.db", ("SQLite format 3\0",)),
    }
    before = sorted(tmp_path.iterdir())
    change = {key: files.get(value or "", value) for key, value in change.items()}
    with pytest.raises(PersonaTwinError) as caught:
        new_project(Wish(**{**vars(wish), **change}))
    assert [found.code for found in caught.value.diagnostics] == [code]
    assert PLANTED not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_with_anything_in_it_is_left_alone(wish: Wish) -> None:
    wish.folder.mkdir()
    (wish.folder / "notes.txt").write_text("mine")
    with pytest.raises(PersonaTwinError, match="PT505"):
        new_project(wish)
    assert written(wish.folder) == {"notes.txt": "mine"}


@pytest.mark.parametrize("is_there", [True, False])
def test_a_failure_half_way_leaves_nothing(
    is_there: bool, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(design: ProjectDesign) -> dict[str, str]:
        raise KeyboardInterrupt

    if is_there:
        wish.folder.mkdir()
    monkeypatch.setattr(ProjectDesign, "files", fail)
    with pytest.raises(KeyboardInterrupt):
        new_project(wish)
    assert wish.folder.exists() == is_there
    names = sorted(path.name for path in wish.folder.parent.rglob("*") if path != wish.folder)
    assert names == ["events.csv", "people.csv"]
