"""Neighbouring databases, with and without one person, and how far their exact tables lie apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

import duckdb

from personatwin_sql.compile.aggregate.calibrate import groups_of
from personatwin_sql.frozen import dataclass
from tests.private_shapes import COUNTIES, KINDS, NAME, Shape

Event = tuple[str | None, str | None, str | None, float | None, int | None, str | None]
"""Person, county, kind, amount, visits, day."""
Person = tuple[str | None, str | None]
"""Person and county."""
Cells = Mapping[tuple[Any, ...], tuple[Any, ...]]
"""Set and keys of a group → its exact columns."""

PERSONS = ("p1", "p2", "p3", "P1", "", "a|b", None)
_COUNTIES = (*COUNTIES, "Ash", "ash|a", "", None)
_KINDS = (*KINDS, "A", "b|", None)
_AMOUNTS = (
    None, 0.0, -0.0, 0.5, 1.5, 3.0, 10.0, 49.5, 50.0, 51.0, -10.0, -11.0, 5e-324, 1e16, 1e308, -1e308,
    math.inf, -math.inf, math.nan,
)  # fmt: skip
_VISITS = (None, 0, 1, 2, 3, 7, 9, 10, -1, 2**53 + 1, 2**63 - 1, -(2**63))
_DAYS = (None, "2020-02-29", "2029-12-31", "2030-01-01", "1970-01-01")


@dataclass(frozen=True)
class Database:
    """The rows of both tables."""

    events: tuple[Event, ...]
    people: tuple[Person, ...]

    def without(self, person: str | None) -> Database:
        """The neighbour in which that person never was."""
        return Database(
            tuple(row for row in self.events if row[0] != person),
            tuple(row for row in self.people if row[0] != person),
        )

    def shuffled(self, random: Random) -> Database:
        """The same rows, lying otherwise."""
        events, people = list(self.events), list(self.people)
        random.shuffle(events)
        random.shuffle(people)
        return Database(tuple(events), tuple(people))


def event(random: Random, person: str | None) -> Event:
    return (
        person,
        random.choice(_COUNTIES),
        random.choice(_KINDS),
        random.choice(_AMOUNTS),
        random.choice(_VISITS),
        random.choice(_DAYS),
    )


def database(random: Random) -> Database:
    """A few persons with few rows, one with many, rows of nobody, and rows that are there twice."""
    events = [event(random, random.choice(PERSONS)) for _ in range(random.choice((0, 5, 40, 80)))]
    busy = random.choice(PERSONS)
    events += [event(random, busy) for _ in range(random.choice((0, 0, 10, 300)))]
    events += random.choices(events, k=random.choice((0, 10))) if events else []
    people = [
        (person, random.choice(_COUNTIES)) for person in PERSONS for _ in range(random.choice((0, 1, 1, 2)))
    ]
    return Database(tuple(events), tuple(people)).shuffled(random)


def everywhere(person: str, amount: float, visits: int) -> tuple[Event, ...]:
    """A person with a thousand rows, in each group, all alike."""
    groups = [(county, kind) for county in COUNTIES for kind in KINDS]
    return tuple((person, *groups[at % len(groups)], amount, visits, "2020-01-01") for at in range(1000))


def connected() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA hierarchy; CREATE SCHEMA release")
    connection.execute("SET VARIABLE release_secret = '00ff'")
    return connection


def exact(connection: duckdb.DuckDBPyConnection, shape: Shape, rows: Database) -> Cells:
    """The exact table of a shape over these rows."""
    connection.execute(f"DROP TABLE IF EXISTS private.{NAME}__exact")
    connection.execute(f"DROP TABLE IF EXISTS hierarchy.{NAME}__keys")
    _fill(connection, "events", ("VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "BIGINT", "DATE"), rows.events)
    _fill(connection, "people", ("VARCHAR", "VARCHAR"), rows.people)
    connection.execute(shape.before)
    keys = [key.name for key in shape.aggregation.aggregate.keys]
    components = shape.aggregation.components
    columns = [each.name for each in (*components.counted, *components.spreads)]
    found = connection.execute(
        f"SELECT {', '.join(['pt_set', *keys, *columns])} FROM private.{NAME}__exact"
    ).fetchall()
    cells = {row[: 1 + len(keys)]: row[1 + len(keys) :] for row in found}
    assert len(cells) == len(found), "a group is there twice"
    return cells


_NAMES = {
    "events": ("person_id", "county", "kind", "amount", "visits", "day"),
    "people": ("person_id", "county"),
}


def _fill(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    kinds: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    columns = [f"{column} {kind}" for column, kind in zip(_NAMES[name], kinds, strict=True)]
    connection.execute(f"CREATE OR REPLACE TABLE private.{name} ({', '.join(columns)})")
    if rows:
        lists = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in kinds)
        values = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO private.{name} SELECT {lists}", values)


@dataclass(frozen=True)
class Moved:
    """By how much each group of a column of a set moved, where it did."""

    name: str
    number: int
    groups: int
    """As declared: in so many groups the person moves it at once by as much as it may."""
    per_group: int
    """L∞, as declared."""
    by: tuple[int, ...]
    most_groups: int
    """L0: where all groups of a person may fall into one, they may also not."""

    @property
    def is_within(self) -> bool:
        """L0, L∞, L1 and L2, exactly."""
        return (
            len(self.by) <= self.most_groups
            and max(self.by, default=0) <= self.per_group
            and sum(self.by) <= self.groups * self.per_group
            and sum(each**2 for each in self.by) <= self.groups * self.per_group**2
        )


def moved(shape: Shape, one: Cells, other: Cells) -> Iterator[Moved]:
    """Each column of each set; a group that is not there counts as 0."""
    noise, components = shape.aggregation.noise, shape.aggregation.components
    aggregate = shape.aggregation.aggregate
    limits = [groups_of(aggregate, shape.promise) if keys else 1 for keys in aggregate.sets]
    for number, scales in enumerate(noise.scales):
        for at, scale in enumerate(scales):
            moves = _by(one, other, number, at)
            yield Moved(scale.of.measure, number, scale.of.groups, scale.of.per_group, moves, limits[number])
    for number, selection in enumerate(noise.selections or ()):
        if selection is not None:
            at, of = len(components.columns), selection.of
            yield Moved(of.measure, number, of.groups, of.per_group, _by(one, other, number, at), of.groups)
    for at, spread in enumerate(components.spreads, start=len(components.counted)):
        for number, keys in enumerate(aggregate.sets):
            most = groups_of(aggregate, shape.promise)
            is_finest = len(keys) == len(aggregate.keys)
            groups, rows = (most, spread.moves) if is_finest else (1, most * spread.moves)
            by = (
                (_spread(one, cell, at) - _spread(other, cell, at)).total()
                + (_spread(other, cell, at) - _spread(one, cell, at)).total()
                for cell in one.keys() | other.keys()
                if cell[0] == number
            )
            moves = tuple(each for each in by if each)
            yield Moved(spread.name, number, groups, rows, moves, limits[number])


def _by(one: Cells, other: Cells, number: int, at: int) -> tuple[int, ...]:
    """By how much the cells of a column of a set differ, where they do."""
    by = (
        abs(_number(one, cell, at) - _number(other, cell, at))
        for cell in one.keys() | other.keys()
        if cell[0] == number
    )
    return tuple(each for each in by if each)


def _number(cells: Cells, cell: tuple[Any, ...], at: int) -> int:
    return int(cells[cell][at]) if cell in cells else 0


def _spread(cells: Cells, cell: tuple[Any, ...], at: int) -> Counter[int]:
    return Counter(cells[cell][at] or {}) if cell in cells else Counter()
