"""One wide file of events, whose rows repeat what is known of the person, is read as people and as events."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.spec.loader import load
from personatwin_sql.spec.role import Role


def wish(folder: Path, columns: str) -> Wish:
    """A project of one file with these columns."""
    file = folder / "wide.csv"
    file.write_text(f"{columns}\n{','.join('1' for _ in columns.split(','))}\n")
    return Wish("clinic", folder / "clinic", "healthcare", "medium", events=str(file))


def test_what_is_the_persons_and_what_the_events(tmp_path: Path) -> None:
    asked = wish(tmp_path, "event_id,mrn,event_date,type,result,physician,age,sex,race,county")
    design = new_project(asked)
    assert design.people.names(Role.QUASI_IDENTIFIER) == ("age", "gender", "ethnicity", "county")
    assert design.event_columns == ("person_id", "date", "event_type", "outcome")
    loaded = load(asked.folder)
    assert {table.path for table in loaded.project.sources["clinic"].values()} == {"../wide.csv"}
    assert {name: table.rows for name, table in loaded.project.sources["clinic"].items()} == {
        "people": "events",
        "events": None,
    }
    people = loaded.domain.sources["clinic.people"]
    for column in ("event_id", "event_date", "type", "result", "physician"):
        assert people[column].role is Role.DIRECT_IDENTIFIER
    text = (asked.folder / "domains" / "clinic.yml").read_text()
    assert "result: {role: direct_identifier}  # of the event, not of the person: stays inside" in text
    assert "age: {role: direct_identifier}  # of the person, not of the event: stays inside" in text


@pytest.mark.parametrize("columns", ["event_date,type,age,sex", "mrn,event_date,type,result"])
def test_a_wide_file_needs_the_key_and_something_of_the_person(tmp_path: Path, columns: str) -> None:
    with pytest.raises(ProjectError, match="PT507"):
        new_project(wish(tmp_path, columns))
    assert not (tmp_path / "clinic").exists()


def test_a_wide_file_without_a_key_is_not_told_to_leave_itself_out(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as refused:
        new_project(wish(tmp_path, "client,event_date,type,age,sex"))
    (problem,) = refused.value.diagnostics
    assert problem.fixes == ("say which it is: --person COLUMN", "or name the column `person_id`")
