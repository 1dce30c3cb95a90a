"""People and events of any number, skewed as court records are, written by DuckDB in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

QUASI_IDENTIFIERS = ("age", "gender", "ethnicity", "county", "prior_offenses")

# draw(i, name): a number in [0, 1) that depends on nothing else, whatever the number of threads
DRAW = "CREATE MACRO draw(i, name) AS (hash(i, name) % 1000003)::DOUBLE / 1000003"

PEOPLE = """
    SELECT
        i AS person_id,
        CAST(18 + 72 * pow(draw(i, 'age'), 2.0) AS INTEGER) AS age,
        CASE WHEN draw(i, 'gender') < 0.8 THEN 'Male' ELSE 'Female' END AS gender,
        CASE
            WHEN draw(i, 'ethnicity') < 0.49 THEN 'Black'
            WHEN draw(i, 'ethnicity') < 0.84 THEN 'White'
            WHEN draw(i, 'ethnicity') < 0.935 THEN 'Hispanic'
            WHEN draw(i, 'ethnicity') < 0.99 THEN 'Other'
            WHEN draw(i, 'ethnicity') < 0.996 THEN 'Asian'
            ELSE 'Native American'
        END AS ethnicity,
        concat('County ', CAST({counties} * pow(draw(i, 'county'), 2) AS INTEGER)) AS county,
        'Franklin' AS state,
        CASE
            WHEN draw(i, 'has_priors') < 0.45 THEN 0
            ELSE CAST(1 - 3 * ln(1 - draw(i, 'priors')) AS INTEGER)
        END AS prior_offenses
    FROM range({people}) AS numbers (i)
"""

# a few people have many events, some have none
EVENTS = """
    SELECT
        i AS event_id,
        CAST(floor({people} * pow(draw(i, 'person'), 1.5)) AS BIGINT) AS person_id,
        DATE '2018-01-01' + CAST(2190 * draw(i, 'date') AS INTEGER) AS date,
        (['arrest', 'charge', 'arraignment', 'trial', 'sentencing', 'probation', 'violation', 'release'])[
            1 + CAST(floor(8 * pow(draw(i, 'type'), 1.7)) AS INTEGER)
        ] AS event_type,
        (['pending', 'dismissed', 'completed', 'convicted', 'plea_bargain', 'granted', 'denied'])[
            1 + CAST(floor(7 * pow(draw(i, 'outcome'), 1.4)) AS INTEGER)
        ] AS outcome
    FROM range({events}) AS numbers (i)
"""


@dataclass(frozen=True)
class Size:
    """How many rows, and in which kind of file."""

    name: str
    people: int
    events: int
    suffix: str
    counties: int = 12
    """With many of them, people share their exact quasi-identifiers with few others."""

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The files of people and of events."""
        people, events = folder / f"people.{self.suffix}", folder / f"events.{self.suffix}"
        with duckdb.connect() as connection:
            connection.execute(DRAW)
            for query, path in ((PEOPLE, people), (EVENTS, events)):
                rows = query.format(people=self.people, events=self.events, counties=self.counties)
                connection.execute(f"COPY ({rows}) TO '{path}'")
        return people, events


SIZES = {
    "10k": Size("10k", 10_000, 30_000, "csv"),
    "50k": Size("50k", 50_000, 150_000, "csv"),
    "100k": Size("100k", 100_000, 300_000, "csv"),
    "1m": Size("1m", 1_000_000, 5_000_000, "parquet"),
    "10m": Size("10m", 10_000_000, 50_000_000, "parquet"),
    "1m-fine": Size("1m-fine", 1_000_000, 5_000_000, "parquet", 800),
    "10m-fine": Size("10m-fine", 10_000_000, 50_000_000, "parquet", 8_000),
    "1m-csv": Size("1m-csv", 1_000_000, 5_000_000, "csv"),
    "10m-csv": Size("10m-csv", 10_000_000, 50_000_000, "csv"),
}
