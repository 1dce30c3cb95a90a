"""What each privacy level costs on the same records of people and events.

They are built at all four levels. Printed, a line a level: the average and
the record risk of personas, people and events kept, the loss, and how far the largest difference
between ethnic groups of at least 500 people moves, for reoffence and for a high risk screening. The files are
those of a court with the columns of the built-in domain and the event types `reoffense` and `risk_screening`.
"""

from __future__ import annotations

import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from measurement import PERSONATWIN

LEVELS = ("low", "medium", "high", "maximum")
RATES = {
    "reoffence": "event_type = 'reoffense'",
    "screened_high": "event_type = 'risk_screening' AND outcome = 'high'",
}
LEAST_PEOPLE = 500
"""Groups of fewer people are not compared: their rates are unsteady in the source too."""
LEAST_DIFFERENCE = 0.01
"""Of differences below one point the error is told in points alone."""


@dataclass(frozen=True)
class Cost:
    """What a level keeps; shares are of the source."""

    level: str
    k: int
    k_event: int
    average_risk: float
    """Published combinations of the personas ÷ people."""
    record_risk: float
    people_public: float
    people_in_personas: float
    personas: int
    events: float
    loss: float
    """1 - Prec (Sweeney 2002): level ÷ height of the hierarchy, mean over columns and people of personas."""
    dated_by_year: float
    """The share of events whose row names a year, quarter or month."""
    differences: dict[str, tuple[float, float, float, float]]
    """The largest difference between groups in percentage points: before, after; the greatest relative error
    of any difference of a point or more; the greatest error of any difference, in points."""


def cost_of_level(level: str, people: Path, events: Path, folder: Path) -> Cost:
    files = ("--people", str(people), "--events", str(events))
    _run((*PERSONATWIN, "init", level, "--domain", "criminal_justice", "--level", level, *files), folder)
    _run((*PERSONATWIN, "build"), folder / level)
    with duckdb.connect(str(folder / level / "release" / f"{level}.duckdb"), read_only=True) as connection:
        connection.execute(f"CREATE TEMP TABLE people AS FROM '{people}'")
        connection.execute(f"CREATE TEMP TABLE source_events AS FROM '{events}'")
        return _cost(connection, level)


def _run(command: tuple[str, ...], folder: Path) -> None:
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise SystemExit(finished.stderr)


def _cost(connection: duckdb.DuckDBPyConnection, level: str) -> Cost:
    heights = dict(
        connection.execute(
            'SELECT "column", height FROM _personatwin.columns '
            "WHERE model = 'personas' AND role = 'quasi_identifier'"
        ).fetchall()
    )
    tuples = f"SELECT sum(people) AS people FROM personas GROUP BY {', '.join(heights)}"
    average, record = _one(connection, f"SELECT count(*) / sum(people), 1 / min(people) FROM ({tuples})")
    all_people, all_events = _one(
        connection, "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM source_events)"
    )
    public, kept, personas = _one(
        connection,
        "SELECT (SELECT count(*) FROM people_public), sum(people), count(*) FROM personas",
    )
    events, dated = _one(
        connection,
        "SELECT sum(events), sum(events) FILTER (WHERE period <> '*') / sum(events) FROM persona_events",
    )
    climbed = " + ".join(f"{name}_level / {height}" for name, height in heights.items())
    loss, *_ = _one(
        connection, f"SELECT sum(people * ({climbed})) / sum(people) / {len(heights)} FROM personas"
    )
    k, k_event = (
        _one(connection, f"SELECT max(required) FROM _personatwin.guarantees WHERE guarantee = '{name}'")[0]
        for name in ("k", "k_event")
    )
    return Cost(
        level, int(k), int(k_event), average, record, public / all_people, kept / all_people, int(personas),
        events / all_events, loss, dated or 0.0, {name: _difference(connection, name) for name in RATES},
    )  # fmt: skip


def _difference(connection: duckdb.DuckDBPyConnection, rate: str) -> tuple[float, float, float, float]:
    condition = RATES[rate]
    before, after, error, points = _one(
        connection,
        f"""
        WITH truth AS (
            SELECT people.ethnicity AS g, count(DISTINCT people.person_id) AS n,
                count(DISTINCT people.person_id) FILTER (WHERE {condition}) / n AS rate
            FROM people LEFT JOIN source_events USING (person_id) GROUP BY ALL
        ),
        released AS (
            SELECT g, coalesce(affected, 0) / n AS rate
            FROM (SELECT ethnicity AS g, sum(people) AS n FROM personas GROUP BY ALL)
            LEFT JOIN (
                SELECT ethnicity AS g, sum(people) AS affected
                FROM persona_events WHERE {condition} GROUP BY ALL
            ) USING (g)
        ),
        pairs AS (
            SELECT a.rate - b.rate AS before, x.rate - y.rate AS after
            FROM truth AS a JOIN truth AS b ON a.g < b.g AND least(a.n, b.n) >= {LEAST_PEOPLE}
            LEFT JOIN released AS x ON x.g = a.g LEFT JOIN released AS y ON y.g = b.g
        )
        SELECT 100 * arg_max(before, abs(before)), 100 * arg_max(coalesce(after, 0), abs(before)),
            coalesce(max(abs(coalesce(after, 0) - before) / abs(before))
                FILTER (WHERE abs(before) >= {LEAST_DIFFERENCE}), 0),
            100 * max(abs(coalesce(after, 0) - before))
        FROM pairs""",
    )
    return before, after, error, points


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, ...]:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise SystemExit(f"no row: {sql}")
    return row


def measured_levels(people: Path, events: Path) -> list[dict[str, object]]:
    """All levels, printed a line each, and given back."""
    with TemporaryDirectory(prefix="personatwin-benchmark-") as folder:
        found = [cost_of_level(level, people, events, Path(folder)) for level in LEVELS]
    print(f"{'':9}  k k_event  average  record  public  people personas  events  dated    loss", end="")
    print("".join(f"  {name} (points before, after; error, in points)" for name in RATES))
    for cost in found:
        print(
            f"{cost.level:9} {cost.k:2} {cost.k_event:7}  {cost.average_risk:7.4f} {cost.record_risk:7.4f} "
            f"{cost.people_public:7.2%} {cost.people_in_personas:7.2%} {cost.personas:8} {cost.events:7.3%} "
            f"{cost.dated_by_year:6.1%} {cost.loss:8.4f}",
            end="",
        )
        for before, after, error, points in cost.differences.values():
            print(f"  {before:6.2f} {after:6.2f} {error:6.2%} {points:5.2f}", end="")
        print()
    return [asdict(cost) for cost in found]
