"""Personas beside the bare GROUP BY of the same people, and beside a Mondrian partition of them.

What runs is the SQL that a build of these people has compiled and left in `target/`, from people to released
personas, in a plain connection; nothing of it stands here.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
from measurement import PERSONATWIN, cost_of, floor
from mondrian import mondrian, normalized_certainty_penalty
from people_events import QUASI_IDENTIFIERS, Size

_LEVEL = "medium"
_MODEL = "{{ config(protection='personas') }}\nSELECT person_id, %s\nFROM {{ ref('stg_people') }}\n"


@dataclass(frozen=True)
class PersonaFigures:
    """Seconds of the clock, and NCP of both partitions over the same columns."""

    people: int
    k: int
    personas: float
    group_by: float
    mondrian: float
    ncp: float
    mondrian_ncp: float

    @property
    def per_group_by(self) -> float:
        return self.personas / self.group_by

    @property
    def ncp_per_mondrian(self) -> float:
        return self.ncp / self.mondrian_ncp if self.mondrian_ncp else float(self.ncp > 0)


def measured_personas(size: Size, repeats: int) -> dict[str, object]:
    """Both, on people of this size; printed and given back."""
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        folder = Path(name)
        people, events = size.write(folder)
        script = _compiled(folder, people, events)
        ground = floor(people, repeats)
        seconds, labels, codes = _run(script, people, folder / "work.duckdb", repeats)
    k = int(np.bincount(labels).min())
    started = time.perf_counter()
    partition = mondrian(codes, k)
    found = PersonaFigures(
        people=len(labels),
        k=k,
        personas=seconds,
        group_by=ground.wall,
        mondrian=time.perf_counter() - started,
        ncp=normalized_certainty_penalty(codes, labels),
        mondrian_ncp=normalized_certainty_penalty(codes, partition),
    )
    print(
        f"personas {size.name}: {found.personas:.2f} s, {found.per_group_by:.1f} x the bare GROUP BY; "
        f"Mondrian {found.mondrian / found.group_by:.0f} x"
    )
    print(
        f"  NCP {found.ncp:.4f}, Mondrian {found.mondrian_ncp:.4f} at k = {k}: {found.ncp_per_mondrian:.2f} x"
    )
    return asdict(found) | {"per_group_by": found.per_group_by, "ncp_per_mondrian": found.ncp_per_mondrian}


def _compiled(folder: Path, people: Path, events: Path) -> str:
    """The SQL of personas that a build of these people has run."""
    files = ("--people", str(people), "--events", str(events))
    cost_of(
        (*PERSONATWIN, "init", "bench", "--domain", "criminal_justice", "--level", _LEVEL, *files), folder
    )
    project = folder / "bench"
    for model in (project / "models" / "release").glob("*.sql"):
        model.unlink()
    (project / "models" / "models.yml").unlink()
    columns = ", ".join(QUASI_IDENTIFIERS)
    (project / "models" / "release" / "personas.sql").write_text(_MODEL % columns, encoding="utf-8")
    cost_of((*PERSONATWIN, "build"), project)
    (compiled,) = (project / "target").rglob("personas.sql")
    return compiled.read_text(encoding="utf-8")


def _run(
    script: str, people: Path, file: Path, repeats: int
) -> tuple[float, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The median of its seconds; the persona of each person who has one, and their values as codes."""
    seconds = []
    for _ in range(repeats):
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute("CREATE SCHEMA private; CREATE SCHEMA release")
            connection.execute("SET VARIABLE release_secret = 'of a benchmark'")
            connection.execute(f"CREATE TABLE private.stg_people AS SELECT * FROM '{people}'")
            started = time.perf_counter()
            connection.execute(script)
            seconds.append(time.perf_counter() - started)
            codes = ", ".join(
                f"dense_rank() OVER (ORDER BY people.{column}) AS {column}" for column in QUASI_IDENTIFIERS
            )
            arrays = connection.execute(
                f"SELECT units.class_id AS persona, {codes} FROM private.personas__units AS units "
                "INNER JOIN private.stg_people AS people USING (person_id) WHERE units.class_id IS NOT NULL"
            ).fetchnumpy()
    table = np.column_stack([np.asarray(arrays[name], dtype=np.int64) for name in QUASI_IDENTIFIERS])
    return float(np.median(seconds)), np.asarray(arrays["persona"], dtype=np.int64), table
