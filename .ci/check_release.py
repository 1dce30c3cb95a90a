"""Counts in the demo's released file, by SQL of its own, what the build promised: exits 1 with what is not so."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import duckdb

K = 5
"""Of level medium, for personas, classes and cells alike."""
MODELS = ("events_by_month", "people_public", "persona_events", "persona_patterns", "personas")

CHECKS = {
    "all models are published, and no others": f"""
        SELECT list(table_name ORDER BY table_name) = {list(MODELS)}
        FROM information_schema.tables
        WHERE table_schema = 'main'
    """,
    "each class has at least k people": f"""
        SELECT min(people) >= {K}
        FROM (
            SELECT count(*) AS people
            FROM people_public
            GROUP BY age, gender, ethnicity, county, prior_offenses
        )
    """,
    "at most 5 % of people are left out of the table": "SELECT count(*) BETWEEN 2850 AND 3000 FROM people_public",
    "each persona has at least k people": f"SELECT min(people) >= {K} FROM personas",
    "nearly all people have a persona": "SELECT sum(people) BETWEEN 2950 AND 3000 FROM personas",
    "no persona mixes genders": "SELECT count(*) = 0 FROM personas WHERE gender = '*'",
    "each row of events has at least k people": f"SELECT min(people) >= {K} AND min(events - people) >= 0 FROM persona_events",
    "nearly all events are counted, none twice": "SELECT sum(events) BETWEEN 0.98 * 11793 AND 11793 FROM persona_events",
    "each persona has its pattern": "SELECT count(*) = 0 FROM personas ANTI JOIN persona_patterns USING (persona_id)",
    "each combination of public keys has a noisy count": "SELECT count(*) = 6 * 12 * 3 * 5 AND count(events) = 1080 FROM events_by_month",
    "sums with noise are near the true ones": "SELECT sum(events) BETWEEN 4400 AND 5300 FROM events_by_month",
    "what was drawn is said, and paid for": """
        SELECT privacy.epsilon = '2' AND NOT is_preview AND ledger_entry IS NOT NULL AND spent_epsilon = '2'
        FROM _personatwin.privacy AS privacy JOIN _personatwin.budgets USING (budget)
        WHERE is_whole
    """,
    "each guarantee is stated": "SELECT count(DISTINCT model) >= 4 FROM _personatwin.guarantees",
}


def identifiers(project: Path) -> set[bytes]:
    """Values that must be in no byte of the release."""
    with (project / "data/events.csv").open(encoding="utf-8", newline="") as file:
        return {
            row[column].encode() for row in csv.DictReader(file) for column in ("case_number", "judge_name")
        }


def failures(project: Path) -> list[str]:
    release = project / "release" / "county_court.duckdb"
    with duckdb.connect(str(release), read_only=True) as connection:
        failed = [
            claim for claim, query in CHECKS.items() if connection.execute(query).fetchall() != [(True,)]
        ]
    public = b"".join(path.read_bytes() for path in (project / "release").rglob("*") if path.is_file())
    if any(value in public for value in identifiers(project)):
        failed.append("no case number and no judge leaves")
    return failed


if __name__ == "__main__":
    failed = failures(Path(sys.argv[1]))
    print(
        "\n".join(f"not so: {claim}" for claim in failed) or f"{len(CHECKS) + 1} checks of the release hold"
    )
    sys.exit(bool(failed))
