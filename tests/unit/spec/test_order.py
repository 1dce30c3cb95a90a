"""Order rules to closure, and which are refused: circles, contradictions, what could not be repaired."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.domain import MustFollow, OrderRules, RequiresClosure
from personatwin_sql.spec.domain_reader import read_domain
from personatwin_sql.spec.loader import domain_names, load_domain
from personatwin_sql.spec.order import added_types, closings, needs, ranks, repair_problems

CHAIN = OrderRules(
    must_follow=(
        MustFollow(event="sentencing", after="trial"),
        MustFollow(event="trial", after="charge"),
        MustFollow(event="charge", after="arrest"),
        MustFollow(event="release", after="incarceration"),
        MustFollow(event="incarceration", after="sentencing"),
    ),
    requires_closure=(RequiresClosure(event="incarceration", closed_by="release"),),
)


def test_a_sentencing_needs_all_that_leads_to_it_the_nearest_first() -> None:
    assert needs(CHAIN)["sentencing"] == ("trial", "charge", "arrest")
    assert needs(CHAIN)["release"] == ("incarceration", "sentencing", "trial", "charge", "arrest")
    assert "arrest" not in needs(CHAIN)


def test_ranks_put_each_event_after_what_it_needs_and_what_it_closes() -> None:
    ordered = sorted(ranks(CHAIN).items(), key=lambda item: item[1])
    assert ordered == [
        ("arrest", 0), ("charge", 1), ("trial", 2), ("sentencing", 3), ("incarceration", 4), ("release", 5),
    ]  # fmt: skip
    lone = OrderRules(requires_closure=(RequiresClosure(event="leave", closed_by="return"),))
    assert ranks(lone) == {"leave": 0, "return": 1}


def test_what_is_closed_itself_stands_before_what_closes_it() -> None:
    rules = OrderRules(
        requires_closure=(
            RequiresClosure(event="b", closed_by="c"),
            RequiresClosure(event="x", closed_by="b"),
            RequiresClosure(event="a", closed_by="b"),
        )
    )
    assert list(closings(rules).items()) == [("b", ("x", "a")), ("c", ("b",))]


def test_a_repair_may_add_what_is_needed_and_what_closes() -> None:
    assert set(added_types(CHAIN)) == {
        "trial", "charge", "arrest", "incarceration", "sentencing", "release"
    }  # fmt: skip
    assert list(repair_problems(CHAIN, ())) == []
    assert (
        len(list(repair_problems(CHAIN, ["trial", "charge", "incarceration", "sentencing", "release"]))) == 1
    )


def test_a_closing_event_may_not_need_more_than_what_it_closes() -> None:
    rules = OrderRules(
        must_follow=(MustFollow(event="closing", after="review"),),
        requires_closure=(RequiresClosure(event="opening", closed_by="closing"),),
    )
    (problem,) = repair_problems(rules, ())
    assert "an added `closing` would need `review`" in problem


@pytest.mark.parametrize("name", domain_names())
def test_the_rules_of_every_built_in_domain_can_be_repaired(name: str) -> None:
    domain = load_domain(name)
    assert list(repair_problems(domain.order_rules, domain.event_types)) == []


TYPES = "event_types: [a, b, c, d]\n"


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ("must_follow: [{event: a, after: a}]", ["PT193"]),
        ("must_follow: [{event: a, after: b}, {event: b, after: a}]", ["PT193", "PT193"]),
        (
            "must_follow: [{event: a, after: b}, {event: b, after: c}, {event: c, after: a}, "
            "{event: d, after: a}]",
            ["PT193"] * 3,
        ),
        ("requires_closure: [{event: a, closed_by: a}]", ["PT193"]),
        ("requires_closure: [{event: a, closed_by: b}, {event: b, closed_by: a}]", ["PT193", "PT193"]),
        (
            "must_follow: [{event: a, after: b}, {event: b, after: c}]\n"
            "  cannot_follow: [{event: a, after: c}]",
            ["PT195"],
        ),
        ("must_follow: [{event: a, after: elsewhere}]\n  on_violation: repair", ["PT194"]),
        (
            "must_follow: [{event: b, after: c}]\n  requires_closure: [{event: a, closed_by: b}]\n"
            "  on_violation: repair",
            ["PT194"],
        ),
        ("must_follow: [{event: a, after: b}, {event: b, after: a}]\n  on_violation: repair", ["PT193"] * 2),
        ("on_violation: repair", ["PT192"]),
        ("max_occurrences: [{event: a, times: 1}]\n  on_violation: repair", ["PT192"]),
        ("on_violation: mend", ["PT014"]),
        ("on_violations: repair", ["PT012"]),
    ],
)
def test_order_rules_are_refused(tmp_path: Path, rules: str, codes: list[str]) -> None:
    (tmp_path / "domains").mkdir()
    (tmp_path / "domains" / "court.yml").write_text(f"{TYPES}order_rules:\n  {rules}\n")
    with pytest.raises(ProjectError) as raised:
        read_domain("court", tmp_path)
    assert [diagnostic.code for diagnostic in raised.value.diagnostics] == codes
    assert all(diagnostic.place for diagnostic in raised.value.diagnostics)


def test_rules_that_can_be_repaired_are_read(tmp_path: Path) -> None:
    (tmp_path / "domains").mkdir()
    text = f"{TYPES}order_rules: {{must_follow: [{{event: a, after: b}}], on_violation: repair}}\n"
    (tmp_path / "domains" / "court.yml").write_text(text)
    assert read_domain("court", tmp_path).domain.order_rules.on_violation == "repair"
