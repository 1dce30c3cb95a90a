"""What `plan` says of differentially private models, told from the ledger and the models alone."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from personatwin_sql.errors import Unavailable
from personatwin_sql.release.state import read_owner
from personatwin_sql.workflow import Options, plan_project
from personatwin_sql.workflow.planning import ProjectPlan
from personatwin_sql.workflow.private_planning import PlannedPrivacy
from tests.integration.private_visits import (
    ask,
    built,
    declare,
    folders,
    ledger_of,
    project,
    rows,
    spent,
    write_visits,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path)


def planned(root: Path, target: str | None = None) -> ProjectPlan:
    return plan_project(Options(root, target), None)


def of(plan: ProjectPlan, model: str = "visits") -> PlannedPrivacy:
    return next(each for each in plan.privacy if each.model == model)


def test_a_first_draw_costs_what_the_model_says_and_makes_nothing(root: Path) -> None:
    found = of(planned(root))
    assert (found.what, found.budget, found.epsilon, found.delta) == ("draw", "court", "1", "0")
    assert (found.left_epsilon, found.left_delta) == ("2", "0.000001")
    assert not (root / ".personatwin").exists()
    assert not (root / "ledger").exists()


def test_it_needs_no_data(root: Path) -> None:
    (root / "visits.csv").unlink()
    assert of(planned(root)).what == "draw"


def test_the_expected_error_is_that_of_the_noise(root: Path) -> None:
    """Two measures, ε 1: Laplace noise of scale 2 · 3 · 2 for counts, and nine times that for sums."""
    errors = {error.measure: error for error in of(planned(root)).errors}
    assert math.isclose(errors["visits"].rmse, 12 * math.sqrt(2), rel_tol=0.01)
    assert math.isclose(errors["amount"].rmse, 108 * math.sqrt(2), rel_tol=0.01)
    assert 0.93 < 1 - math.exp(-(errors["visits"].half_width + 1) / 12) < 0.97


def test_what_was_drawn_is_free_and_other_questions_need_leave(root: Path) -> None:
    built(root)
    plan = planned(root)
    assert (of(plan).what, of(plan).left_epsilon, plan.refused) == ("replay", "2", ())
    assert not plan.has_changes
    ask(root, epsilon="0.5")
    plan = planned(root)
    assert (of(plan).what, of(plan).left_epsilon) == ("draw, with --allow-spend", "1.5")
    assert [problem.code for problem in plan.refused] == ["PT617"]
    assert spent(root) == 1


def test_more_than_is_left_is_told_beforehand(root: Path) -> None:
    ask(root, name="others", epsilon="2.5")
    assert [problem.code for problem in planned(root).refused] == ["PT602"]


def test_a_budget_that_vanished_is_told_beforehand(root: Path) -> None:
    built(root)
    declare(root, budgets="{county: {epsilon: 3, delta: 1e-6}}")
    assert "PT605" in [problem.code for problem in planned(root).refused]


def test_bounds_are_warned_of_before_and_measured_after(root: Path) -> None:
    (before,) = of(planned(root)).notes
    assert "at most 2 groups and with at most 3 rows in each" in before
    assert "not known without the data" in before
    write_visits(root, beyond=7)
    built(root)
    after = of(planned(root)).notes
    assert any("bounds moved the total of `visits` by -" in note for note in after)
    told = read_owner(root / ".personatwin").notes
    assert (
        "visits: 7 values of `amount` lie beyond its bounds, and counted as the bound when it was drawn"
        in told
    )
    assert "beyond its bounds" not in (root / "release" / "report.md").read_text()


def test_a_finer_release_that_answers_for_nothing_is_named(root: Path) -> None:
    built(root)
    ask(root, name="counts", select="county, count(*) AS n")
    plan = planned(root)
    (note,) = [note for note in of(plan, "counts").notes if "`visits` is released" in note]
    assert "SELECT county, sum(visits) AS n FROM visits GROUP BY county" in note
    ask(root, name="counts", select="county, count(DISTINCT person_id) AS n")
    assert not any("is released" in note for note in of(planned(root), "counts").notes)


def test_a_delta_that_one_person_could_hide_in_is_warned_of_with_the_number(root: Path) -> None:
    declare(root, budgets="{court: {epsilon: 3, delta: 0.2}}")
    ask(root, more=", delta=0.05")
    built(root)
    notes = of(planned(root)).notes
    assert any("delta 0.05 is not below" in note for note in read_owner(root / ".personatwin").notes)
    assert "is not below" not in (root / "release" / "report.md").read_text()
    people = people_of(root)
    assert any(f"delta 0.05 is not below 1 ÷ {people}," in note for note in notes), notes


def people_of(root: Path) -> int:
    lines = (root / "visits.csv").read_text().splitlines()[1:]
    return len({line.partition(",")[0] for line in lines})


def test_a_charge_in_vain_is_spoken_of(root: Path) -> None:
    built(root)
    release = next(
        path for path in sorted((root / "ledger").glob("*.json")) if b'"kind": "release"' in path.read_bytes()
    )
    for folder in ("ledger", ".personatwin/ledger"):
        (root / folder / release.name).unlink()
    (note,) = [note for note in of(planned(root)).notes if "did not come to their end" in note]
    assert note.startswith("charged once")


def test_a_preview_costs_nothing(root: Path) -> None:
    built(root)
    found = planned(root, "dev")
    assert (of(found).what, of(found).left_epsilon, found.refused) == ("draw from a seed", "2", ())


def test_an_unsound_ledger_is_refused(root: Path) -> None:
    built(root)
    first = rows(root)
    min(folders(root).ledger.glob("*.json")).unlink()
    with pytest.raises(Unavailable):
        planned(root)
    assert rows(root) == first
    with pytest.raises(Unavailable):
        ledger_of(root)
