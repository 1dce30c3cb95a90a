"""Macros of a project that protect people less: nothing is charged, and nothing leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.spec.library import library
from tests.integration.private_visits import built, declare, ledger_of, project, statuses

WEAKER = {
    "rows without a limit": (
        "bounded_contributions",
        "WHERE pt_nth_row <= {{ max_rows_per_group }}",
        "WHERE pt_nth_row <= {{ max_rows_per_group + 1 }}",
    ),
    "groups without a limit": (
        "bounded_contributions",
        "    WHERE pt_nth_group <= {{ max_groups }}\n",
        "",
    ),
    "values without an upper bound": ("clamped_units", "least(greatest(", "greatest(greatest("),
    "less noise": ("noise", "{{ scale.denominator }}", "{{ scale.denominator * 2 }}"),
    "no noise": ("noise", "pt_discrete_{{ mechanism }}(", "greatest("),
    "noise drawn at each read": ("noisy_aggregates", "AS MATERIALIZED (", "AS ("),
    "exact sums released": (
        "differential_privacy",
        '"__noisy")) | identifier }} AS noisy',
        '"__exact")) | identifier }} AS noisy',
    ),
}


@pytest.mark.parametrize("name", WEAKER)
def test_a_macro_that_protects_less_is_found_out_before_anything_is_charged(
    name: str, tmp_path: Path
) -> None:
    macro, old, new = WEAKER[name]
    root = project(tmp_path)
    (path,) = (library().folder / "macros").rglob(f"{macro}.sql")
    text = path.read_text(encoding="utf-8")
    assert old in text
    (root / "macros").mkdir()
    (root / "macros" / f"{macro}.sql").write_text(text.replace(old, new), encoding="utf-8")
    declare(root, more=f"overrides: [{macro}]\n")
    with pytest.raises(Withheld) as raised:
        built(root)
    assert {problem.code for problem in raised.value.diagnostics} <= {"PT201", "PT202"}
    assert not (root / "release" / "town.duckdb").exists()
    assert not ledger_of(root).entries


def test_what_a_release_guarantees_is_told_three_times_and_tells_nothing_of_the_people(
    tmp_path: Path,
) -> None:
    assert statuses(built(project(tmp_path)))["visits"] == "ok"
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text(encoding="utf-8"))
    stated = manifest["nodes"]["model.visits"]["guarantees"]
    found = {name: [each[of] for of in ("required", "proven", "measured")] for name, each in stated.items()}
    assert found["epsilon"] == [1, 1, 1]
    assert found["delta"][1:] == [0, 0]
    assert found["max_groups"] == [2, 2, 2]
    assert found["max_rows_per_group"] == [3, 3, 3]
