"""Questions over counted cells: what is compared, what is not, and what became of a difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personatwin_sql.release.answer import answers, in_order, lowest
from personatwin_sql.release.asked import UNTOLD, Asked, Cell
from personatwin_sql.release.kept import kept

DISMISSED = Asked(
    name="dismissals",
    path="analyses/dismissals.sql",
    title="Dismissals",
    question="Are cases of one group dismissed more often?",
    group="ethnicity",
    of="decided events",
    counted="ended in a dismissal",
    measure="share",
    unit="events",
    worth_knowing=0.05,
    among=None,
    tables=("persona_events",),
    cells=(Cell(None, "a", None, 300, 1000), Cell(None, "b", None, 400, 1000)),
)


def of(*cells: Cell, **changed: object) -> Asked:
    return replace(DISMISSED, cells=cells, **changed)


def test_groups_are_compared_with_the_largest() -> None:
    (found,) = answers(of(Cell(None, "a", None, 300, 900), Cell(None, "b", None, 400, 1000)))
    assert [group.group for group in found.groups] == ["b", "a"]
    (contrast,) = found.contrasts
    assert (contrast.group, contrast.reference) == ("a", "b")
    assert contrast.effect == pytest.approx(1 / 3 - 0.4)
    assert contrast.interval.low < contrast.effect < contrast.interval.high < 0
    assert contrast.is_significant


@pytest.mark.parametrize(("people", "is_compared"), [(29, False), (30, True), (31, True)])
def test_a_group_of_thirty_is_compared_and_a_smaller_one_is_named_only(
    people: int, is_compared: bool
) -> None:
    cells = (Cell(None, "a", None, 10, 100), Cell(None, "b", None, 50, 100), Cell(None, "c", None, 9, people))
    (found,) = answers(of(*cells))
    assert ("c" in {group.group for group in found.groups}) is is_compared
    assert found.left == (() if is_compared else ("c",))


@pytest.mark.parametrize(("untold", "is_compared"), [(19, True), (20, True), (21, False)])
def test_a_group_that_untold_rows_could_move_far_is_not_compared(untold: int, is_compared: bool) -> None:
    cells = (
        Cell(None, "a", None, 100, 1000), Cell(None, "b", None, 400, 1000), Cell(None, "c", None, 90, 100),
        Cell(None, UNTOLD, None, 10, untold),
    )  # fmt: skip
    (found,) = answers(of(*cells))
    assert ("c" in {group.group for group in found.groups}) is is_compared
    assert found.untold == pytest.approx(untold / (2100 + untold))


@pytest.mark.parametrize(("unknown", "is_compared"), [(10, True), (11, True), (12, False)])
def test_a_group_with_more_than_a_tenth_unknown_is_not_compared(unknown: int, is_compared: bool) -> None:
    cells = (
        Cell(None, "a", None, 10, 100), Cell(None, "b", None, 50, 100),
        Cell(None, "c", None, 0, 100, unknown=unknown),
    )  # fmt: skip
    (found,) = answers(of(*cells))
    assert ("c" in {group.group for group in found.groups}) is is_compared


def test_who_is_unknown_and_names_no_group_counts_as_untold() -> None:
    cells = (*DISMISSED.cells, Cell(None, UNTOLD, None, 0, 0, unknown=200))
    (found,) = answers(of(*cells))
    assert found.untold == pytest.approx(200 / 2200)


def test_like_is_compared_with_like_and_rows_without_a_stratum_are_not() -> None:
    cells = [
        Cell(stratum, group, None, counted, 100)
        for stratum in ("felony", "misdemeanor", UNTOLD, None)
        for group, counted in (("a", 30), ("b", 40))
    ]
    found = answers(of(*cells, among="charge_severity"))
    assert [answer.stratum for answer in found] == ["felony", "misdemeanor"]


@pytest.mark.parametrize("counted", [0, 100])
def test_nothing_is_compared_where_all_or_none_were_counted(counted: int) -> None:
    assert answers(of(Cell(None, "a", None, counted, 100), Cell(None, "b", None, counted, 100))) == ()


def test_one_group_alone_and_no_cells_give_no_answer() -> None:
    assert answers(of(Cell(None, "a", None, 3, 100))) == ()
    assert answers(of()) == ()


def test_more_than_twelve_groups_are_not_read() -> None:
    cells = [Cell(None, f"g{number:02}", None, number, 1000 - number) for number in range(1, 20)]
    (found,) = answers(of(*cells))
    assert len(found.groups) == 12
    assert len(found.left) == 7


def test_contrasts_that_are_made_together_are_adjusted_together() -> None:
    two = of(Cell(None, "a", None, 300, 1000), Cell(None, "b", None, 345, 1000))
    many = of(*two.cells, *(Cell(None, f"c{number}", None, 300, 1000) for number in range(5)))
    ((alone,),) = (answer.contrasts for answer in answers(two))
    among_many = next(c for answer in answers(many) for c in answer.contrasts if c.group == "b")
    assert alone.is_significant
    assert not among_many.is_significant
    assert among_many.p == pytest.approx(6 * alone.p)


def test_bands_are_compared_by_rank_and_told_by_their_median() -> None:
    cells = [
        Cell(None, group, band, count, count)
        for group, counts in (("m", (50, 30, 20)), ("f", (10, 30, 50)))
        for band, count in zip(("<12", "12-35", "36+"), counts, strict=True)
    ]
    (found,) = answers(of(*cells, measure="band"))
    assert {group.group: group.median for group in found.groups} == {"m": "<12", "f": "36+"}
    (contrast,) = found.contrasts
    assert contrast.group == "f"
    assert contrast.effect == pytest.approx((10 * 25 + 30 * 65 + 50 * 90) / 9000 - 0.5)


def test_bands_stand_in_the_order_of_their_lower_ends() -> None:
    assert in_order(["36+", "12-35", "<12", "5 to under 7.5", "12-35"]) == [
        "<12",
        "5 to under 7.5",
        "12-35",
        "36+",
    ]
    assert lowest("-5--1") == -5
    assert lowest(UNTOLD) is None
    assert lowest(None) is None


def test_a_difference_is_kept_lost_reversed_or_made_up() -> None:
    def asked(a: int, b: int) -> Asked:
        return of(Cell(None, "a", None, a, 1000), Cell(None, "b", None, b, 1000))

    def became(before: Asked, after: Asked) -> tuple[str, float | None]:
        (pair,) = kept(answers(after), answers(before))
        return pair.significance, pair.share

    real, none = asked(300, 400), asked(300, 301)
    assert became(real, asked(300, 390)) == ("kept", pytest.approx(0.9))
    assert became(real, none) == ("lost", pytest.approx(0.01))
    assert became(real, asked(400, 300)) == ("lost", pytest.approx(-1.0))
    assert became(none, real)[0] == "appeared"
    assert became(none, none)[0] == "none"
    assert became(asked(300, 300), none) == ("none", None)
