"""The independent count: what was released, joined back to the people whom it came from.

No query here reads a count that the release states of itself: people are counted anew from the authored
SELECT and the private map from people to classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session

Sizes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassCount:
    """The classes of a released table of people."""

    sizes: Sizes
    """(classes,): distinct people behind each distinct combination of released quasi-identifiers."""
    rows: int
    people: int
    """Distinct people of the authored SELECT, suppressed ones included."""
    most_rows_per_person: float
    """Rows ÷ people, in the class where it is highest."""

    @property
    def released(self) -> int:
        return int(self.sizes.sum())

    @property
    def smallest(self) -> int:
        return int(self.sizes.min()) if self.sizes.size else 0

    @property
    def suppressed(self) -> int:
        return self.people - self.released


def agree(left: str, right: str, names: Sequence[str]) -> str:
    """The condition that two relations agree in these columns, NULL with NULL."""
    tests = (f"{left}.{identifier(name)} IS NOT DISTINCT FROM {right}.{identifier(name)}" for name in names)
    return " AND ".join(tests) or "TRUE"


def listed(names: Sequence[str], alias: str = "") -> str:
    """Columns, comma-separated."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(f"{prefix}{identifier(name)}" for name in names)


def authored_units(session: Session, model: str, authored_sql: str, unit: str) -> str:
    """Materialise the distinct people of the authored SELECT; gives the table's name."""
    table = f"private.{identifier(model + '__recount_units')}"
    session.run(
        f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT {identifier(unit)} AS unit "
        f"FROM (\n{authored_sql}\n) WHERE {identifier(unit)} IS NOT NULL",
        model,
    )
    return table


def count_classes(session: Session, model: str, units: str, unit: str, names: Sequence[str]) -> ClassCount:
    """Count the people behind each released combination, through each person's generalized row.

    Where the map from people to classes says otherwise, nobody is counted: other releases are laid beside it.
    """
    people = f"private.{identifier(model + '__generalized')}"
    classes = f"private.{identifier(model + '__units')}"
    release = f"release.{identifier(model)}"
    arrays = session.arrays(f"""
        WITH published AS (
            SELECT {listed(names)}, count(*) AS published_rows FROM {release} GROUP BY {listed(names)}
        ),
        known AS (
            SELECT people.*, map.class_id FROM {people} AS people
            SEMI JOIN {units} AS units ON people.{identifier(unit)} = units.unit
            LEFT JOIN {classes} AS map ON people.{identifier(unit)} = map.{identifier(unit)}
        )
        SELECT
            count(DISTINCT known.{identifier(unit)}) AS size,
            any_value(published.published_rows) AS published_rows,
            count(DISTINCT known.class_id) = 1 AND count(known.class_id) = count(*) AS is_one_class,
            coalesce(CAST(min(known.class_id) AS VARCHAR), '') AS class_id
        FROM published LEFT JOIN known ON {agree("published", "known", names)}
        GROUP BY {listed(names, "published")}
        """)
    mapped = int(session.value(f"SELECT count(*) FROM {classes} WHERE class_id IS NOT NULL"))
    is_mapped_so = (
        bool(np.all(arrays["is_one_class"]))
        and len(set(arrays["class_id"].tolist())) == len(arrays["class_id"])
        and mapped == int(np.sum(arrays["size"]))
    )
    arrays["size"] = arrays["size"] if is_mapped_so else np.zeros_like(arrays["size"])
    return _class_count(arrays, int(session.value(f"SELECT count(*) FROM {units}")))


def count_personas(session: Session, model: str, units: str, unit: str) -> ClassCount:
    """Count the people behind each persona, through the map from people to personas."""
    arrays = session.arrays(f"""
        WITH known AS (
            SELECT map.* FROM private.{identifier(model + "__units")} AS map
            SEMI JOIN {units} AS units ON map.{identifier(unit)} = units.unit
        )
        SELECT
            count(DISTINCT known.{identifier(unit)}) AS size,
            count(DISTINCT known.{identifier(unit)}) AS published_rows,
            any_value(personas.people) AS stated
        FROM release.{identifier(model)} AS personas LEFT JOIN known ON personas.persona_id = known.class_id
        GROUP BY personas.persona_id
        """)
    size, stated = np.asarray(arrays["size"], dtype=np.int64), np.asarray(arrays["stated"], dtype=np.int64)
    arrays["size"] = np.minimum(size, np.where(size == stated, size, 0))
    return _class_count(arrays, int(session.value(f"SELECT count(*) FROM {units}")))


def _class_count(arrays: dict[str, npt.NDArray[np.int64]], people: int) -> ClassCount:
    sizes = np.asarray(arrays["size"], dtype=np.int64)
    rows = np.asarray(arrays["published_rows"], dtype=np.int64)
    most = float((rows / np.maximum(sizes, 1)).max()) if sizes.size else 0.0
    return ClassCount(sizes=sizes, rows=int(rows.sum()), people=people, most_rows_per_person=most)


def tuple_sizes(session: Session, model: str, names: Sequence[str]) -> Sizes:
    """(tuples,): people of personas with equal published values, which are one class to an adversary."""
    arrays = session.arrays(
        f"SELECT sum(people)::BIGINT AS size FROM release.{identifier(model)} GROUP BY {listed(names)}"
    )
    return np.asarray(arrays["size"], dtype=np.int64)


def most_values_per_persona(
    session: Session, model: str, authored_sql: str, unit: str, names: Sequence[str]
) -> int:
    """In columns that never merge: the most values that the people of one persona have, NULL being one."""
    if not names:
        return 0
    distinct = ", ".join(
        f"count(DISTINCT authored.{name}) + max(CAST(authored.{name} IS NULL AS INTEGER))"
        for name in map(identifier, names)
    )
    greatest = f"greatest({distinct})" if len(names) > 1 else distinct
    return int(
        session.value(f"""
        SELECT coalesce(max(most), 0) FROM (
            SELECT {greatest} AS most
            FROM (\n{authored_sql}\n) AS authored
            INNER JOIN private.{identifier(model + "__units")} AS map
                ON authored.{identifier(unit)} = map.{identifier(unit)}
            WHERE map.class_id IS NOT NULL
            GROUP BY map.class_id
        )""")
    )


@dataclass(frozen=True)
class UnitMap:
    """Who is in which class of a release: a table with a unit and `class_id`, NULL where left out."""

    table: str
    unit: str
    is_keyed: bool = False
    """Its units are hashes, as an earlier build kept them."""

    @classmethod
    def of(cls, model: str, unit: str) -> UnitMap:
        """The map that a model of this build made."""
        return cls(f"private.{identifier(model + '__units')}", unit)


KEYED_UNIT = "sha256(getvariable('release_secret') || '|unit|' || CAST({} AS VARCHAR))"
"""A unit as past releases keep it."""


def smallest_intersection(session: Session, *maps: UnitMap) -> int | None:
    """The fewest people who stay together when releases are laid side by side; None when nobody is in two.

    People whom a release leaves out are a group of their own there, and so are those of whom it never heard:
    a filter can be known. Those who are in no release at all do not count.
    """
    is_keyed = any(each.is_keyed for each in maps)
    relations, joins, unit = [], [], ""
    for number, each in enumerate(maps):
        key = identifier(each.unit)
        key = key if each.is_keyed or not is_keyed else KEYED_UNIT.format(key)
        own = f"map_{number}.unit"
        relations.append(
            f"map_{number} AS (SELECT {key} AS unit, class_id FROM {each.table} "
            f"WHERE {identifier(each.unit)} IS NOT NULL)"
        )
        joins.append(f"FULL JOIN map_{number} ON {unit} = {own}" if number else f"FROM map_{number}")
        unit = f"coalesce({unit}, {own})" if number else own
    numbers = range(len(maps))
    classes = ", ".join(f"map_{n}.class_id, map_{n}.unit IS NULL" for n in numbers)
    is_out = " OR ".join(f"map_{n}.class_id IS NOT NULL" for n in numbers)
    times = " + ".join(f"CAST(map_{n}.unit IS NOT NULL AS INTEGER)" for n in numbers)
    ((fewest, most_often),) = session.rows(f"""
        WITH {", ".join(relations)}
        SELECT min(people), max(times) FROM (
            SELECT count(*) AS people, max({times}) AS times
            {" ".join(joins)}
            WHERE {is_out}
            GROUP BY {classes}
        )""")
    return int(fewest) if fewest is not None and most_often > 1 else None


def homogeneous_share(session: Session, model: str, names: Sequence[str], sensitive: str) -> float:
    """The share of released rows whose class has one value of a sensitive column."""
    value = session.value(f"""
        SELECT coalesce(sum(rows) FILTER (WHERE distinct_values <= 1) / sum(rows), 0) FROM (
            SELECT
                count(*) AS rows,
                count(DISTINCT {identifier(sensitive)})
                    + max(CAST({identifier(sensitive)} IS NULL AS INTEGER)) AS distinct_values
            FROM release.{identifier(model)} GROUP BY {listed(names)}
        )""")
    return float(value)
