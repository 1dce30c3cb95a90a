"""The frequency set and the search of levels beside the bare GROUP BY of the same people.

Both read one table of one database, in one session of the tool: `SELECT qi…, count(*) GROUP BY qi…` of the
exact quasi-identifiers into a table, and then all that a build does until it knows the levels: the frequency
set, its integer codes, and the exact search with its ladder.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from measurement import PERSONATWIN, Cost, cost_here, cost_of
from people_events import QUASI_IDENTIFIERS, Size

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.hierarchies import materialize
from personatwin_sql.engine.levels import choose
from personatwin_sql.engine.session import open_session
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import load
from personatwin_sql.workflow.project import compiled_and_judged

_COLUMNS = ", ".join(QUASI_IDENTIFIERS)
_MODEL = "{{ config(protection='k_anonymity') }}\nSELECT person_id, %s\nFROM {{ ref('stg_people') }}\n"
_GROUP_BY = (
    f"CREATE OR REPLACE TABLE private.bare AS SELECT {_COLUMNS}, count(*) AS n "
    "FROM private.stg_people GROUP BY ALL"
)


@dataclass(frozen=True)
class FrequencyFigures:
    """Medians of CPU and of the clock, in seconds."""

    people: int
    groups: int
    """Distinct combinations of exact quasi-identifiers."""
    cpu: float
    wall: float
    group_by_cpu: float
    group_by_wall: float

    @property
    def ratios(self) -> dict[str, float]:
        return {
            "cpu_per_group_by": self.cpu / self.group_by_cpu,
            "wall_per_group_by": self.wall / self.group_by_wall,
        }


def measured_frequencies(size: Size, level: str, repeats: int) -> dict[str, object]:
    """Both, on people of this size; printed and given back."""
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name:
        people, loaded, model = _project(Path(name), size, level)
        runs, groups = _runs(Path(name), people, loaded, model, repeats)
    found = FrequencyFigures(
        people=size.people,
        groups=groups,
        cpu=median(search.cpu for _, search in runs),
        wall=median(search.wall for _, search in runs),
        group_by_cpu=median(bare.cpu for bare, _ in runs),
        group_by_wall=median(bare.wall for bare, _ in runs),
    )
    print(
        f"levels of {size.name}: {found.wall:.2f} s, {found.cpu:.2f} s of CPU; "
        f"bare GROUP BY of {found.groups:,} groups: {found.group_by_wall:.2f} s, {found.group_by_cpu:.2f} s; "
        f"{found.ratios['wall_per_group_by']:.1f} x, of CPU {found.ratios['cpu_per_group_by']:.1f} x"
    )
    return asdict(found) | found.ratios


def _project(folder: Path, size: Size, level: str) -> tuple[Path, Loaded, CompiledModel]:
    people, events = size.write(folder)
    files = ("--people", str(people), "--events", str(events))
    cost_of((*PERSONATWIN, "init", "bench", "--domain", "criminal_justice", "--level", level, *files), folder)
    models = folder / "bench" / "models"
    for model in (models / "release").glob("*.sql"):
        model.unlink()
    (models / "models.yml").unlink()
    (models / "release" / "people_public.sql").write_text(_MODEL % _COLUMNS, encoding="utf-8")
    loaded = load(folder / "bench")
    return people, loaded, compiled_and_judged(loaded).models["people_public"]


def _runs(
    folder: Path, people: Path, loaded: Loaded, model: CompiledModel, repeats: int
) -> tuple[list[tuple[Cost, Cost]], int]:
    """(GROUP BY, search) of each run, and how many groups there are."""
    project, size = loaded.project, people.stat().st_size
    with open_session(folder / "private", project.resources, project.time_zone, None, size) as session:
        session.connection.execute(f"CREATE TABLE private.stg_people AS SELECT * FROM '{people}'")
        for column in model.quasi_identifiers:
            if isinstance(column.hierarchy, Taxonomy):
                materialize(session, str(column.hierarchy_name), column.hierarchy)
        runs = []
        for _ in range(repeats):
            bare = cost_here(lambda: session.connection.execute(_GROUP_BY))
            runs.append((bare, cost_here(lambda: choose(session, loaded, model, None, {}))))
            for (table,) in session.rows(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'private' "
                "AND table_name LIKE 'people_public%'"
            ):
                session.connection.execute(f'DROP TABLE private."{table}"')
        return runs, int(session.value("SELECT count(*) FROM private.bare"))
