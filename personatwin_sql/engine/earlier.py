"""What all earlier releases tell of people, laid beside what this build would tell of them.

Earlier releases are kept as one partition: people whom none of them tells apart are in one cell. A build
lays its own classes beside it, and the cells that come out are kept in its place, so a hundred releases take
no more room, and no more time, than one. Nothing is lost: only who is told apart from whom counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT, SideBySide
from personatwin_sql.errors import PersonaTwinError
from personatwin_sql.frozen import dataclass

_NODE = "earlier releases"
_PARTS = ("part_", "shown_")
"""How the columns begin that tell people apart: of all releases, and of tables of classes alone."""
EARLIER = f"private.{identifier('earlier releases')}"
"""unit (keyed), cell, k, shown: as cell, but by tables of classes alone, which show values of people.
No model has a blank in its name."""
_BESIDE = f"private.{identifier('beside earlier releases')}"
OF_PEOPLE = ("k_anonymity", "personas")
"""Protections whose tables say who is together with whom."""
FAILING = f"private.{identifier('failing beside earlier releases')}"
"""class (the name of the column), class_id, shown: groups of a table that break one of its privacy models."""


@dataclass(frozen=True)
class Beside:
    """Everybody of whom a release tells, this one or an earlier: unit, cell, k, `class_<n>` of each model."""

    table: str
    ks: Mapping[str, int]
    """Model → k; the place of the model is the number of its class."""
    has_earlier: bool
    tables: frozenset[str] = frozenset()
    """The models of `ks` that are tables of classes."""

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(f"class_{number}" for number in range(len(self.ks)))

    @property
    def is_told_of(self) -> str:
        """Whether this build or an earlier release has a person in a class."""
        told = " OR ".join(f"{name} IS NOT NULL" for name in self.classes)
        return f"(cell IS NOT NULL OR {told})" if self.has_earlier else f"({told})"

    @property
    def k(self) -> str:
        """The smallest k of the releases that have a person in a class."""
        own = (
            f"CASE WHEN {n} IS NOT NULL THEN {k} END"
            for n, k in zip(self.classes, self.ks.values(), strict=True)
        )
        return f"least({', '.join((*(('k',) if self.has_earlier else ()), *own, 'NULL'))})"


@dataclass(frozen=True)
class Smallest:
    """The group that misses its k by most, and all that miss it."""

    people: int
    k: int
    groups: int
    """That are too small."""
    of_people: int


def load_earlier(session: Session, path: Path) -> None:
    """Bring the partition of the earlier releases into the session, its cells numbered anew."""
    read = f"read_parquet({literal(str(path))})"
    names = [name for name, _ in session.columns(f"SELECT * FROM {read}") if name.startswith(_PARTS)]
    keys = ", ".join(f"coalesce({identifier(name)}, -1) AS {identifier(name)}" for name in names)
    parts, shown = ([name for name in names if name.startswith(prefix)] for prefix in _PARTS)
    of_shown, shown_cell = "", "cells.cell"
    if shown:
        of_shown = f", shown_cells AS ({_numbered(shown)})"
        shown_cell = "shown_cells.cell"
    joined = f"INNER JOIN shown_cells USING ({_listed(shown)})" if shown else ""
    session.run(
        f"""CREATE OR REPLACE TABLE {EARLIER} AS
        WITH people AS (SELECT unit, k, {keys} FROM {read}),
        cells AS ({_numbered(parts)}){of_shown}
        SELECT people.unit, CAST(cells.cell AS INTEGER) AS cell, people.k,
            CAST({shown_cell} AS INTEGER) AS shown
        FROM people INNER JOIN cells USING ({_listed(parts)}) {joined}""",
        _NODE,
    )


def _numbered(names: Sequence[str]) -> str:
    listed = _listed(names)
    return (
        f"SELECT {listed}, row_number() OVER (ORDER BY {listed}) - 1 AS cell "
        f"FROM (SELECT DISTINCT {listed} FROM people)"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(identifier, names))


def lay_beside_earlier(
    session: Session,
    releases: SideBySide,
    ks: Mapping[str, int],
    *,
    has_earlier: bool,
    tables: frozenset[str] = frozenset(),
) -> Beside:
    """Each person's cell beside the classes of this build; whom it does not know any more is there too."""
    if not has_earlier:
        return Beside(releases.table, ks, has_earlier=False, tables=tables)
    classes = ", ".join(f"now.class_{number}" for number in range(len(ks)))
    session.run(
        f"""CREATE OR REPLACE TABLE {_BESIDE} AS
        SELECT coalesce(now.unit, earlier.unit) AS unit, now.unit IS NOT NULL AS is_here, earlier.cell,
            earlier.k, earlier.shown, {classes}
        FROM {releases.table} AS now FULL JOIN {EARLIER} AS earlier ON now.unit = earlier.unit""",
        _NODE,
    )
    return Beside(_BESIDE, ks, has_earlier=True, tables=tables)


def smallest_group(session: Session, beside: Beside) -> Smallest | None:
    """The group that all releases together leave smallest; None where nobody is in a class of any."""
    keys = ", ".join(("cell", *beside.classes))
    ((people, k, groups, of_people),) = session.rows(f"""
        WITH together AS (
            SELECT count(*) AS people, max({beside.k}) AS k
            FROM {beside.table} WHERE {beside.is_told_of} GROUP BY {keys}
        )
        SELECT
            arg_min(people, people - k), arg_min(k, people - k),
            count(*) FILTER (WHERE people < k), coalesce(sum(people) FILTER (WHERE people < k), 0)
        FROM together""")
    return None if people is None else Smallest(int(people), int(k), int(groups), int(of_people))


def share_found_again(session: Session, beside: Beside) -> float:
    """Of the people of earlier releases, those who are still in the data, in a class or left out."""
    share = session.value(
        f"SELECT coalesce(avg(CAST(is_here AS INTEGER)), 1) FROM {beside.table} WHERE cell IS NOT NULL",
        None,
        _NODE,
    )
    return float(share)


def cut_inside_earlier(session: Session, model: str, people: str, unit: str) -> str:
    """Classes of `people` (a relation: unit, class_id), none with people of two cells; the name of that map.

    Who is in none is cut inside of cells too: they are as if in one more class.
    `private.<name>__units` has the unit and class_id.
    """
    name = f"{model} inside earlier"
    own = KEYED_UNIT.format(f"outside.{identifier(unit)}")
    session.run(
        f"""CREATE OR REPLACE TABLE private.{identifier(f"{name}__units")} AS
        SELECT
            outside.{identifier(unit)},
            CAST(
                (coalesce(outside.class_id, -1) + 1) * (SELECT coalesce(max(cell), 0) + 2 FROM {EARLIER})
                + coalesce(earlier.cell + 1, 0) AS BIGINT
            ) AS class_id
        FROM {people} AS outside
        LEFT JOIN {EARLIER} AS earlier ON {own} = earlier.unit""",
        model,
    )
    return name


def write_partition(session: Session, beside: Beside, path: Path) -> None:
    """Write the partition that all releases make: unit, k, and what tells people apart (`part_<n>`)."""
    parts = (*(("cell",) if beside.has_earlier else ()), *beside.classes)
    columns = ", ".join(f"{name} AS part_{number}" for number, name in enumerate(parts))
    own = [name for name, model in zip(beside.classes, beside.ks, strict=True) if model in beside.tables]
    shown = (*(("shown",) if beside.has_earlier else ()), *own)
    columns += "".join(f", {name} AS shown_{number}" for number, name in enumerate(shown))
    order = " ORDER BY unit" if beside.has_earlier else ""  # as it is, otherwise
    session.run(
        f"""COPY (
            SELECT unit, CAST({beside.k} AS INTEGER) AS k, {columns}
            FROM {beside.table} WHERE {beside.is_told_of}{order}
        ) TO {literal(str(path))} (FORMAT parquet)""",
        _NODE,
    )


def published_digests(session: Session, file: Path) -> frozenset[str]:
    """The digests of the tables of people in a released file; none where there is no such file."""
    protections = ", ".join(map(literal, OF_PEOPLE))
    query = f"SELECT digest FROM earlier._personatwin.releases WHERE protection IN ({protections})"
    return _published(session, file, query)


def published_heads(session: Session, file: Path) -> frozenset[str]:
    """The heads of the ledger that a released file was made by; none where it names none."""
    is_there = (
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'earlier' "
        "AND schema_name = '_personatwin' AND table_name = 'ledger'"
    )
    return _published(session, file, "SELECT head FROM earlier._personatwin.ledger", is_there)


def _published(session: Session, file: Path, query: str, is_there: str = "SELECT 1") -> frozenset[str]:
    """Texts that a released file says of itself, where it says any."""
    if not file.is_file():
        return frozenset()
    try:
        session.attempt(f"ATTACH {literal(str(file))} AS earlier (READ_ONLY)", node=_NODE)
    except duckdb.Error:
        return frozenset()
    try:
        found = session.rows(query, None, _NODE) if session.value(is_there, None, _NODE) else []
    except PersonaTwinError:
        return frozenset()
    finally:
        session.run("DETACH earlier", _NODE)
    return frozenset(str(text) for (text,) in found)
