"""Whatever the data: what a build publishes keeps its promises when it is counted from the source again."""

from __future__ import annotations

import csv
import os
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from personatwin_sql.errors import Withheld
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.workflow import Options, build
from tests.property.recounted import Person, Row, behind_events, people_behind

QUASI = ("age", "gender", "ethnicity", "priors", "zip")
PEOPLE = ("person_id", "name", *QUASI, "need")
EVENTS = ("person_id", "date", "event_type", "outcome", "judge")
BLOCK = ("gender", "ethnicity", "age")
PLANTED = "ZQPLANTED"

DOMAIN = """
hierarchies:
  age: {widths: [5, 10, 20, 40], bottom: 0, top: 90, measures: age}
  priors: {intervals: [1, 5], bottom: 0, top: 20}
  date: {dates: [month, quarter, year]}
  zip: {prefix: [3, 1]}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      name: {role: direct_identifier}
      age: {role: quasi_identifier, hierarchy: age, invalid: "null"}
      gender: {role: quasi_identifier, merge: never}
      ethnicity: {role: quasi_identifier}
      priors: {role: quasi_identifier, hierarchy: priors, invalid: "null"}
      zip: {role: quasi_identifier, hierarchy: zip}
      need: {role: sensitive}
  events:
    columns:
      person_id: {role: privacy_unit}
      date: {role: quasi_identifier, hierarchy: date, invalid: "null"}
      event_type: {role: sensitive}
      outcome: {role: sensitive}
      judge: {role: direct_identifier}
sources:
  s.people: {entity: people}
  s.events: {entity: events}
outcomes: [good, bad]
sensitive_outcomes: [bad]
personas: {block: [gender, ethnicity], within_block: [age]}
"""
MODELS = {
    "staging/stg_people": "SELECT person_id, age, gender, ethnicity, priors, zip, need "
    "FROM {{ source('s', 'people') }}",
    "staging/stg_events": "SELECT person_id, date, event_type, outcome FROM {{ source('s', 'events') }}",
    "release/public": "{{ config(protection='k_anonymity') }}\n"
    "SELECT person_id, age, gender, ethnicity, priors, zip, need FROM {{ ref('stg_people') }}",
    "release/personas": "{{ config(protection='personas', within=ref('public')) }}\n"
    "SELECT person_id, age, gender, ethnicity, priors FROM {{ ref('stg_people') }}",
    "release/happened": "{{ config(protection='persona_events', personas=ref('personas')) }}\n"
    "SELECT person_id, date, event_type, outcome FROM {{ ref('stg_events') }}",
}
NASTY = ("", "*", "'; DROP TABLE x; --", '"', "<b>", "é", " ", "NULL", "1-4")


@dataclass(frozen=True)
class World:
    """The shape of one generated project; the rows follow from the seed."""

    seed: int
    people: int
    values: int
    level: str
    nasty: float
    events_each: int
    once_each: bool


worlds = st.builds(
    World,
    seed=st.integers(0, 10_000),
    people=st.sampled_from((250, 400, 120, 40, 1, 0)),
    values=st.integers(1, 5),
    level=st.sampled_from(("low", "medium", "high")),
    nasty=st.sampled_from((0.0, 0.02, 0.3)),
    events_each=st.integers(0, 4),
    once_each=st.booleans(),
)


def generated(world: World) -> tuple[list[Person], list[Person]]:
    draw = random.Random(world.seed)

    def one_of(values: Sequence[str]) -> str:
        return draw.choice(NASTY) if draw.random() < world.nasty else draw.choice(values[: world.values])

    people = [
        {
            "person_id": f"{PLANTED}ID{number}",
            "name": f"{PLANTED}NAME{number}",
            "age": one_of(("31", "33", "47", "18", "95")),
            "gender": draw.choice(("f", "m", "m")),
            "ethnicity": one_of(("a", "a", "b", "c", "d")),
            "priors": one_of(("0", "2", "7", "25", "1")),
            "zip": one_of(("33312", "33319", "33401", "90210", "1")),
            "need": one_of(("low", "high", "medium")),
        }
        for number in range(world.people)
    ]
    people.extend(dict(person) for person in people[: world.people // 9])
    events = []
    for number in range(world.people):
        kinds = ["screening"] if world.once_each else []
        kinds += [one_of(("arrest", "trial", "release")) for _ in range(draw.randint(0, world.events_each))]
        unit = "nobody" if draw.random() < 0.02 else f"{PLANTED}ID{number}"
        events += [
            {
                "person_id": unit,
                "date": ""
                if draw.random() < world.nasty / 5
                else f"202{draw.randint(0, 2)}-0{draw.randint(1, 9)}-11",
                "event_type": kind,
                "outcome": one_of(("good", "bad", "bad")),
                "judge": f"{PLANTED}JUDGE{number}",
            }
            for kind in kinds
        ]
    return people, events


def write(path: Path, rows: Sequence[Person], columns: Sequence[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def make(root: Path, world: World) -> tuple[list[Person], list[Person]]:
    people, events = generated(world)
    write(root / "people.csv", people, PEOPLE)
    write(root / "events.csv", events, EVENTS)
    sources = "{s: {people: {path: people.csv}, events: {path: events.csv}}}"
    (root / "project.yml").write_text(
        f"name: world\ndomain: world\nsources: {sources}\nprivacy: {{level: {world.level}}}\n",
        encoding="utf-8",
    )
    (root / "domains").mkdir()
    (root / "domains" / "world.yml").write_text(DOMAIN, encoding="utf-8")
    for name, sql in MODELS.items():
        path = root / "models" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql + "\n", encoding="utf-8")
    return people, events


def released(root: Path) -> Mapping[str, list[Row]]:
    """Every released table, as rows; nothing where the build was withheld."""
    try:
        build(Options(project_dir=root), lambda event: None)
    except Withheld:
        assert not list((root / "release").glob("*.duckdb"))
        return {}
    (file,) = (root / "release").glob("*.duckdb")
    assert PLANTED.encode() not in file.read_bytes()
    with duckdb.connect(str(file), read_only=True) as database:
        return {name: rows(database, name) for name in ("public", "personas", "happened")}


def rows(database: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    relation = database.execute(f"FROM {table}")
    names = [column[0] for column in relation.description]
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def as_read(person: Person) -> Person:
    """What is no number is NULL in columns of numbers, as the domain says."""
    numbers = {name: person[name] if person[name].isdigit() else "" for name in ("age", "priors")}
    return {**person, **numbers}


def is_none_or_many(number: int, k: int) -> bool:
    return number == 0 or number >= k


PLAIN = World(seed=1, people=160, values=3, level="low", nasty=0.0, events_each=3, once_each=True)


def test_a_plain_world_is_published() -> None:
    with TemporaryDirectory() as name:
        make(Path(name), PLAIN)
        assert all(released(Path(name)).values())


@example(PLAIN)
@given(worlds)
@settings(
    max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "10")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_what_is_published_holds_when_it_is_recounted_from_the_source(world: World) -> None:
    preset = PRESETS[world.level]
    with TemporaryDirectory() as name:
        root = Path(name)
        given_people, events = make(root, world)
        people = {person["person_id"]: as_read(person) for person in given_people}
        everybody = list(people.values())
        tables = released(root)
        shutil.rmtree(root / ".personatwin", ignore_errors=True)
    if not tables:
        return
    public, personas, happened = tables["public"], tables["personas"], tables["happened"]
    classes: dict[tuple[object, ...], int] = {}
    for row in public:
        key = tuple(row[name] for name in QUASI)
        classes[key] = classes.get(key, 0) + 1
        assert people_behind(row, everybody, QUASI) >= preset.k
    assert all(size >= preset.k for size in classes.values())
    assert is_none_or_many(len(everybody) - len(public), preset.k)
    merged = 0
    for row in personas:
        stated = int(str(row["people"]))
        merged += stated
        assert preset.k <= stated <= people_behind(row, everybody, ("age", "gender", "ethnicity", "priors"))
    assert is_none_or_many(len(everybody) - merged, preset.k)
    counted = 0
    for row in happened:
        stated, number = int(str(row["people"])), int(str(row["events"]))
        counted += number
        of_people, of_events = behind_events(row, events, people, BLOCK)
        assert preset.k_event <= stated <= of_people
        assert stated <= number <= of_events
    assert counted <= sum(event["person_id"] in people for event in events)
