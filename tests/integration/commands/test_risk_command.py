"""Risk of any relation: people and not rows, NULL as a value, and who carries the risk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.person_risk import codes, person_risk, size_bands

Call = Callable[..., Result]

ROWS = """person_id,age,sex,visits
1,30,F,2
1,30,F,2
2,30,F,1
3,30,M,1
4,,M,1
5,,M,1
5,40,M,1
,40,F,1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "visits.csv"
    path.write_text(ROWS)
    return path


def figures(said: Result) -> dict[str, Any]:
    assert said.exit_code == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_people_count_and_not_rows_and_null_is_a_value(call: Call, file: Path) -> None:
    found = figures(call("risk", file, "--quasi", "age,sex", "--unit", "person_id", "--format", "json"))
    # classes: (30 F) of 1 and 2, (30 M) of 3, (NULL M) of 4 and 5, (40 M) of 5
    assert (found["risk"]["people"], found["classes"]) == (5, 4)
    assert found["risk"]["average"] == pytest.approx((1 / 2 + 1 / 2 + 1 + 1 / 2 + 1) / 5)
    assert (found["risk"]["highest"], found["risk"]["alone"], found["band"]) == (1.0, 2, "unsafe")
    assert found["rows_without_person"] == 1
    assert [(band["low"], band["classes"]) for band in found["class_sizes"]] == [(1, 2), (2, 2)]


def test_without_a_unit_each_row_is_one_or_as_many_as_it_says(call: Call, file: Path) -> None:
    rows = figures(call("risk", file, "--quasi", "sex", "--format", "json"))
    assert [(band["low"], band["people"]) for band in rows["class_sizes"]] == [(3, 8)]
    assert "each row" in rows["counted"]


@pytest.fixture
def groups_of(call: Call, tmp_path: Path) -> Callable[[str], Result]:
    """12 women, two and two alike, 10 men who are alone, and three people with values of their own."""
    rows = [f"{number},{30 + number // 2},F" for number in range(12)]
    rows += [f"{20 + number},{50 + number},M" for number in range(10)]
    rows += [f"{40 + number},30,RARE{number}" for number in range(3)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["person_id,age,sex", *rows]))
    asked = ("--quasi", "age,sex", "--unit", "person_id", "--by", "sex")
    return lambda form: call("risk", path, *asked, "--format", form)


def test_who_carries_the_risk_is_told_by_group(groups_of: Callable[[str], Result]) -> None:
    (by_sex,) = figures(groups_of("json"))["breakdowns"]
    groups = {group["value"]: group["risk"] for group in by_sex["groups"]}
    assert (groups["F"]["people"], groups["F"]["average"]) == (12, pytest.approx(0.5))
    assert groups["M"]["alone"] == 10


def test_values_of_few_people_in_private_data_are_not_told(groups_of: Callable[[str], Result]) -> None:
    (found,) = figures(groups_of("json"))["breakdowns"]
    assert {group["value"] for group in found["groups"]} == {"F", "M"}
    assert (found["small_groups"]["people"], found["small_groups"]["alone"]) == (3, 3)
    said = groups_of("text").stdout
    assert "RARE" not in said
    assert "fewer than 10 each" in said


def test_of_private_data_it_says_whose_figures_these_are(call: Call, file: Path, built: Path) -> None:
    assert "owner" in call("risk", file, "--quasi", "sex").stderr
    assert "owner" in call("risk", "stg_people", "--project-dir", built).stderr
    assert call("risk", "people_public", "--project-dir", built).stderr == ""


def test_released_tables_agree_with_what_the_release_says_of_itself(call: Call, built: Path) -> None:
    for name in ("people_public", "personas"):
        found = figures(call("risk", name, "--project-dir", built, "--format", "json"))
        said = call(
            "query",
            f"SELECT value FROM _personatwin.risk WHERE model = '{name}' AND measure = 'average_risk'",
            "--project-dir",
            built,
            "--format",
            "json",
        )
        assert found["risk"]["average"] == pytest.approx(json.loads(said.stdout)[0]["value"])
        assert found["risk"]["smallest_class"] >= 5


def test_a_source_and_a_private_model_are_as_risky_as_their_rows(call: Call, built: Path) -> None:
    source = figures(call("risk", "court.people", "--project-dir", built, "--format", "json"))
    staged = figures(call("risk", "stg_people", "--project-dir", built, "--format", "json"))
    assert source["risk"]["people"] == staged["risk"]["people"] == 3000
    assert source["risk"]["average"] >= staged["risk"]["average"] > 0.3
    assert not (built / ".personatwin" / "session.duckdb").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nobody"], "PT514"),
        (["people_public", "--quasi", "agee"], "PT515"),
        (["stg_people", "--by", "person_id"], "PT519"),
        (["personas", "--unit", "persona_id", "--people", "people"], "PT519"),
    ],
)
def test_what_cannot_be_measured_is_refused(arguments: list[str], code: str, call: Call, built: Path) -> None:
    said = call("risk", *arguments, "--project-dir", built)
    assert (said.exit_code, f"[{code}]" in said.stderr) == (2, True)
    assert said.stdout == ""


def test_a_column_of_many_values_makes_no_groups(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("name,sex\n" + "".join(f"n{number},F\n" for number in range(101)))
    said = call("risk", path, "--quasi", "sex", "--by", "name")
    assert (said.exit_code, "PT519" in said.stderr) == (2, True)
    assert "n100" not in said.stderr


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_one_class_a_person_gives_classes_by_people(sizes: list[int]) -> None:
    classes = codes(sizes)
    found = person_risk(classes, classes)
    assert found.average == pytest.approx(len(sizes) / sum(sizes))
    assert found.highest == 1 / min(sizes)
    assert found.alone == sizes.count(1)
    bands = size_bands(classes, codes([1] * len(sizes)))
    assert (sum(band.classes for band in bands), sum(band.people for band in bands)) == (
        len(sizes),
        sum(sizes),
    )


def test_of_nobody_there_is_no_risk() -> None:
    found = person_risk(codes([]), codes([]))
    assert (found.people, found.average, found.highest, found.alone) == (0, 0.0, 0.0, 0)
    assert size_bands(codes([]), codes([])) == ()
