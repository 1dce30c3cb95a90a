"""Releases of the same people laid side by side: who is in which class of each, and who stays together."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass

KEYED_UNIT = "CAST(md5_number(getvariable('release_secret') || '|unit|' || CAST({} AS VARCHAR)) AS UUID)"
"""A unit as past releases keep it: 128 bits under a secret of 256, a third of the cost of SHA-256 as text."""
_TABLE = f"private.{identifier('side by side')}"
"""No model has a blank in its name."""


@dataclass(frozen=True)
class UnitMap:
    """Who is in which class of a release: a table with a unit and `class_id`, NULL where left out."""

    table: str
    unit: str
    is_keyed: bool = False
    """Its units are hashes, as an earlier build kept them; it is in their order."""

    @classmethod
    def of(cls, model: str, unit: str) -> UnitMap:
        """The map that a model of this build made."""
        return cls(f"private.{identifier(model + '__units')}", unit)


@dataclass(frozen=True)
class SideBySide:
    """Everybody of several releases, once: `unit` keyed, and of each release `is_in_<n>` and `class_<n>`."""

    table: str
    names: tuple[str, ...]

    def map_of(self, name: str) -> UnitMap:
        """The map of one of the releases, keyed."""
        n = self.names.index(name)
        people = f"(SELECT unit, class_{n} AS class_id FROM {self.table} WHERE is_in_{n})"
        return UnitMap(people, "unit", is_keyed=True)


def lay_side_by_side(session: Session, maps: Mapping[str, UnitMap]) -> SideBySide:
    """Join the maps of releases, of one or more; whose unit is NULL is nobody."""
    is_keyed = any(each.is_keyed for each in maps.values())
    relations, joins, columns, unit = [], [], [], ""
    for number, each in enumerate(maps.values()):
        key, own = identifier(each.unit), f"map_{number}.unit"
        relations.append(
            f"map_{number} AS (SELECT {_keyed(key) if is_keyed and not each.is_keyed else key} AS unit, "
            f"class_id FROM {each.table} WHERE {key} IS NOT NULL)"
        )
        joins.append(f"FULL JOIN map_{number} ON {unit} = {own}" if number else f"FROM map_{number}")
        columns.append(f"map_{number}.class_id AS class_{number}, {own} IS NOT NULL AS is_in_{number}")
        unit = f"coalesce({unit}, {own})" if number else own
    session.run(
        f"""CREATE OR REPLACE TABLE {_TABLE} AS
        WITH {", ".join(relations)}
        SELECT {unit if is_keyed else _keyed(unit)} AS unit, {", ".join(columns)}
        {" ".join(joins)}
        ORDER BY unit""",
        "side by side",
    )
    return SideBySide(_TABLE, tuple(maps))


def _keyed(unit: str) -> str:
    return f"coalesce({KEYED_UNIT.format(unit)}, error('the secret of the project is not set'))"


def smallest_intersection(session: Session, releases: SideBySide, *names: str) -> int | None:
    """The fewest people who stay together when releases are laid side by side; None when nobody is in two.

    People whom a release leaves out are a group of their own there, and so are those of whom it never heard:
    a filter can be known. Those whom every release leaves out are a group too, for their number may follow.
    """
    numbers = [releases.names.index(name) for name in names]
    classes = ", ".join(f"class_{n}, is_in_{n}" for n in numbers)
    is_out = " OR ".join(f"class_{n} IS NOT NULL" for n in numbers)
    is_nowhere = " AND ".join(f"is_in_{n}" for n in numbers)
    times = " + ".join(f"CAST(is_in_{n} AS INTEGER)" for n in numbers)
    ((fewest, most_often),) = session.rows(f"""
        SELECT min(people), max(times) FROM (
            SELECT count(*) AS people, max(CASE WHEN {is_out} THEN {times} END) AS times
            FROM {releases.table}
            WHERE {is_out} OR ({is_nowhere})
            GROUP BY {classes}
        )""")
    return int(fewest) if most_often is not None and most_often > 1 else None
