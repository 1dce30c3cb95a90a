"""Public keys that another model lists, and that lack a value in a row: a group of NULL, or refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from personatwin_sql.errors import NodeError, Withheld
from personatwin_sql.workflow import Options, plan_project
from tests.integration.private_visits import VISITS, built, project, rows, spent
from tests.integration.private_visits import ask as asked

LISTED = (
    "{{ config(protection='derived') }}\nSELECT county FROM (VALUES ('Adams'), (NULL)) AS listed (county)\n"
)
ASKED = """{{{{ config(protection='differential_privacy', epsilon=1, max_groups=2, max_rows_per_group=3,
    keys=ref('counties')) }}}}
SELECT {key}, count(*) AS visits FROM {{{{ source('s', 'visits') }}}} GROUP BY {group}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Some 130 people, a third of whose visits are to no county."""
    root = project(tmp_path)
    with (root / "visits.csv").open(encoding="utf-8") as file:
        visits = list(csv.reader(file))
    for visit in visits[1::3]:
        visit[1] = ""
    with (root / "visits.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(visits)
    (root / VISITS.parent / "counties.sql").write_text(LISTED, encoding="utf-8")
    return root


def ask(root: Path, key: str, group: str) -> None:
    (root / VISITS).write_text(ASKED.format(key=key, group=group), encoding="utf-8")


def test_rows_without_a_key_are_the_group_of_null_where_the_list_has_one(root: Path) -> None:
    ask(root, "county", "county")
    assert built(root).published
    found = rows(root)
    assert [county for county, _ in found] == ["Adams", None]
    assert abs(int(str(found[1][1])) - 133) < 100


def test_a_key_of_null_is_refused_where_null_is_a_total_and_nothing_is_spent(root: Path) -> None:
    ask(root, "coalesce(county, '?') AS county", "ROLLUP (coalesce(county, '?'))")
    with pytest.raises((NodeError, Withheld)) as raised:
        built(root)
    (problem,) = raised.value.diagnostics
    assert (problem.code, "is a total" in problem.message) == ("PT614", True)
    assert problem.place is not None
    assert str(problem.place).startswith("models/release/visits.sql:2")
    assert spent(root) == 0


def test_a_plan_says_which_noisy_table_has_to_be_there_first(root: Path) -> None:
    asked(root, name="seen")
    ask(root, "county", "county")
    model = root / VISITS
    written = model.read_text(encoding="utf-8").replace("counties", "seen")
    model.write_text(written, encoding="utf-8")
    (problem,) = plan_project(Options(root), None).refused
    assert problem.code == "PT665"
    assert problem.fixes[0].startswith("build without `visits` first, and add it then")
    model.unlink()
    assert built(root).published
    model.write_text(written, encoding="utf-8")
    assert plan_project(Options(root), None).refused == ()
    assert built(root).published
    assert spent(root) == 2
    assert [county for county, _ in rows(root)] == ["Adams", "Brown", "Clark"]
