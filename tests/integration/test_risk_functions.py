"""Risk scores that SQL cannot say are functions that a derived model calls."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.integration.conftest import Run
from tests.integration.test_bad_input import project

MODEL = """{{ config(protection='derived') }}
SELECT
    persona_id,
    pt_individual_risk(people, 1.0) AS risk_if_all_were_here,
    pt_individual_risk(people, 0.1) AS risk_in_a_sample,
    pt_risk_band(0.01, 1::DOUBLE / people) AS band
FROM {{ ref('personas') }}
"""


def test_a_derived_model_scores_personas(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    (folder / "models" / "release" / "persona_risk.sql").write_text(MODEL)
    personatwin("build", cwd=folder)
    with duckdb.connect(str(folder / "release" / "court.duckdb"), read_only=True) as release:
        rows = release.execute(
            "SELECT risk_if_all_were_here - risk, risk_in_a_sample < risk, band"
            " FROM persona_risk JOIN personas USING (persona_id)"
        ).fetchall()
    assert rows
    assert all(abs(row[0]) < 1e-12 and row[1] for row in rows)
    assert {row[2] for row in rows} <= {"public", "research", "internal", "unsafe"}
