"""A project of people who have needs, with what its table asks for beside k."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from personatwin_sql.release.result import Release
from personatwin_sql.release.state import read_state
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.workflow import Options, build

Row = tuple[str | None, ...]
DOMAIN = """
hierarchies:
  age: {widths: [5, 10, 20, 40], bottom: 0, top: 90, measures: age}
  need: {taxonomy: {some: [low, medium], much: [high, urgent]}, levels: [kind]}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age}
      gender: {role: quasi_identifier}
      need: {role: sensitive, hierarchy: need}
      score: {role: sensitive, type: integer}
      in_study: {role: insensitive, type: boolean}
sources:
  s.people: {entity: people}
"""
NEEDS = ("low", "low", "low", "medium", "medium", "high", "urgent", "")
PUBLIC = Path("models", "release", "public.sql")


def project(root: Path, config: str, privacy: str = "", columns: str = "need", rows: int = 600) -> Path:
    """A project of one table of people who have needs; `config` is what its protection says beside k."""
    draw = random.Random(5)
    people = [
        {
            "person_id": f"ZQID{number}",
            "age": str(draw.randint(18, 79)),
            "gender": draw.choice("fm"),
            "need": draw.choice(NEEDS),
            "score": str(draw.randint(1, 5)),
            "in_study": draw.choice(("true", "false", "false")),
        }
        for number in range(rows)
    ]
    with (root / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, people[0])
        writer.writeheader()
        writer.writerows(people)
    (root / ".personatwin").mkdir(mode=0o700)
    (root / ".personatwin" / "secret").write_bytes(b"s" * 32)  # how many are left out hangs on it
    (root / "domains").mkdir()
    (root / "domains" / "town.yml").write_text(DOMAIN, encoding="utf-8")
    (root / "project.yml").write_text(
        "name: town\ndomain: town\nsources: {s: {people: {path: people.csv}}}\n"
        f"privacy: {{level: low, target_risk: 0.15, suppression_limit: 0.05{privacy}}}\n",
        encoding="utf-8",
    )
    (root / PUBLIC.parent).mkdir(parents=True)
    says = f"protection='k_anonymity'{', ' + config if config else ''}"
    (root / PUBLIC).write_text(
        f"{{{{ config({says}) }}}}\nSELECT person_id, age, gender, {columns} "
        "FROM {{ source('s', 'people') }}\n",
        encoding="utf-8",
    )
    return root


def change(root: Path, **columns: str) -> None:
    """Put one value in the place of all in some columns."""
    with (root / "people.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    with (root / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, people[0])
        writer.writeheader()
        writer.writerows({**person, **columns} for person in people)


def built(root: Path) -> tuple[Release, list[Row]]:
    """The release, and its rows."""
    build(Options(project_dir=root), lambda event: None)
    state = read_state(root / ".personatwin", "prod")
    assert state is not None
    with duckdb.connect(str(root / "release" / "town.duckdb"), read_only=True) as database:
        return state.release, database.execute("FROM public").fetchall()


def guarantees(release: Release) -> Mapping[str, Guarantee]:
    (model,) = release.models
    return {each.name: each for each in model.guarantees}


def by_class(rows: Sequence[Row]) -> Mapping[Row, Counter[str | None]]:
    found: defaultdict[Row, Counter[str | None]] = defaultdict(Counter)
    for *quasi, value in rows:
        found[tuple(quasi)][value] += 1
    return found
