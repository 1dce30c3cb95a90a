"""A project that is read and checked, and nothing besides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Call = Callable[..., Result]


def test_a_sound_project_is_counted_and_nothing_is_written(fresh: Path, call: Call) -> None:
    before = sorted(fresh.rglob("*"))
    said = call("parse", "--project-dir", fresh, "--format", "json")
    assert json.loads(said.stdout)["nodes"]["model"] == 7
    assert call("parse", "--project-dir", fresh).stdout.startswith("sound: 2 sources, 7 models")
    assert sorted(fresh.rglob("*")) == before


def test_all_mistakes_are_told_at_once(fresh: Path, call: Call) -> None:
    (fresh / "models/staging/stg_people.sql").write_text("SELECT agee FROM {{ source('court', 'people') }}\n")
    (fresh / "models/staging/more.sql").write_text("SELECT nothing FROM {{ ref('nowhere') }}\n")
    said = call("parse", "--project-dir", fresh)
    assert said.exit_code == 2
    assert "agee" in said.stderr or "nowhere" in said.stderr
    assert said.stdout == ""
