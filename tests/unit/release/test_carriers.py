"""Who carries the risk, as the owner reads it: never as the public does."""

from __future__ import annotations

from dataclasses import replace

from court_release import OWNER, PEOPLE, release_of

from personatwin_sql.privacy.person_risk import codes
from personatwin_sql.release.owner import CarriedRisk, OwnerModel, UniquenessEstimate
from personatwin_sql.release.report.carriers import carriers
from personatwin_sql.release.report.content import owner_report, public_report
from personatwin_sql.release.report.document import Table
from personatwin_sql.release.report.markdown import text
from personatwin_sql.workflow.owner_risk import FRACTIONS, unique_in_population

GROUPS = (
    CarriedRisk("gender", "Female", 20, 10, 1, 5),
    CarriedRisk("gender", "Male", 80, 10, 2, 0),
    CarriedRisk("county", None, 10, 10, 1, 10),
    CarriedRisk("county", "Cedar", 90, 10, 3, 0),
)


def rows(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text for cell in row] for row in table.rows]


def test_groups_above_the_average_stand_there_the_furthest_first() -> None:
    (table,) = carriers(OwnerModel("people", 100, 0, carried_given=GROUPS))
    assert rows(table) == [
        ["`county`: not stated", "10", "100 %", "100 %", "10", "10 %", "50 %"],
        ["`gender`: Female", "20", "50 %", "100 %", "5", "20 %", "50 %"],
    ]


def test_where_all_are_alike_nobody_carries_more() -> None:
    alike = (CarriedRisk("gender", "Female", 50, 10, 5, 0), CarriedRisk("gender", "Male", 50, 10, 5, 0))
    assert carriers(OwnerModel("people", 100, 0, carried_given=alike)) == ()


def test_an_estimate_that_fails_is_null_with_its_reason() -> None:
    estimates = (
        UniquenessEstimate(0.1, 0.25, "as estimated by pitman"),
        UniquenessEstimate(0.5, None, "why"),
    )
    (table,) = carriers(OwnerModel("people", 100, 0, uniqueness=estimates))
    assert rows(table) == [["10 %", "25 %", "as estimated by pitman"], ["50 %", "NULL", "why"]]


def test_each_part_of_the_population_has_its_estimate() -> None:
    found = unique_in_population(codes([1] * 40 + [2] * 20 + [3] * 10 + [7] * 5))
    assert [each.fraction for each in found] == list(FRACTIONS)
    shares = [each.share for each in found if each.share is not None]
    assert len(shares) == 3
    assert shares == sorted(shares)


def test_the_public_is_not_told_who_carried_the_risk() -> None:
    model = replace(OWNER.models[0], model=PEOPLE.name, carried_given=GROUPS)
    owner = replace(OWNER, models=(model,))
    assert "Who carries the risk before" in text(owner_report(release_of(PEOPLE), owner).document)
    assert "Who carries" not in text(public_report(release_of(PEOPLE)).document)
