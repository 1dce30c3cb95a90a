"""Visits of people to places, on which engines for differential privacy are compared: data, truth, error.

Each of 100 k people has visits in five different places, two in each: a million. Amounts are exponential
with mean 15, cut at 50 and rounded to cents. In `k1` places are 1,000, all equally likely, and public; in
`k2` they are 100,000 with the frequencies of Zipf's law (exponent 1), not public, some 62,500 are visited.
Bounds are exact: nobody has more than the declared contributions, so that all error is noise.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean

import duckdb

GROUPS, ROWS, HIGHEST = 5, 2, 50
"""Places of a person, visits in each, and the highest amount."""
DRAW = "CREATE MACRO draw(i, name) AS (hash(i, name) % 1000000007)::DOUBLE / 1000000007"
FIRST_DRAWS = 24
"""Of so many places drawn for a person, the first five different ones are taken."""

VISITS = """
    WITH places AS (
        SELECT
            place,
            sum(1 / pow(place, {power})) OVER (ORDER BY place) / sum(1 / pow(place, {power})) OVER () AS upto
        FROM range(1, {places} + 1) AS numbers (place)
    ),

    drawn AS (
        SELECT person, nth, draw(person * {draws} + nth, 'place') AS x
        FROM range({people}) AS people (person), range({draws}) AS draws (nth)
    ),

    chosen AS (
        SELECT drawn.person, places.place
        FROM drawn
        ASOF JOIN places ON drawn.x < places.upto
        GROUP BY drawn.person, places.place
        QUALIFY row_number() OVER (PARTITION BY drawn.person ORDER BY min(drawn.nth)) <= {groups}
    )

    SELECT
        chosen.person AS person_id,
        chosen.place,
        round(least({highest}, -15 * ln(1 - draw(person * 1000003 + place * 2 + nth, 'amount'))), 2) AS amount
    FROM chosen, range({rows}) AS rows (nth)
    ORDER BY hash(chosen.person, chosen.place, nth)
"""


@dataclass(frozen=True)
class Task:
    """How many people there are, and between which places they choose."""

    name: str
    people: int
    places: int
    power: int
    """Exponent of Zipf's law; 0: all places are equally likely."""
    is_public: bool

    def write(self, folder: Path) -> Path:
        """The visits, as Parquet; beside them `places.parquet`."""
        path = folder / "visits.parquet"
        query = VISITS.format(
            power=self.power,
            places=self.places,
            people=self.people,
            draws=FIRST_DRAWS,
            groups=GROUPS,
            rows=ROWS,
            highest=HIGHEST,
        )
        with duckdb.connect() as connection:
            connection.execute(DRAW)
            connection.execute(f"COPY ({query}) TO '{path}'")
            places = f"SELECT place FROM range(1, {self.places} + 1) AS numbers (place)"
            connection.execute(f"COPY ({places}) TO '{folder / 'places.parquet'}'")
        return path


TASKS = {
    task.name: task
    for task in (
        Task("k1", 100_000, 1_000, 0, is_public=True),
        Task("k2", 100_000, 100_000, 1, is_public=False),
        Task("k1-10m", 1_000_000, 1_000, 0, is_public=True),
        Task("k2-10m", 1_000_000, 100_000, 1, is_public=False),
    )
}

Table = Mapping[int, tuple[float, float]]
"""Place → visits and amount."""


@dataclass(frozen=True)
class Error:
    """Roots of mean squared errors of one release, in which a place that is not released counts as 0.

    `count` and `amount` are means over all places there are, visited or not: the base of the goals, and of
    what is known of other engines. The others are means over the places that have visits.
    """

    count: float
    amount: float
    count_of_visited: float
    amount_of_visited: float
    released: float


def written(task: Task, folder: Path) -> tuple[Path, Table]:
    """The visits, and what a release without noise would say of them.

    Made by a child: a process that was started by a large one counts as large.
    """
    subprocess.run([sys.executable, __file__, task.name, folder], check=True)
    lines = (folder / "truth.csv").read_text(encoding="utf-8").splitlines()
    rows = (line.split(",") for line in lines)
    return folder / "visits.parquet", {int(row[0]): (float(row[1]), float(row[2])) for row in rows}


def _write(task: Task, folder: Path) -> None:
    visits = task.write(folder)
    truth = f"SELECT place, count(*), sum(amount) FROM '{visits}' GROUP BY place"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({truth}) TO '{folder / 'truth.csv'}' (HEADER false)")


def error(released: Table, true: Table, places: int) -> Error:
    """Of one release, over so many places; those that are in neither have none."""
    everywhere = _squares(released, true, released.keys() | true.keys())
    visited = _squares(released, true, true.keys())
    return Error(
        count=sqrt(everywhere[0] / places),
        amount=sqrt(everywhere[1] / places),
        count_of_visited=sqrt(visited[0] / len(true)),
        amount_of_visited=sqrt(visited[1] / len(true)),
        released=len(released),
    )


def least_error(true: Table, places: int, released: int) -> Error:
    """What the best choice of so many places leaves, released without noise: those with the most visits."""
    most = sorted(true, key=lambda place: true[place][0], reverse=True)[:released]
    return error({place: true[place] for place in most}, true, places)


def mean_of(errors: Sequence[Error]) -> Error:
    """Each figure's mean over several releases."""
    rows = [asdict(each) for each in errors]
    return Error(**{name: fmean(row[name] for row in rows) for name in rows[0]})


def told(how: Error, places: int, visited: int) -> str:
    """The errors, each with what it is a mean over."""
    over_all = f"{how.count:.2f} / {how.amount:,.1f} over all {places:,} places"
    if visited == places:
        return over_all
    return (
        f"{over_all}, {how.count_of_visited:.2f} / {how.amount_of_visited:,.1f} over the {visited:,} visited"
    )


def _squares(released: Table, true: Table, places: Iterable[int]) -> tuple[float, float]:
    squares = [0.0, 0.0]
    for place in places:
        found, exact = released.get(place, (0.0, 0.0)), true.get(place, (0.0, 0.0))
        for number in range(2):
            squares[number] += (found[number] - exact[number]) ** 2
    return squares[0], squares[1]


if __name__ == "__main__":
    _write(TASKS[sys.argv[1]], Path(sys.argv[2]))
