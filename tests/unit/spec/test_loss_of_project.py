"""The loss and the effort of a search as `project.yml` says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.json_schema import project_schema
from personatwin_sql.spec.project import Privacy
from personatwin_sql.spec.project_reader import read_project
from personatwin_sql.spec.yaml_reader import read_yaml

PROJECT = "name: court\ndomain: court\nsources: {court: {people: {path: people.csv}}}\nprivacy: {%s}\n"


def read(folder: Path, privacy: str) -> Privacy:
    (folder / "project.yml").write_text(PROJECT % privacy)
    return read_project(read_yaml(folder / "project.yml", "project.yml")).privacy


@pytest.mark.parametrize(
    ("privacy", "code", "said"),
    [
        ("loss: {measur: loss}", "PT012", "did you mean `measure`?"),
        ("loss: {measure: discernability}", "PT014", "did you mean `discernibility`?"),
        ("loss: {suppression: 2}", "PT013", "at most 1"),
        ("loss: {measure: discernibility, mean: geometric}", "PT381", "means nothing for discernibility"),
        ("loss: {measure: ambiguity, suppression: 0.5}", "PT381", "means nothing for ambiguity"),
        ("loss: {weights: {age: 2}}", "PT012", "unknown key `weights`"),
        ("search: {nodes: 0}", "PT013", "at least 1"),
        ("search: {second: 5}", "PT012", "did you mean `seconds`?"),
    ],
)
def test_a_loss_or_an_effort_that_cannot_be_is_refused(
    tmp_path: Path, privacy: str, code: str, said: str
) -> None:
    with pytest.raises(ProjectError) as raised:
        read(tmp_path, privacy)
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert said in f"{found.message} {found.label}"
    assert found.place is not None
    assert found.place.line == 4
    assert found.place.column is not None


def test_a_project_may_say_both(tmp_path: Path) -> None:
    found = read(tmp_path, "loss: {measure: precision, mean: geometric}, search: {nodes: 9, seconds: 1.5}")
    assert found.loss is not None
    assert (found.loss.measure, found.loss.mean, found.loss.suppression) == ("precision", "geometric", None)
    assert (found.search.nodes, found.search.seconds) == (9, 1.5)


def test_editors_know_the_measures() -> None:
    assert "kl_divergence" in str(project_schema())
