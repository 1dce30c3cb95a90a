"""What a build would do and why, and which rules are no longer what they were."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from personatwin_sql.workflow.rules_in_force import rule_changes

Call = Callable[..., Result]


def planned(call: Call, root: Path, *arguments: str) -> dict[str, Any]:
    said = call("plan", "--project-dir", root, "--format", "json", *arguments)
    assert said.exit_code == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def git(root: Path, *arguments: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True, capture_output=True)


def committed(root: Path) -> None:
    """The project in git, with one commit."""
    git(root, "init", "-q")
    git(root, "add", "project.yml", "models")
    git(root, "commit", "-qm", "first")


def test_the_first_build_makes_everything(fresh: Path, call: Call) -> None:
    found = planned(call, fresh)
    assert {node["action"] for node in found["nodes"]} == {"build"}
    assert (found["against"], found["rules"]) == ("no build yet", [])
    assert not (fresh / ".personatwin").exists()
    assert call("plan", "--project-dir", fresh, "--detailed-exitcode").exit_code == 6


def test_after_a_build_nothing_is_to_be_done_until_something_changes(fresh: Path, call: Call) -> None:
    assert call("build", "--project-dir", fresh).exit_code == 0
    found = planned(call, fresh)
    assert not found["has_changes"], found
    assert call("plan", "--project-dir", fresh, "--detailed-exitcode").exit_code == 0
    assert dict(found["suppression"])["people_public"]

    model = fresh / "models/release/people_public.sql"
    model.write_text(model.read_text().replace("k_anonymity'", "k_anonymity', k=7"))
    found = planned(call, fresh)
    assert found["rules"] == [
        {"model": "people_public", "rule": "k", "before": 5, "after": 7, "direction": "tightened"}
    ]
    actions = {node["name"]: node["action"] for node in found["nodes"]}
    assert actions["stg_people"] == "unchanged"
    assert actions["people_public"] == actions["personas"] == "build"

    people = fresh / "data/people.csv"
    os.utime(people, ns=(1, 1))
    why = {node["name"]: node["why"] for node in planned(call, fresh)["nodes"]}
    assert why["stg_people"] == ["`court.people` was written since"]
    assert why["stg_events"] == []


def test_what_rules_cost_is_told_to_the_owner_alone(fresh: Path, call: Call) -> None:
    assert call("build", "--project-dir", fresh).exit_code == 0
    (model, found), *others = planned(call, fresh)["sensitivity"]
    assert (model, others) == ("people_public", [])
    assert {cost["rule"] for cost in found["rules"]} >= {"k", "suppression_limit", "target_risk"}
    assert {step["column"] for step in found["levels"]} >= {"age", "gender"}
    shown = call("plan", "--project-dir", fresh).stdout
    assert "what the rules of people_public cost" in shown
    assert "age coarser: " in shown
    for folder, is_told in ((fresh / ".personatwin", True), (fresh / "release", False)):
        assert ("What the rules cost" in (folder / "report.html").read_text(encoding="utf-8")) == is_told


def test_rules_are_compared_with_a_commit(fresh: Path, call: Call) -> None:
    committed(fresh)
    project = fresh / "project.yml"
    project.write_text(project.read_text().replace("level: medium", "level: low"))
    (fresh / "models/release/persona_patterns.sql").unlink()
    properties = fresh / "models/models.yml"
    text = properties.read_text()
    properties.write_text(text[: text.index("  - name: persona_patterns")])
    found = planned(call, fresh, "--against", "HEAD")
    changes = {(change["model"], change["rule"]): change["direction"] for change in found["rules"]}
    assert changes["", "privacy level"] == "loosened"
    assert changes["people_public", "k"] == "loosened"
    assert changes["people_public", "target_risk"] == "loosened"
    assert changes["persona_patterns", "protection"] == "tightened"
    assert found["against"] == "HEAD"


def test_another_population_is_a_changed_rule(fresh: Path, call: Call) -> None:
    committed(fresh)
    project, written = fresh / "project.yml", (fresh / "project.yml").read_text()
    assert planned(call, fresh, "--against", "HEAD")["rules"] == []
    project.write_text(f"{written}\npopulation: {{census: 2018, places: [Florida], youngest: 18}}\n")
    assert planned(call, fresh, "--against", "HEAD")["rules"] == [
        {
            "model": "",
            "rule": "population",
            "before": "none",
            "after": "census of 2018, Florida, from 18 years",
            "direction": "changed",
        }
    ]
    assert "population" in call("plan", "--project-dir", fresh, "--against", "HEAD").stdout
    git(fresh, "commit", "-qam", "second")
    owners = "population: {path: p.csv, count: people, columns: {gender: sex}}"
    project.write_text(f"{written}\n{owners}\n")
    (change,) = planned(call, fresh, "--against", "HEAD")["rules"]
    assert change["after"] == "p.csv, people counted by people, gender as sex"


def test_the_population_is_not_compared_with_a_build_that_does_not_say_it(fresh: Path, call: Call) -> None:
    assert call("build", "--project-dir", fresh).exit_code == 0
    project = fresh / "project.yml"
    project.write_text(f"{project.read_text()}\npopulation: {{census: 2018, places: [Florida]}}\n")
    assert planned(call, fresh)["rules"] == []


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (None, "k_anonymity", "loosened"),
        ("personas", None, "tightened"),
        (None, "differential_privacy", "changed"),
        ("differential_privacy", None, "changed"),
        ("differential_privacy", "k_anonymity", "changed"),
    ],
)
def test_a_table_is_new_or_gone(before: str | None, after: str | None, direction: str) -> None:
    """With noise it loosens no rule: what it may tell of a person is paid from a budget."""
    old, new = ({("new", "protection"): each} if each else {} for each in (before, after))
    assert [change.direction for change in rule_changes(old, new)] == [direction]


@pytest.mark.parametrize("reference", ["nowhere", "--output=x"])
def test_a_reference_that_git_does_not_have_is_refused(reference: str, fresh: Path, call: Call) -> None:
    said = call("plan", "--project-dir", fresh, f"--against={reference}")
    assert (said.exit_code, "PT379" in said.stderr) == (2, True)
    assert not (fresh / "x").exists()


@pytest.mark.parametrize(
    ("rule", "before", "after", "direction"),
    [
        ("k", 5, 4, "loosened"),
        ("target_risk", 0.05, 0.04, "tightened"),
        ("max_people", 50, 40, "changed"),
        ("level of age", 1, 2, "tightened"),
        ("km_2", 5, 6, "tightened"),
        ("known_events_1", 5, None, "changed"),
        ("lkc_3_confidence", 0.5, 0.6, "loosened"),
        ("l_diversity_distinct of need", 3, 2, "loosened"),
        ("t_closeness_equal of need", 0.2, 0.3, "loosened"),
        ("l_diversity_recursive_2 of need", 3.0, 2.0, "tightened"),
        ("alpha_k of need", None, 0.5, "tightened"),
        ("alpha_k of need", 0.5, None, "loosened"),
        ("membership", None, "secret", "loosened"),
        ("membership", "secret", None, "tightened"),
        ("k_map", 50, 40, "loosened"),
        ("role of age", "quasi_identifier", "insensitive", "loosened"),
        ("role of age", None, "insensitive", "loosened"),
        ("role of age", "sensitive", None, "tightened"),
        ("epsilon", "0.5", "1", "loosened"),
        ("delta", "0.000001", "1/3000000", "tightened"),
        ("max_groups", 2, 3, "changed"),
    ],
)
def test_a_change_has_a_direction(
    rule: str, before: str | float | None, after: str | float | None, direction: str
) -> None:
    table = {("people", "protection"): "k_anonymity"}
    old = table | ({} if before is None else {("people", rule): before})
    new = table | ({} if after is None else {("people", rule): after})
    (change,) = rule_changes(old, new)
    assert change.direction == direction
