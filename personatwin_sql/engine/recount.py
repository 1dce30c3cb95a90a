"""The independent count: what was released, joined back to the people whom it came from.

No query here reads a count that the release states of itself: people are counted anew from the authored
SELECT and the private map from people to classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass

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

    @property
    def suppressed_share(self) -> float:
        return self.suppressed / self.people if self.people else 0.0

    @property
    def fewest_left_out(self) -> int:
        """Those who were left out; where nobody was, the smallest class, for no group is smaller."""
        return self.suppressed or self.smallest


def agree(left: str, right: str, names: Sequence[str]) -> str:
    """The condition that two relations agree in these columns, NULL with NULL."""
    tests = (f"{left}.{identifier(name)} IS NOT DISTINCT FROM {right}.{identifier(name)}" for name in names)
    return " AND ".join(tests) or "TRUE"


def listed(names: Sequence[str], alias: str = "") -> str:
    """Columns, comma-separated."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(f"{prefix}{identifier(name)}" for name in names)


@dataclass(frozen=True)
class Recount:
    """People of the authored SELECT, counted by their class and by some of their own values.

    `table` has class_id (NULL: left out), the columns as authored, and people.
    """

    table: str
    people: int
    """Distinct people of the authored SELECT."""
    is_once: bool
    """Nobody was counted twice: neither the SELECT nor the map from people to classes has two rows of one."""


def recount(
    session: Session, model: str, authored_sql: str, unit: str, names: Sequence[str], one_row_per_unit: bool
) -> Recount:
    """Count the people of the authored SELECT anew, through the private map from people to classes."""
    table, key = f"private.{identifier(model + '__recount')}", identifier(unit)
    columns = "".join(f", {column}" for column in map(identifier, names))
    agreed = "".join(
        f", CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {name}"
        for name in map(identifier, names)
    )
    people = f"SELECT {key}{columns} FROM ({authored_sql}\n)"
    if not one_row_per_unit:
        people = f"SELECT {key}{agreed} FROM ({authored_sql}\n) GROUP BY {key}"
    own = "".join(f", people.{column}" for column in map(identifier, names))
    session.run(
        f"""CREATE OR REPLACE TABLE {table} AS
        WITH people AS ({people})
        SELECT map.class_id{own}, count(*) AS people
        FROM people LEFT JOIN private.{identifier(model + "__units")} AS map ON people.{key} = map.{key}
        WHERE people.{key} IS NOT NULL
        GROUP BY map.class_id{own}""",
        model,
    )
    distinct = int(session.value(f"SELECT count(DISTINCT {key}) FROM ({authored_sql}\n)"))
    counted = int(session.value(f"SELECT coalesce(sum(people), 0)::BIGINT FROM {table}"))
    return Recount(table, distinct, counted == distinct)


def count_classes(
    session: Session, model: str, found: Recount, names: Sequence[str], levels: Sequence[int]
) -> ClassCount:
    """Count the people behind each released combination: those whose own values are published so at `levels`.

    What a value is published as was tabled for the search of levels. Where the map from people to classes
    says otherwise, nobody is counted: other releases are laid beside it.
    """
    published = [
        f"v{number}.level_{level} AS {identifier(name)}"
        for number, (name, level) in enumerate(zip(names, levels, strict=True))
    ]
    generalized = (
        f"SELECT own.class_id, own.people, {', '.join(published)} FROM own {value_joins(model, names)}"
    )
    return count_published(session, model, found, names, generalized)


def value_joins(model: str, names: Sequence[str]) -> str:
    """The joins of `own`, people by their own values, to what each value is published as, level by level."""
    return " ".join(
        f"LEFT JOIN private.{identifier(f'{model}__values_{n}')} AS v{n} ON {agree('own', f'v{n}', [name])}"
        for n, name in enumerate(names)
    )


def count_published(
    session: Session, model: str, found: Recount, names: Sequence[str], generalized: str
) -> ClassCount:
    """Count the people behind each released combination.

    `generalized`: a SELECT from `own` of class_id, people, and what they are published as under `names`.
    """
    arrays = session.arrays(f"""
        WITH published AS (
            SELECT {listed(names)}, count(*) AS published_rows
            FROM release.{identifier(model)} GROUP BY {listed(names)}
        ),
        own AS (SELECT * FROM {found.table} WHERE class_id IS NOT NULL),
        generalized AS ({generalized}),
        known AS (
            SELECT class_id, {listed(names)}, sum(people) AS people
            FROM generalized GROUP BY class_id, {listed(names)}
        )
        SELECT
            coalesce(sum(known.people), 0)::BIGINT AS size,
            any_value(published.published_rows) AS published_rows,
            count(known.class_id) = 1 AS is_one_class,
            coalesce(CAST(min(known.class_id) AS VARCHAR), '') AS class_id
        FROM published LEFT JOIN known ON {agree("published", "known", names)}
        GROUP BY {listed(names, "published")}
        """)
    classes = f"private.{identifier(model + '__units')}"
    mapped = int(session.value(f"SELECT count(*) FROM {classes} WHERE class_id IS NOT NULL"))
    is_mapped_so = (
        found.is_once
        and bool(np.all(arrays["is_one_class"]))
        and len(set(arrays["class_id"].tolist())) == len(arrays["class_id"])
        and mapped == int(np.sum(arrays["size"]))
    )
    arrays["size"] = arrays["size"] if is_mapped_so else np.zeros_like(arrays["size"])
    return _class_count(arrays, found.people)


def persona_names(model: str) -> str:
    """A relation of the number of each persona, by which people are mapped, and its `persona_id`."""
    return f"private.{identifier(model + '__personas')}"


def count_personas(session: Session, model: str, found: Recount) -> ClassCount:
    """Count the people behind each persona, through the map from people to personas."""
    arrays = session.arrays(f"""
        WITH known AS (
            SELECT names.persona_id, sum(own.people) AS people
            FROM {found.table} AS own
            INNER JOIN {persona_names(model)} AS names ON own.class_id = names.persona
            GROUP BY names.persona_id
        )
        SELECT
            coalesce(known.people, 0)::BIGINT AS size,
            coalesce(known.people, 0)::BIGINT AS published_rows,
            personas.people AS stated
        FROM release.{identifier(model)} AS personas
        LEFT JOIN known ON personas.persona_id = known.persona_id
        """)
    size, stated = np.asarray(arrays["size"], dtype=np.int64), np.asarray(arrays["stated"], dtype=np.int64)
    arrays["size"] = np.where((size == stated) & found.is_once, size, 0)
    return _class_count(arrays, found.people)


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


def most_values_per_persona(session: Session, found: Recount, names: Sequence[str]) -> int:
    """In columns that never merge: the most values that the people of one persona have, NULL being one."""
    if not names:
        return 0
    distinct = ", ".join(
        f"count(DISTINCT {name}) + max(CAST({name} IS NULL AS INTEGER))" for name in map(identifier, names)
    )
    greatest = f"greatest({distinct})" if len(names) > 1 else distinct
    return int(
        session.value(f"""
        SELECT coalesce(max(most), 0) FROM (
            SELECT {greatest} AS most FROM {found.table} WHERE class_id IS NOT NULL GROUP BY class_id
        )""")
    )


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
