"""Twenty quasi-identifiers: more nodes than anybody could look at, so a best effort that says so."""

from __future__ import annotations

import json
import random
from pathlib import Path

import duckdb

from tests.integration.conftest import Run

COLUMNS = [f"q{number}" for number in range(20)]


def project(folder: Path) -> Path:
    draw = random.Random(3)
    rows = [",".join(["person_id", *COLUMNS])]
    rows += [
        ",".join(map(str, [number, *(int(20 * draw.random() ** 2) for _ in COLUMNS)]))
        for number in range(1_500)
    ]
    (folder / "people.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "project.yml").write_text(
        "name: wide\ndomain: wide\nprivacy: {level: low, target_risk: 0.15, search: {seconds: 1}}\n"
        "sources:\n  s:\n    people: {path: people.csv}\n",
        encoding="utf-8",
    )
    listed = "".join(
        f"      {name}: {{role: quasi_identifier, hierarchy: n, type: integer}}\n" for name in COLUMNS
    )
    (folder / "domains").mkdir()
    (folder / "domains" / "wide.yml").write_text(
        "hierarchies:\n  n: {widths: [2, 4, 8], bottom: 0, top: 20}\n"
        f"entities:\n  people:\n    columns:\n      person_id: {{role: privacy_unit}}\n{listed}"
        "sources:\n  s.people: {entity: people}\n",
        encoding="utf-8",
    )
    (folder / "models" / "release").mkdir(parents=True)
    (folder / "models" / "release" / "people_public.sql").write_text(
        "{{ config(protection='k_anonymity') }}\n"
        f"SELECT person_id, {', '.join(COLUMNS)} FROM {{{{ source('s', 'people') }}}}\n",
        encoding="utf-8",
    )
    return folder


def test_a_table_of_twenty_quasi_identifiers_is_published_as_a_best_effort(
    tmp_path: Path, personatwin: Run
) -> None:
    root = project(tmp_path)
    personatwin("build", cwd=root)
    with duckdb.connect(str(root / "release" / "wide.duckdb"), read_only=True) as release:
        ((smallest, people),) = release.execute(
            "SELECT min(n), sum(n) FROM "
            f"(SELECT count(*) AS n FROM people_public GROUP BY {', '.join(COLUMNS)})"
        ).fetchall()
    assert smallest >= 3
    assert people >= 0.95 * 1_500
    manifest = json.loads((root / "target" / "manifest.json").read_text(encoding="utf-8"))
    assert "best of those that were looked at" in json.dumps(manifest["nodes"]["model.people_public"])
    planned = personatwin("plan", cwd=root).stdout
    assert "too many combinations to search again" in planned
