"""All measures of `risk` on files: anchors, proposals, populations, known events, and bad input."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from personatwin_sql.release.promise import percent

Call = Callable[..., Result]
ADULT = Path(__file__).parents[4] / "shared" / "data" / "adult" / "adult.csv"


def figures(said: Result) -> dict[str, Any]:
    assert said.exit_code == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def written(path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    lines = [",".join(heads), *(",".join("" if cell is None else str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.skipif(not ADULT.is_file(), reason="the reference data are absent")
def test_adult_untouched_is_as_risky_as_the_catalogue_says(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "adult.csv"
    path.write_text(ADULT.read_text().replace(";", ","))
    columns = path.read_text().partition("\n")[0]
    found = figures(call("risk", path, "--quasi", columns, "--suda", "9", "--format", "json"))
    assert found["classes"] == 19_502
    assert found["risk"]["highest"] == 1
    assert found["risk"]["average"] == pytest.approx(0.646575, abs=5e-7)
    assert found["risk"]["alone"] / found["risk"]["people"] == pytest.approx(0.51429, abs=5e-6)
    special = found["columns"]["special"]
    assert special["people"] == found["risk"]["alone"]
    assert special["found"][:2] == [2, 1204]
    whole = next(each for each in found["columns"]["subsets"] if each["columns"] == ["age", "occupation"])
    assert whole["classes"] == 841


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """200 people: a name, their sex, a ward within it that is almost theirs alone, and one country."""
    rows = [(f"name{n}", "FM"[n % 2], n // 2 % 60, None if n % 10 else "yes", "US") for n in range(200)]
    return written(tmp_path / "people.csv", ("name", "sex", "ward", "veteran", "country"), rows)


def test_of_a_file_that_nobody_describes_columns_are_proposed(call: Call, people: Path) -> None:
    found = figures(call("risk", people, "--format", "json"))
    verdicts = {each["column"]: each["verdict"] for each in found["proposed"]}
    assert verdicts["name"] == "identifier"
    assert verdicts["country"] == "constant"
    assert verdicts["sex"] == verdicts["ward"] == "quasi_identifier"
    assert found["proposed"][0]["column"] in ("sex", "ward")
    assert (found["people"], found["largest"]) == (200, 3)
    said = call("risk", people)
    assert "no guarantee" in said.stdout
    assert "--quasi" in said.stdout
    assert "owner" in said.stderr
    assert "name1" not in said.stdout


def test_proposals_leave_out_who_a_person_is(call: Call, people: Path) -> None:
    found = figures(call("risk", people, "--unit", "name", "--format", "json"))
    assert "name" not in {each["column"] for each in found["proposed"]}


def test_groups_and_populations_need_to_know_what_is_known(call: Call, people: Path) -> None:
    for option in (("--by", "sex"), ("--fraction", "0.5"), ("--suda", "2")):
        said = call("risk", people, *option)
        assert (said.exit_code, "PT519" in said.stderr) == (2, True), option


def test_groups_of_several_columns_are_told_with_their_part_of_the_risk(call: Call, people: Path) -> None:
    asked = ("risk", people, "--quasi", "sex,ward", "--by", "sex,veteran")
    found = figures(call(*asked, "--format", "json"))
    assert [each["by"] for each in found["breakdowns"]] == ["sex", "veteran"]
    assert {group["value"] for group in found["breakdowns"][1]["groups"]} == {None, "yes"}
    shown = call(*asked).stdout
    assert "sex: F" in shown
    assert "veteran: NULL" in shown


def test_a_sampling_fraction_gives_estimates_of_the_population(call: Call, people: Path) -> None:
    asked = ("risk", people, "--quasi", "sex,ward", "--fraction", "0.25", "--format", "json")
    population = figures(call(*asked))["population"]
    assert (population["fraction"], population["population"]) == (0.25, 800)
    estimates = {each["estimator"]: each for each in population["estimates"]}
    assert set(estimates) == {"zayatz", "pitman", "snb", "dankar"}
    assert all(each["share"] is not None or each["reason"] for each in estimates.values())
    assert population["individual"] is None


def test_an_estimate_that_fails_is_null_and_says_why(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path / "alike.csv", ("a",), [(n // 5,) for n in range(50)])
    shown = call("risk", path, "--quasi", "a", "--fraction", "0.2").stdout
    assert "NULL" in shown
    assert "more alike in size than the model allows" in shown


def test_sampling_weights_give_a_risk_of_each_person(call: Call, tmp_path: Path) -> None:
    rows = [(n // 2, 10 if n % 2 else 30) for n in range(40)]
    path = written(tmp_path / "sample.csv", ("age", "weight"), rows)
    found = figures(call("risk", path, "--quasi", "age", "--weight", "weight", "--format", "json"))
    population = found["population"]
    assert (population["population"], population["fraction"]) == (800, 0.05)
    p, q = 2 / 40, 38 / 40
    expected = sum(1 / size * (size - 1) * p**2 * q ** (size - 2) for size in range(2, 2000))
    assert population["individual"]["average"] == pytest.approx(expected)
    assert population["individual"]["expected"] == pytest.approx(40 * expected)
    assert "Benedetti" in call("risk", path, "--quasi", "age", "--weight", "weight").stdout


@pytest.mark.parametrize("bad", [0, -3, None, "much", "nan", "inf"])
def test_weights_that_are_none_are_refused_without_their_value(
    call: Call, tmp_path: Path, bad: object
) -> None:
    path = written(tmp_path / "sample.csv", ("age", "weight"), [(1, 5), (2, 5), (3, bad)])
    said = call("risk", path, "--quasi", "age", "--weight", "weight")
    assert (said.exit_code, "PT524" in said.stderr) == (2, True)
    assert "much" not in said.stderr


def test_weights_of_a_smaller_population_than_the_data_are_refused(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path / "sample.csv", ("age", "weight"), [(1, 0.1), (2, 0.2)])
    assert "PT524" in call("risk", path, "--quasi", "age", "--weight", "weight").stderr


@pytest.mark.parametrize("fraction", ["0", "-0.1", "1.5", "nan"])
def test_a_fraction_that_is_none_is_refused(call: Call, people: Path, fraction: str) -> None:
    said = call("risk", people, "--quasi", "sex", f"--fraction={fraction}")
    assert (said.exit_code, "PT525" in said.stderr) == (2, True)


def test_a_fraction_beside_weights_is_refused(call: Call, people: Path) -> None:
    said = call("risk", people, "--quasi", "sex", "--fraction", "0.5", "--weight", "ward")
    assert "PT525" in said.stderr


def test_people_of_several_classes_have_no_estimate(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path / "visits.csv", ("person", "age"), [(1, 30), (1, 31), (2, 30)])
    said = call("risk", path, "--quasi", "age", "--unit", "person", "--fraction", "0.5")
    assert (said.exit_code, "PT519" in said.stderr) == (2, True)


def test_people_of_several_records_are_counted_once_by_columns(call: Call, tmp_path: Path) -> None:
    rows = [(1, 30, "F"), (1, 31, "F"), (2, 30, "F"), (3, 31, "M")]
    path = written(tmp_path / "visits.csv", ("person", "age", "sex"), rows)
    columns = figures(call("risk", path, "--quasi", "age,sex", "--unit", "person", "--format", "json"))[
        "columns"
    ]
    by_names = {tuple(each["columns"]): each for each in columns["subsets"]}
    assert by_names[("age",)]["alone"] == 0
    assert by_names[("sex",)]["alone"] == pytest.approx(1 / 3)
    # 1 alone has (31, F), and 3 is the only M
    assert by_names[("age", "sex")]["alone"] == pytest.approx(2 / 3)
    assert columns["special"]["people"] == 2


def test_what_somebody_knows_of_events_is_counted_over_people(call: Call, tmp_path: Path) -> None:
    rows = [
        (1, "a"),
        (1, "b"),
        (1, "b"),
        (2, "a"),
        (2, "c"),
        (3, "b"),
        (3, "c"),
        (4, "a"),
        (4, "b"),
        (None, "d"),
    ]
    path = written(tmp_path / "events.csv", ("person", "kind"), rows)
    found = figures(call("risk", path, "--unit", "person", "--events", "kind", "--format", "json"))
    assert found["people"] == 4
    assert [(each["m"], each["smallest"]) for each in found["patterns"]] == [(1, 2), (2, 1), (3, 1)]
    assert found["patterns"][1]["unique_share"] == 0.5
    assert "people they single out" in call("risk", path, "--unit", "person", "--events", "kind").stdout
    assert "PT519" in call("risk", path, "--events", "kind").stderr
    assert "PT519" in call("risk", path, "--events", "kind", "--unit", "person", "--quasi", "kind").stderr


def test_released_events_show_what_their_release_says(call: Call, built: Path) -> None:
    found = figures(call("risk", "persona_events", "--project-dir", built, "--format", "json"))
    assert [each["m"] for each in found["patterns"]] == [1, 2, 3]
    assert all(each["smallest"] >= 5 and each["unique_share"] == 0 for each in found["patterns"])
    assert found["is_private"] is False


def test_a_release_has_no_special_uniques(call: Call, built: Path) -> None:
    found = figures(call("risk", "people_public", "--project-dir", built, "--format", "json"))
    assert found["columns"]["special"]["people"] == 0
    assert all(each["alone"] == 0 for each in found["columns"]["subsets"])


def test_a_page_of_markdown_has_a_title_and_tables(call: Call, people: Path) -> None:
    shown = call("risk", people, "--quasi", "sex,ward", "--format", "md").stdout
    assert shown.startswith("# ")
    assert "\n## Who carries the risk\n" in shown or "\n## How alike people are\n" in shown
    assert "| average risk |" in shown


@pytest.mark.parametrize(
    ("rows", "people"),
    [([], 0), ([("F", 1)], 1), ([("F", 1)] * 30, 30), ([(None, None)] * 3 + [("F", None)], 4)],
    ids=["no_rows", "one_row", "all_alike", "nulls"],
)
def test_odd_relations_are_measured(
    call: Call, tmp_path: Path, rows: list[tuple[object, object]], people: int
) -> None:
    path = written(tmp_path / "odd.csv", ("sex", "age"), rows)
    asked = ("risk", path, "--quasi", "sex,age", "--fraction", "0.5", "--suda", "2", "--subsets", "2")
    found = figures(call(*asked, "--format", "json"))
    assert found["risk"]["people"] == people
    assert len(found["columns"]["subsets"]) == 3
    assert call(*asked).exit_code == 0
    proposed = call("risk", path)
    assert proposed.exit_code == 0, proposed.stderr


def test_fifty_columns_are_measured_as_far_as_is_quick_and_refused_beyond(call: Call, tmp_path: Path) -> None:
    heads = [f"c{n}" for n in range(50)]
    rows = [[(n * (column + 3)) % 7 for column in range(50)] for n in range(60)]
    path = written(tmp_path / "wide.csv", heads, rows)
    found = figures(call("risk", path, "--quasi", ",".join(heads), "--format", "json"))
    assert found["columns"]["largest"] == 3
    assert found["columns"]["special"] is None
    for option in (("--subsets", "9"), ("--suda", "2")):
        said = call("risk", path, "--quasi", ",".join(heads), *option)
        assert (said.exit_code, "PT523" in said.stderr) == (2, True)


def test_nothing_of_columns_is_counted_where_nobody_wants_it(call: Call, people: Path) -> None:
    asked = ("risk", people, "--quasi", "sex,ward", "--subsets", "0", "--suda", "0", "--format", "json")
    assert figures(call(*asked))["columns"] == {"largest": 0, "subsets": [], "special": None, "left_out": []}


def test_the_owners_report_says_who_carries_the_risk_as_the_command_does(call: Call, built: Path) -> None:
    told = call("report", "--owner", "--format", "md", "--project-dir", built).stdout
    found = figures(
        call("risk", "people_public", "--by", "gender", "--project-dir", built, "--format", "json")
    )
    everyone, (by_gender,) = found["risk"], found["breakdowns"]
    above = [each for each in by_gender["groups"] if each["risk"]["average"] > everyone["average"]]
    assert above
    for group in above:
        risk = group["risk"]
        assert f"`gender`: {group['value']} | {risk['people']:,} | {percent(risk['average'])} |" in told
    assert "How many people would be unique in the population" in told


def test_rows_of_a_file_stand_for_as_many_people_as_they_say(call: Call, tmp_path: Path) -> None:
    path = written(tmp_path / "counted.csv", ("age", "number"), [(30, 4), (31, 1), (30, 2), (32, 0)])
    found = figures(call("risk", path, "--quasi", "age", "--people", "number", "--format", "json"))
    assert (found["risk"]["people"], found["classes"], found["risk"]["alone"]) == (7, 2, 1)


@pytest.mark.parametrize("bad", [-1, None, "lots", 0.5, "nan"])
def test_numbers_of_people_that_are_none_are_refused_without_their_value(
    call: Call, tmp_path: Path, bad: object
) -> None:
    path = written(tmp_path / "counted.csv", ("age", "number"), [(30, 4), (31, bad)])
    said = call("risk", path, "--quasi", "age", "--people", "number")
    assert (said.exit_code, "PT519" in said.stderr) == (2, True)
    assert "lots" not in said.stderr
