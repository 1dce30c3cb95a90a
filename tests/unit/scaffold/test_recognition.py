"""Columns are recognised by name or alias, and what is not known for sure stays inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.scaffold.recognition import FileColumn, recognised
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.role import Role

KNOWN = {
    "person_id": Column(role=Role.PRIVACY_UNIT, aliases=("id", "person")),
    "gender": Column(role=Role.QUASI_IDENTIFIER, aliases=("sex",)),
    "birth_date": Column(role=Role.DIRECT_IDENTIFIER, aliases=("dob",)),
    "risk_level": Column(role=Role.SENSITIVE, aliases=("screening",)),
}


def names(*columns: str) -> dict[str, str | None]:
    """Column → what it is taken for, unless it stays inside."""
    return {found.column: None if found.stays_inside else found.name for found in recognised(columns, KNOWN)}


@pytest.mark.parametrize(
    "column",
    [
        "person_id",
        "PERSON_ID",
        "personId",
        "PersonID",
        "Person ID",
        " person-id ",
        "person.id",
        "ＰＥＲＳＯＮ＿ＩＤ",
    ],
)
def test_case_spaces_punctuation_and_camel_case_do_not_matter(column: str) -> None:
    assert names(column) == {column: "person_id"}


def test_an_alias_is_as_good_as_the_name() -> None:
    assert names("sex", "Screening", "id") == {"sex": "gender", "Screening": "risk_level", "id": "person_id"}


def test_what_is_unknown_stays_inside() -> None:
    (found,) = recognised(["shoe_size"], KNOWN)
    assert found == FileColumn("shoe_size")
    assert found.role is Role.DIRECT_IDENTIFIER


def test_a_known_identifier_stays_inside_under_its_name() -> None:
    (found,) = recognised(["DOB"], KNOWN)
    assert (found.name, found.stays_inside) == ("birth_date", True)


def test_of_two_columns_of_one_meaning_the_first_counts() -> None:
    first, second = recognised(["sex", "Gender "], {"gender_": KNOWN["gender"], **KNOWN})
    assert first.name == "gender_"
    assert second.name == "gender_"
    assert (first.taken_by, second.taken_by) == ("Gender ", None)
    assert names("Sex", "sex ") == {"Sex": "gender", "sex ": None}


def test_a_row_number_called_id_is_not_the_person_beside_a_person_id() -> None:
    row, person = recognised(["id", "person_id"], KNOWN)
    assert (row.role, row.taken_by) == (Role.DIRECT_IDENTIFIER, "person_id")
    assert person.role is Role.PRIVACY_UNIT


@pytest.mark.parametrize(
    "column", ["{{gender}}", "gender\n", "{%gender%}", "{#gender#}", "gender\x00", "", "___"]
)
def test_a_name_that_could_not_be_written_with_care_stays_inside(column: str) -> None:
    assert names(column) == {column: None}


@given(st.lists(st.text() | st.sampled_from([*KNOWN, "sex", "SEX", "id", "person"]), unique=True))
def test_every_column_is_listed_once_and_no_meaning_is_taken_twice(columns: list[str]) -> None:
    found = recognised(columns, KNOWN)
    assert [column.column for column in found] == columns
    taken = [column.name for column in found if column.name and column.taken_by is None]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("domain", ["criminal_justice", "custom"])
def test_the_names_of_a_built_in_domain_mean_themselves(domain: str) -> None:
    for entity in load_domain(domain).entities.values():
        for found in recognised(entity.columns, entity.columns):
            assert (found.name, found.taken_by) == (found.column, None)
