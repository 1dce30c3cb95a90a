"""Every column of a source has a role, or the build stops."""

from __future__ import annotations

import pytest
from table_source import PLANTED, UNIT, TableSource, column

from personatwin_sql.engine.source import sources_of
from personatwin_sql.engine.source_columns import check_columns
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.loader import load
from personatwin_sql.spec.yaml_reader import read_yaml

PEOPLE = {"person_id": UNIT, "age": column(), "gender": column()}


def check(
    source: TableSource, *names: str, written: tuple[str, ...] = (), **table: object
) -> list[Diagnostic]:
    bound = source.bound("people.csv", PEOPLE, written=written, **table)
    return check_columns(bound, tuple((name, "VARCHAR") for name in names))


def test_columns_of_the_entity_may_be_missing(source: TableSource) -> None:
    assert check(source, "person_id", "age") == []
    assert check(source, "PERSON_ID", "Gender") == []


def test_a_column_without_a_role_stops_the_build_with_the_line_to_add(source: TableSource) -> None:
    (found,) = check(source, "person_id", "age", "shoe_size")
    assert found.code == "PT301"
    assert found.message == "column `shoe_size` of `court.people` has no role"
    assert "`shoe_size: {role: direct_identifier}`" in found.fixes[0]
    assert "domains/court.yml" in found.fixes[0]


def test_all_columns_without_a_role_are_told_at_once(source: TableSource) -> None:
    found = check(source, "person_id", "a", "b", "c")
    assert [diagnostic.code for diagnostic in found] == ["PT301"] * 3


@pytest.mark.parametrize("name", ["no", "with space", 'a"b', "a: b", "#x", "Ünïcode", "1", "null", "{a}"])
def test_the_line_to_add_is_yaml_whatever_the_name(source: TableSource, name: str) -> None:
    (found,) = check(source, "person_id", name)
    line = found.fixes[0].partition("add `")[2].rpartition("` to ")[0]
    path = source.file("line.yml", line)
    assert read_yaml(path, "line.yml").data == {name: {"role": "direct_identifier"}}


def test_a_renamed_column_is_recognised(source: TableSource) -> None:
    (found,) = check(source, "person_id", "gendre")
    assert found.label == "is it `gender`?"


def test_a_written_column_must_be_there(source: TableSource) -> None:
    found = check(source, "person_id", "agee", written=("age", "person_id"))
    assert [diagnostic.code for diagnostic in found] == ["PT301", "PT302"]
    assert found[1].label == "did you mean `agee`?"
    assert str(found[1].place) == "domains/court.yml:11"


def test_a_file_without_a_header_shows_nothing_of_its_first_person(source: TableSource) -> None:
    (found,) = check(source, PLANTED, "32", "f")
    assert found.code == "PT304"
    assert PLANTED not in str(found)


def test_people_need_a_column_that_names_them(source: TableSource) -> None:
    (found,) = check(source, "age", "gender")
    assert found.code == "PT307"
    assert "one_row_per_person" in found.fixes[1]
    assert check(source, "age", "gender", one_row_per_person=True) == []


def test_a_written_key_that_is_missing_is_told_once(source: TableSource) -> None:
    (found,) = check(source, "age", written=("person_id",))
    assert found.code == "PT302"
    assert check(source, "age", written=("person_id",), one_row_per_person=True) == []


def test_the_key_is_either_given_or_numbered(source: TableSource) -> None:
    (found,) = check(source, "person_id", "age", one_row_per_person=True)
    assert found.code == "PT307"


def test_two_keys_are_one_too_many(source: TableSource) -> None:
    bound = source.bound("people.csv", {**PEOPLE, "client": UNIT})
    (found,) = check_columns(bound, (("person_id", "VARCHAR"), ("client", "VARCHAR")))
    assert found.code == "PT307"
    assert "`person_id`, `client`" in found.message


def test_a_table_without_people_needs_no_key(source: TableSource) -> None:
    bound = source.bound("codes.csv", {"code": column()}, "codes")
    assert check_columns(bound, (("code", "VARCHAR"),)) == []


DOMAIN = """
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier}
sources:
  court.people:
    columns:
      age: {role: sensitive}
      Size: {role: insensitive}
"""


def test_a_project_binds_each_table_with_the_places_of_its_columns(source: TableSource) -> None:
    (source.root / "domains").mkdir()
    source.file(
        "project.yml",
        "name: p\ndomain: d\nsources:\n  court:\n    people: {path: people.csv, entity: people}\n",
    )
    source.file("domains/d.yml", DOMAIN)
    (bound,) = sources_of(load(source.root))
    assert (bound.name, bound.entity, bound.relation) == ("court.people", "people", "source.court__people")
    assert set(bound.columns) == {"person_id", "age", "Size"}
    assert bound.written == {"age", "Size"}
    assert bound.person_column == "person_id"
    assert str(bound.place).startswith("project.yml:5")
    assert str(bound.columns_place).startswith("domains/d.yml:")
    assert str(bound.column_places["age"]).startswith("domains/d.yml:10")
    found = check_columns(bound, (("person_id", "VARCHAR"), ("age", "VARCHAR")))
    assert [(diagnostic.code, diagnostic.message) for diagnostic in found] == [
        ("PT302", "`court.people` has no column `Size`")
    ]
