"""Personas beside the bare GROUP BY of the same people, and beside a Mondrian partition of them.

What runs is the SQL that a build of these people has compiled and left in `target/`, from people to released
personas, in a plain connection; nothing of it stands here. The GROUP BY runs just before it, over the same
table of the same database file: `SELECT qi…, count(*) GROUP BY qi…` of the exact quasi-identifiers.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
from measurement import PERSONATWIN, Cost, cost_here, cost_of
from mondrian import mondrian, normalized_certainty_penalty
from people_events import QUASI_IDENTIFIERS, Size

_LEVEL = "medium"
_MODEL = "{{ config(protection='personas') }}\nSELECT person_id, %s\nFROM {{ ref('stg_people') }}\n"
_COLUMNS = ", ".join(QUASI_IDENTIFIERS)
_GROUP_BY = (
    f"CREATE TABLE private.bare AS SELECT {_COLUMNS}, count(*) AS n FROM private.stg_people GROUP BY ALL"
)

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PersonaFigures:
    """Medians of CPU and of the clock in seconds, and NCP of both partitions over the same columns."""

    people: int
    groups: int
    """Distinct combinations of exact quasi-identifiers."""
    k: int
    cpu: float
    wall: float
    group_by_cpu: float
    group_by_wall: float
    mondrian: float
    ncp: float
    mondrian_ncp: float

    @property
    def ratios(self) -> dict[str, float]:
        return {
            "cpu_per_group_by": self.cpu / self.group_by_cpu,
            "wall_per_group_by": self.wall / self.group_by_wall,
            "ncp_per_mondrian": self.ncp / self.mondrian_ncp if self.mondrian_ncp else float(self.ncp > 0),
        }


@dataclass(frozen=True)
class _Run:
    """What both cost, one after the other, in one database."""

    bare: Cost
    personas: Cost
    groups: int


def measured_personas(size: Size, repeats: int) -> dict[str, object]:
    """Both, on people of this size; printed and given back."""
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        folder = Path(name)
        people, events = size.write(folder)
        script = _compiled(folder, people, events)
        runs = [_run(script, people, folder / "work.duckdb") for _ in range(repeats)]
        labels, codes = _partition(folder / "work.duckdb")
    k = int(np.bincount(labels).min())
    started = time.perf_counter()
    partition = mondrian(codes, k)
    found = PersonaFigures(
        people=len(labels),
        groups=runs[0].groups,
        k=k,
        cpu=median(run.personas.cpu for run in runs),
        wall=median(run.personas.wall for run in runs),
        group_by_cpu=median(run.bare.cpu for run in runs),
        group_by_wall=median(run.bare.wall for run in runs),
        mondrian=time.perf_counter() - started,
        ncp=normalized_certainty_penalty(codes, labels),
        mondrian_ncp=normalized_certainty_penalty(codes, partition),
    )
    print(
        f"personas {size.name}: {found.wall:.2f} s, {found.cpu:.2f} s of CPU; "
        f"bare GROUP BY of {found.groups:,} groups: {found.group_by_wall:.2f} s, {found.group_by_cpu:.2f} s; "
        f"{found.ratios['wall_per_group_by']:.1f} x, of CPU {found.ratios['cpu_per_group_by']:.1f} x; "
        f"Mondrian {found.mondrian:.1f} s"
    )
    print(
        f"  NCP {found.ncp:.4f}, Mondrian {found.mondrian_ncp:.4f} at k = {k}: "
        f"{found.ratios['ncp_per_mondrian']:.2f} x"
    )
    return asdict(found) | found.ratios


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
    (project / "models" / "release" / "personas.sql").write_text(_MODEL % _COLUMNS, encoding="utf-8")
    cost_of((*PERSONATWIN, "build"), project)
    (compiled,) = (project / "target").rglob("personas.sql")
    return compiled.read_text(encoding="utf-8")


def _run(script: str, people: Path, file: Path) -> _Run:
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("CREATE SCHEMA private; CREATE SCHEMA release")
        connection.execute("SET VARIABLE release_secret = 'of a benchmark'")
        connection.execute(f"CREATE TABLE private.stg_people AS SELECT * FROM '{people}'")
        connection.execute("CHECKPOINT")
        bare = cost_here(lambda: connection.execute(_GROUP_BY))
        personas = cost_here(lambda: connection.execute(script))
        ((groups,),) = connection.execute("SELECT count(*) FROM private.bare").fetchall()
        return _Run(bare, personas, groups)


def _partition(file: Path) -> tuple[Codes, Codes]:
    """The persona of each person who has one, and their values as codes."""
    codes = ", ".join(
        f"dense_rank() OVER (ORDER BY people.{column}) AS {column}" for column in QUASI_IDENTIFIERS
    )
    with duckdb.connect(str(file)) as connection:
        arrays = connection.execute(
            f"SELECT units.class_id AS persona, {codes} FROM private.personas__units AS units "
            "INNER JOIN private.stg_people AS people USING (person_id) WHERE units.class_id IS NOT NULL"
        ).fetchnumpy()
    table = np.column_stack([np.asarray(arrays[name], dtype=np.int64) for name in QUASI_IDENTIFIERS])
    return np.asarray(arrays["persona"], dtype=np.int64), table
