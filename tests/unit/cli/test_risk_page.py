"""The page of `risk`: what stands on it, aligned for a terminal and as Markdown."""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.cli.page import Grid, Part, markdown_page, terminal_page
from personatwin_sql.cli.risk_page import risk_parts
from personatwin_sql.privacy.person_risk import codes, person_risk, size_bands
from personatwin_sql.release.result import PopulationRisk
from personatwin_sql.workflow.risk_columns import ColumnFigures
from personatwin_sql.workflow.risk_figures import RiskFigures
from personatwin_sql.workflow.risk_groups import Breakdown, GroupRisk

SIZES = codes([1, 4])
RISK = person_risk(SIZES, SIZES)
FIGURES = RiskFigures(
    subject="people",
    is_private=False,
    counted="each row as a person",
    quasi_identifiers=("age",),
    risk=RISK,
    classes=2,
    class_sizes=size_bands(SIZES, codes([1, 1])),
    columns=ColumnFigures(0, (), None, ("sets of columns",)),
    breakdowns=(
        Breakdown(
            "sex",
            (
                GroupRisk("F", person_risk(codes([1]), codes([1]))),
                GroupRisk(None, person_risk(codes([4]), codes([4]))),
            ),
        ),
    ),
)


def shown(figures: RiskFigures) -> str:
    return terminal_page(risk_parts(figures), lambda title: f"<{title}>")


def test_of_groups_that_nobody_named_only_those_above_the_average_are_shown() -> None:
    page = shown(FIGURES)
    assert "sex: F" in page
    assert "sex: NULL" not in page
    # one of five people carries half of the risk
    row = next(line for line in page.splitlines() if line.startswith("sex: F"))
    assert row.split() == ["sex:", "F", "1", "20", "%", "50", "%", "100", "%", "100", "%", "1"]


def test_what_was_not_measured_is_said() -> None:
    assert "<Not measured>\nsets of columns" in shown(FIGURES)


def test_why_a_population_is_not_laid_beside_the_data_is_said() -> None:
    page = shown(replace(FIGURES, population_not_told="census of 2018, Florida; it is not said what"))
    assert "Among the people of a population" in page
    assert "not told: census of 2018, Florida\nit is not said what" in page
    assert "Among the people of a population" not in shown(FIGURES)


def test_a_group_that_the_population_does_not_have_is_not_told_as_one_of_nobody() -> None:
    page = shown(replace(FIGURES, journalist=PopulationRisk("the census of 2018", 1.0, 0.5, 0, 0.25)))
    row = next(line for line in page.splitlines() if line.startswith("smallest class  "))
    assert page.count("smallest class  ") == 2
    assert row
    assert "people: the population has nobody of some classes" in page


def test_the_population_of_a_release_is_named_with_what_it_does_not_know() -> None:
    journalist = PopulationRisk("the census of 2018", 0.01, 0.002, 100, 0.0, unknown=("priors",))
    page = shown(replace(FIGURES, journalist=journalist))
    assert "the census of 2018 (estimate; people alike there are rounded down)" in page
    assert "it does not know priors: the risks are at least these" in page


def test_numbers_stand_to_the_right_and_long_names_are_cut() -> None:
    part = Part("Title", (), Grid(("name", " number"), (("a", "1"), ("b" * 100, "1,000"))))
    lines = terminal_page([part], str).splitlines()
    assert lines[0] == "Title"
    assert lines[3].endswith("     1")
    assert lines[4].startswith("b" * 59 + "…")


def test_markdown_escapes_what_would_be_markup_and_says_which_columns_are_numbers() -> None:
    parts = [Part("a|b", ("*words*",)), Part("t", (), Grid(("name", " n"), (("x|y", "1"), (None, "2"))))]
    assert markdown_page(parts).splitlines() == [
        "# a\\|b",
        "",
        "\\*words\\*",
        "",
        "## t",
        "",
        "| name | n |",
        "| --- | ---: |",
        "| x\\|y | 1 |",
        "| NULL | 2 |",
    ]
