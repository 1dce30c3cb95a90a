"""The declared loss from the model to the lock, the manifest, the plan and the owner's report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Call = Callable[..., Result]
MODEL = "models/release/people_public.sql"


def build(call: Call, root: Path) -> None:
    said = call("build", "--project-dir", root)
    assert said.exit_code == 0, said.output


def levels_of(call: Call, root: Path) -> dict[str, Any]:
    said = call("plan", "--project-dir", root, "--format", "json")
    assert said.exit_code == 0, said.output
    (found,) = json.loads(said.stdout)["levels"]
    assert isinstance(found, dict)
    return found


def with_loss(root: Path, loss: str) -> None:
    text = (root / MODEL).read_text()
    (root / MODEL).write_text(text.replace("'k_anonymity'", f"'k_anonymity', loss={loss}", 1))


def manifest_of(root: Path) -> dict[str, Any]:
    models = json.loads((root / "target" / "manifest.json").read_text())["nodes"]
    found = models["model.people_public"]
    assert isinstance(found, dict)
    return found


def test_a_loss_is_searched_by_and_told_at_every_stop(built: Path, fresh: Path, call: Call) -> None:
    plain = levels_of(call, built)
    assert (plain["how"], plain["measure"], plain["lower_bound"]) == ("optimal", "loss", None)
    with_loss(fresh, "{'measure': 'discernibility'}")
    build(call, fresh)
    told = levels_of(call, fresh)
    assert (told["how"], told["measure"]) == ("optimal", "discernibility")
    assert told["levels"] != plain["levels"]
    assert told["loss"] > 1
    assert "loss: discernibility" in (fresh / "project.lock").read_text()
    assert manifest_of(fresh)["rules"]["loss"]["value"] == "discernibility"
    report = (fresh / ".personatwin" / "report.md").read_text()
    assert "lose less, by discernibility (Bayardo & Agrawal 2005)" in report
    for measure in ("precision", "non-uniform entropy", "ambiguity", "KL divergence", "average class size"):
        assert measure in report


def test_levels_of_the_lock_are_kept_for_the_same_loss_and_said_to_be(fresh: Path, call: Call) -> None:
    build(call, fresh)
    before = levels_of(call, fresh)
    text = (fresh / MODEL).read_text()
    (fresh / MODEL).write_text(text.replace("'k_anonymity'", "'k_anonymity', suppression_limit=0.049", 1))
    build(call, fresh)
    held = levels_of(call, fresh)
    assert (held["how"], held["levels"]) == ("held by project.lock", before["levels"])
    assert abs(held["loss"] - before["loss"]) < 1e-12


def test_a_best_effort_is_said_to_be_one_and_the_bound_is_for_the_owner(fresh: Path, call: Call) -> None:
    project = fresh / "project.yml"
    text = project.read_text()
    searched = text.replace("{level: medium}", "{level: medium, search: {nodes: 1, seconds: 0.00001}}")
    assert searched != text
    project.write_text(searched)
    build(call, fresh)
    found = levels_of(call, fresh)
    assert found["how"] == "best effort"
    assert 0 <= found["lower_bound"] < found["loss"]
    assert "others may lose less" in manifest_of(fresh)["steps"][-1]
    assert f"{found['lower_bound']:,.4g}" in (fresh / ".personatwin" / "report.md").read_text()
    assert "none lose less than" in call("plan", "--project-dir", fresh).stdout
