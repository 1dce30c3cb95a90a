"""Budgets of a project: exact as written, and refused where they cannot be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.budget import Budget
from personatwin_sql.spec.project import Project
from personatwin_sql.spec.project_reader import read_project
from personatwin_sql.spec.yaml_reader import parse_yaml

PROJECT = (
    "name: court\ndomain: criminal_justice\nsources: {court: {people: {path: people.csv}}}\n"
    "budgets:\n  court: {%s}\n"
)


def project(budget: str) -> Project:
    return read_project(parse_yaml(PROJECT % budget, "project.yml"))


def budget(text: str) -> Budget:
    return project(text).declared_budgets["court"]


def test_a_budget_is_read_as_written() -> None:
    assert budget("unit: person, epsilon: 3, delta: 1e-6, per_analyst: 1") == Budget(
        "court", Fraction(3), Fraction(1, 10**6), "basic", Fraction(1)
    )
    assert budget("epsilon: 1, delta: 0.00001, accountant: zcdp, per_department: 0.5, epoch: 2026-05") == (
        Budget("court", Fraction(1), Fraction(1, 10**5), "zcdp", None, Fraction(1, 2), "2026-05")
    )


def test_a_project_needs_no_budget() -> None:
    text = PROJECT.partition("budgets")[0]
    assert read_project(parse_yaml(text, "project.yml")).declared_budgets == {}


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("0.1", Fraction(1, 10)),
        ("1e-6", Fraction(1, 10**6)),
        ('"0.1"', Fraction(1, 10)),
        ('"0.1234567890123456789"', Fraction(1234567890123456789, 10**19)),
        ("3", Fraction(3)),
        ("1e-300", Fraction(1, 10**300)),
    ],
)
def test_a_number_is_exact(written: str, exact: Fraction) -> None:
    assert budget(f"epsilon: {written}").epsilon == exact


def test_an_epoch_may_look_like_a_number() -> None:
    assert budget("epsilon: 1, epoch: 2026").epoch == "2026"


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("epsilon: 0", "PT013", "greater than 0"),
        ("epsilon: -1", "PT013", "greater than 0"),
        ("epsilon: 1e999", "PT013", "finite"),
        ("epsilon: '0'", "PT013", "greater than 0"),
        ("epsilon: 1, delta: '1'", "PT013", "less than 1"),
        ("epsilon: '-1'", "PT015", "decimal number"),
        ("epsilon: one", "PT015", "decimal number"),
        ("epsilon: '1/3'", "PT015", "decimal number"),
        ("epsilon: ''", "PT015", "decimal number"),
        ("epsilon: true", "PT011", "a number or text"),
        ("epsilon: [1]", "PT011", "a number or text"),
        ("delta: 0.1", "PT010", "lacks the key `epsilon`"),
        ("epsilon: 0.12345678901234567890", "PT600", 'write it as text: "0.12345678901234567890"'),
        ("epsilon: 1, delta: 1e-999", "PT600", "more digits than a number keeps"),
        ("epsilon: 1, delta: 1", "PT013", "less than 1"),
        ("epsilon: 1, delta: -0.1", "PT013", "at least 0"),
        ("epsilon: 1, unit: row", "PT014", "one of `person`"),
        ("epsilon: 1, accountant: rdp", "PT014", "one of"),
        ("epsilon: 1, accountant: zcdp", "PT601", "needs a `delta` above 0"),
        ("epsilon: 1, per_analyst: 2", "PT601", "limits nothing"),
        ("epsilon: 1, per_department: 1.1", "PT601", "limits nothing"),
        ("epsilon: 1, per_analyst: 0", "PT013", "greater than 0"),
        ("epsilon: 1, epoch: ''", "PT013", "empty"),
        ("epsilon: 1, epoch: {name: a, people: disjoint}", "PT011", "text or a whole number"),
        ("epsilon: 1, reset: yearly", "PT012", "unknown key `reset`"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_where_it_stands(written: str, code: str, said: str) -> None:
    with pytest.raises(ProjectError) as raised:
        project(written)
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert said in f"{found.message} {found.label}"
    assert found.place is not None
    assert found.place.line == 5


def test_an_unfit_name_is_refused() -> None:
    text = PROJECT.replace("court: {%s}", "the court: {epsilon: 1}")
    with pytest.raises(ProjectError, match="PT015"):
        read_project(parse_yaml(text, "project.yml"))
