"""Personas whose people are close to everybody by what their needs have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.release.state import read_state
from personatwin_sql.workflow import Options, build
from tests.integration.town_of_needs import project

FAR = {"t": 0.4, "distance": "hierarchical"}
NEAR = {"t": 0.3, "distance": "hierarchical"}
BLIND = """{% macro t_closeness_hierarchical(rule) -%}
near AS (
    SELECT DISTINCT shares.class_number
    FROM shares
)
{%- endmacro %}
"""


def _town(root: Path, closeness: dict[str, object], within: str = "") -> Path:
    project(root, "")
    config = f"protection='personas', k=3, t_closeness={{'need': {closeness}}}{within}"
    select = "SELECT person_id, age, gender, need FROM {{ source('s', 'people') }}\n"
    written = f"{{{{ config({config}) }}}}\n{select}"
    (root / "models" / "release" / "personas.sql").write_text(written, encoding="utf-8")
    return root


def _personas(root: Path) -> ReleasedModel:
    build(Options(project_dir=root), lambda event: None)
    state = read_state(root / ".personatwin", "prod")
    assert state is not None
    return next(model for model in state.release.models if model.name == "personas")


@pytest.mark.parametrize("within", ["", ", within=ref('public')"])
def test_each_persona_is_near_everybody(tmp_path: Path, within: str) -> None:
    personas = _personas(_town(tmp_path, FAR, within))
    found = next(each for each in personas.guarantees if each.name == "t_closeness_hierarchical of need")
    assert found.measured is not None
    assert 0 < found.measured <= 0.4
    assert found.measured_only
    assert personas.people is not None
    assert personas.people >= 570


def test_the_nearer_the_fewer_personas(tmp_path: Path) -> None:
    rows = []
    for name, closeness in (("far", FAR), ("near", NEAR)):
        (tmp_path / name).mkdir()
        rows.append(_personas(_town(tmp_path / name, closeness)).rows)
    assert rows[1] < rows[0]


def test_a_macro_that_looks_at_no_distance_is_found_out(tmp_path: Path) -> None:
    root = _town(tmp_path, NEAR)
    (root / "macros").mkdir()
    (root / "macros" / "t_closeness_hierarchical.sql").write_text(BLIND, encoding="utf-8")
    with (root / "project.yml").open("a", encoding="utf-8") as file:
        file.write("overrides: [t_closeness_hierarchical]\n")
    with pytest.raises(Withheld) as raised:
        build(Options(project_dir=root), lambda event: None)
    assert {each.code for each in raised.value.diagnostics} == {"PT250"}
