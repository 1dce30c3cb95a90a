"""What a release keeps of the relations between columns is told to its owner, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result

Call = Callable[..., Result]
MIDDLE_RANK = "rank() OVER (ORDER BY {0}) + (count(*) OVER (PARTITION BY {0}) - 1) / 2"


def with_config(root: Path, config: str) -> None:
    model = root / "models/release/people_public.sql"
    model.write_text(model.read_text().replace("k_anonymity'", f"k_anonymity', {config}"))


def told(root: Path) -> dict[str, Any]:
    figures = json.loads((root / ".personatwin/owner.json").read_text())
    found: dict[str, Any] = next(model for model in figures["models"] if model["model"] == "people_public")
    return found


def test_relations_before_are_those_of_the_source_and_only_the_owner_sees_them(
    fresh: Path, call: Call
) -> None:
    with_config(fresh, "predict=['gender', 'risk_level']")
    assert call("build", "--project-dir", fresh).exit_code == 0
    found = told(fresh)
    numbers = [item for item in found["relations"] if item["measure"] == "spearman"]
    assert [(item["first"], item["second"]) for item in numbers] == [("age", "prior_offenses")]
    with duckdb.connect() as connection:
        both = [f"{MIDDLE_RANK.format(name)} AS {name}" for name in ("age", "prior_offenses")]
        ((expected,),) = connection.execute(f"""
            WITH ranks AS (
                SELECT {", ".join(both)} FROM '{fresh / "data/people.csv"}'
                WHERE age IS NOT NULL AND prior_offenses IS NOT NULL
            )
            SELECT corr(age, prior_offenses) FROM ranks""").fetchall()
    assert numbers[0]["before"] == pytest.approx(expected)
    assert all(-1 <= item["after"] <= 1 for item in found["relations"] if item["after"] is not None)
    assert [item["column"] for item in found["foretold"]] == ["gender", "risk_level"]
    assert all(0 < item["after"] <= 1 for item in found["foretold"])
    for folder, is_told in ((fresh / ".personatwin", True), (fresh / "release", False)):
        assert ("Which relations are kept" in (folder / "report.html").read_text(encoding="utf-8")) == is_told


def test_a_column_that_is_not_published_cannot_be_foretold(fresh: Path, call: Call) -> None:
    with_config(fresh, "predict=['charge']")
    said = call("build", "--project-dir", fresh)
    assert said.exit_code != 0
    assert "PT158" in said.stderr
