"""Who a person is belongs to the question: a table that was drawn for others is not put back for these."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.workflow import Options, build
from tests.integration.private_visits import declare, project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A town whose visits were counted, so that each person stands in one row of a case too."""
    root = project(tmp_path)
    visits = root / "visits.csv"
    lines = visits.read_text(encoding="utf-8").splitlines()
    told = [f"{line},{'case_id' if not number else f'C{number}'}" for number, line in enumerate(lines)]
    visits.write_text("\n".join(told) + "\n", encoding="utf-8")
    roles(root, "privacy_unit", "direct_identifier")
    build(Options(project_dir=root), lambda event: None)
    return root


def roles(root: Path, person: str, case: str) -> None:
    domain = root / "domains" / "town.yml"
    lines = [
        line
        for line in domain.read_text(encoding="utf-8").splitlines()
        if "person_id" not in line and "case_id" not in line
    ]
    at = lines.index("    columns:") + 1
    lines[at:at] = [f"      person_id: {{role: {person}}}", f"      case_id: {{role: {case}}}"]
    domain.write_text("\n".join(lines) + "\n", encoding="utf-8")


def is_another(root: Path) -> bool:
    """Whether the build says that the question is another than that of the release."""
    with pytest.raises(Withheld) as raised:
        build(Options(project_dir=root), lambda event: None)
    return [problem.code for problem in raised.value.diagnostics] == ["PT617"]


def test_another_unit_is_another_question(root: Path) -> None:
    roles(root, "direct_identifier", "privacy_unit")
    assert is_another(root)


def test_ids_that_mean_other_people_are_another_question(root: Path) -> None:
    written = root / "project.yml"
    text = written.read_text(encoding="utf-8")
    written.write_text(
        text.replace("{path: visits.csv}", "{path: visits.csv, ids: normalized}"), encoding="utf-8"
    )
    assert is_another(root)


def test_another_time_zone_is_another_question(root: Path) -> None:
    declare(root, more="time_zone: Asia/Tokyo\n")
    assert is_another(root)


def test_the_same_people_are_the_same_question(root: Path) -> None:
    declare(root, more="# the same\n")
    done = build(Options(project_dir=root, full_refresh=True), lambda event: None)
    assert {event.node: event.status for event in done.nodes}["visits"] == "replay"
