"""Many releases of the same people with small random changes: what the check beside earlier ones costs."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb
from measurement import PERSONATWIN, Cost, Failed, cost_of

SHARES = (0.0001, 0.001)
"""Of the people, how many change from one release to the next: a third each joins, leaves or moves."""
PROJECT = {
    "project.yml": """name: town
domain: town
privacy: {level: medium}
sources:
  main:
    people: {path: people.parquet}
""",
    "domains/town.yml": """entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age, type: integer}
      zip: {role: quasi_identifier, hierarchy: zip}
      sex: {role: quasi_identifier}
hierarchies:
  age: {widths: [5, 10, 20], bottom: 0, top: 90}
  zip: {prefix: [4, 3, 2]}
sources:
  main.people: {entity: people}
""",
    "models/people_public.sql": "{{ config(protection='k_anonymity') }}\n"
    "SELECT person_id, age, zip, sex FROM {{ source('main', 'people') }}\n",
}
_NEW = """
    CAST(greatest(0, least(95, 45 + 18 * (random() + random() + random() - 1.5))) AS INTEGER) AS age,
    CAST(60000 + CAST(floor(8000 * random() * random()) AS INTEGER) AS VARCHAR) AS zip,
    CASE WHEN random() < 0.5 THEN 'f' ELSE 'm' END AS sex"""


def measured_releases(people: int, releases: int, seconds: float) -> dict[str, object]:
    """For each share of changes, as many releases as fit in the time, at most `releases`."""
    return {str(share): _history(people, share, releases, seconds / len(SHARES)) for share in SHARES}


def _history(people: int, share: float, releases: int, seconds: float) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    ends = perf_counter() + seconds
    with TemporaryDirectory(prefix="personatwin-benchmark-") as name, duckdb.connect() as data:
        project = Path(name)
        for path, text in PROJECT.items():
            (project / path).parent.mkdir(exist_ok=True)
            (project / path).write_text(text, encoding="utf-8")
        data.execute("SELECT setseed(0.4)")
        data.execute(f"CREATE TABLE people AS SELECT range AS person_id, {_NEW} FROM range({people})")
        for number in range(releases):
            if number:
                _change(data, max(1, round(people * share / 3)), number)
            data.execute(f"COPY people TO '{project / 'people.parquet'}' (FORMAT parquet)")
            found.append(_built(project))
            if number % max(1, releases // 10) == 0 or perf_counter() > ends:
                print(f"  {people:,} people, {share:.2%} change, release {number + 1}: {_told(found[-1])}")
            if perf_counter() > ends:
                break
    held = sum(bool(release["is_held"]) for release in found)
    print(f"  {people:,} people, {share:.2%} change: {held} of {len(found)} releases were held")
    return found


def _change(data: duckdb.DuckDBPyConnection, each: int, number: int) -> None:
    """So many people leave, move and join."""
    ids = [person for (person,) in data.execute("SELECT person_id FROM people ORDER BY 1").fetchall()]
    chosen = random.Random(number).sample(ids, 2 * each)
    data.execute("DELETE FROM people WHERE person_id IN (SELECT unnest(?))", [chosen[:each]])
    data.execute(
        "UPDATE people SET zip = CAST(60000 + CAST(floor(8000 * random()) AS INTEGER) AS VARCHAR) "
        "WHERE person_id IN (SELECT unnest(?))",
        [chosen[each:]],
    )
    data.execute(f"INSERT INTO people SELECT {max(ids)} + 1 + range, {_NEW} FROM range({each})")


def _built(project: Path) -> dict[str, object]:
    is_held = False
    try:
        cost = cost_of((*PERSONATWIN, "build"), project)
    except Failed as failure:
        if "PT269" not in str(failure) and "PT265" not in str(failure):
            raise
        is_held, cost = True, Cost(0.0, 0.0, 0.0)
    owner = json.loads((project / ".personatwin" / "owner.json").read_text(encoding="utf-8"))
    waiting = next((note for note in owner["notes"] if "held back" in note), "0 ")
    people = re.sub(r"\D", "", waiting.split()[0])
    files = list((project / ".personatwin" / "past").glob("*.parquet"))
    return {
        "is_held": is_held,
        "cpu": cost.cpu,
        "wall": cost.wall,
        "peak_mb": cost.peak_mb,
        "waiting": int(people),
        "partition_bytes": sum(path.stat().st_size for path in files),
    }


def _told(release: dict[str, object]) -> str:
    size = int(str(release["partition_bytes"])) / 1e6
    how = "held" if release["is_held"] else f"{release['cpu']:.2f} s CPU"
    return f"{how}, {release['waiting']:,} people wait, partition {size:.2f} MB"
