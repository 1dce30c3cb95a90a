"""The strategy of events as a default of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.project_reader import read_project
from personatwin_sql.spec.yaml_reader import read_yaml

PROJECT = (
    "name: court\ndomain: criminal_justice\nsources: {court: {people: {path: people.csv}}}\nprivacy: {%s}\n"
)


@pytest.mark.parametrize(
    ("privacy", "code", "said"),
    [
        ("strategy: sampel", "PT014", "did you mean `sample`?"),
        ("max_row: 5", "PT012", "did you mean `max_rows`?"),
        ("max_rows: 5", "PT191", "belongs to `strategy: sample`"),
        ("strategy: sequence, max_rows: 5", "PT191", "belongs to `strategy: sample`"),
        ("strategy: sample, max_rows: 1", "PT013", "at least 2"),
    ],
)
def test_a_strategy_that_cannot_be_is_refused(tmp_path: Path, privacy: str, code: str, said: str) -> None:
    (tmp_path / "project.yml").write_text(PROJECT % privacy)
    with pytest.raises(ProjectError) as raised:
        read_project(read_yaml(tmp_path / "project.yml", "project.yml"))
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert said in f"{found.message} {found.label}"
    assert found.place is not None
    assert found.place.line == 4


def test_a_sample_may_be_the_default_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "project.yml").write_text(PROJECT % "strategy: sample, max_rows: 5")
    found = read_project(read_yaml(tmp_path / "project.yml", "project.yml")).privacy
    assert (found.strategy, found.max_rows) == ("sample", 5)
