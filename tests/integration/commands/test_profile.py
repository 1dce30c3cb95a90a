"""Statistics of private data: counts and bands with enough people, and no value of anybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.safe_bands import CountedCell, grid_width, safe_bands

Call = Callable[..., Result]


def profiled(said: Result) -> dict[str, Any]:
    assert said.exit_code == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def column(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(column for column in found["statistics"]["columns"] if column["name"] == name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """30 people of 20 to 49 and one of 113, with a salary that is one person's."""
    path = tmp_path / "people.csv"
    rows = [f"{n},{20 + n},{'F' if n % 2 else 'M'},true,2014-0{n % 9 + 1}-01,1.5,s" for n in range(30)]
    path.write_text(
        "person_id,age,sex,member,born,pay,note\n"
        + "\n".join(rows)
        + "\n30,113,M,false,1901-01-01,98765.4,secret\n,,F,,,,\n"
    )
    return path


def test_types_missing_and_different_values_are_counted(file: Path, call: Call) -> None:
    said = call("profile", file, "--format", "json")
    found = profiled(said)
    assert (found["statistics"]["rows"], found["statistics"]["people"]) == (32, 31)
    types = {part["name"]: part["type"] for part in found["statistics"]["columns"]}
    assert types == {
        "person_id": "integer", "age": "integer", "sex": "text", "member": "boolean",
        "born": "date", "pay": "number", "note": "text",
    }  # fmt: skip
    assert (column(found, "age")["missing"], column(found, "age")["distinct"]) == (1, 31)
    assert column(found, "sex")["is_exact"] is True
    assert "owner" in said.stderr


def test_no_value_of_a_single_person_is_told(file: Path, call: Call) -> None:
    for form in ("text", "json"):
        said = call("profile", file, "--format", form)
        for value in ("113", "98765", "1901", "secret"):
            assert value not in said.stdout
    found = profiled(call("profile", file, "--format", "json"))
    assert all(band["rows"] >= 10 for part in found["statistics"]["columns"] for band in part["bands"])
    assert column(found, "age")["bands"][-1]["high"] is None
    assert column(found, "person_id")["bands"] == []


def test_a_declared_role_stands_before_a_guessed_one(built: Path, call: Call) -> None:
    found = profiled(call("profile", "court.people", "--project-dir", built, "--format", "json"))
    roles = {role["column"]: (role["role"], role["is_declared"]) for role in found["roles"]}
    assert roles["name"] == ("direct_identifier", True)
    guessed = profiled(call("profile", built / "data/people.csv", "--project-dir", built, "--format", "json"))
    assert all(not role["is_declared"] for role in guessed["roles"])
    assert {role["column"]: role["meaning"] for role in guessed["roles"]}["age"] == "age"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["court.person"], "PT514"), (["court.people", "--unit", "id"], "PT515")],
)
def test_what_is_not_there_is_refused(arguments: list[str], code: str, built: Path, call: Call) -> None:
    said = call("profile", *arguments, "--project-dir", built)
    assert (said.exit_code, f"[{code}]" in said.stderr) == (2, True)


def test_a_damaged_file_is_told_without_its_values(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "damaged.csv"
    path.write_text('a,b\n1,2\n"Jane Doe,3\n')
    said = call("profile", path)
    assert said.exit_code in (1, 2, 5)
    assert "Jane" not in said.stderr


@given(
    st.dictionaries(st.integers(-50, 50), st.integers(1, 30), min_size=1, max_size=40),
    st.integers(1, 20),
)
def test_bands_hold_enough_people_and_every_row(cells: dict[int, int], least: int) -> None:
    counted = [CountedCell(number, rows, rows) for number, rows in cells.items()]
    bands = safe_bands(counted, 5.0, least, each_row_is_a_person=True)
    total = sum(cells.values())
    assert sum(band.rows for band in bands) == (total if total >= least else 0)
    assert all(band.rows >= least for band in bands)
    if bands:
        assert (bands[0].low, bands[-1].high) == (None, None)
        assert all(one.high == other.low for one, other in pairwise(bands))


def test_of_people_with_several_rows_only_sure_ones_count() -> None:
    cells = [CountedCell(0, 50, 6), CountedCell(1, 50, 6)]
    assert safe_bands(cells, 1.0, 10, each_row_is_a_person=False) == ()
    assert len(safe_bands(cells, 1.0, 10, each_row_is_a_person=True)) == 1


@pytest.mark.parametrize(("low", "high", "width"), [(0, 80, 10), (0, 8, 1), (0, 0.4, 0.05), (5, 5, 1)])
def test_a_grid_is_of_round_numbers(low: float, high: float, width: float) -> None:
    assert grid_width(low, high) == pytest.approx(width)
