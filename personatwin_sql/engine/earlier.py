"""What all earlier releases tell of people, laid beside what this build would tell of them.

Earlier releases are kept as one partition: people whom none of them tells apart are in one cell. A build
lays its own classes beside it, and the cells that come out are kept in its place, so a hundred releases take
no more room, and no more time, than one. Nothing is lost: only who is told apart from whom counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import _duckdb as duckdb
import numpy as np

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT, SideBySide
from personatwin_sql.errors import PersonaTwinError
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.holding import NO_CELL, Groups, to_leave_out

_NODE = "earlier releases"
EARLIER = f"private.{identifier('earlier releases')}"
"""unit (keyed), cell, k. No model has a blank in its name."""
_BESIDE = f"private.{identifier('beside earlier releases')}"
_GROUPS = f"private.{identifier('groups beside earlier releases')}"
OF_PEOPLE = ("k_anonymity", "personas")
"""Protections whose tables say who is together with whom."""
_HELD = f"private.{identifier('held back')}"


@dataclass(frozen=True)
class Beside:
    """Everybody of whom a release tells, this one or an earlier: unit, cell, k, `class_<n>` of each model."""

    table: str
    ks: Mapping[str, int]
    """Model → k; the place of the model is the number of its class."""
    has_earlier: bool

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
    names = [name for name, _ in session.columns(f"SELECT * FROM {read}") if name.startswith("part_")]
    keys = [f"coalesce({identifier(name)}, -1) AS {identifier(name)}" for name in names]
    listed = ", ".join(map(identifier, names))
    session.run(
        f"""CREATE OR REPLACE TABLE {EARLIER} AS
        WITH people AS (SELECT unit, k, {", ".join(keys)} FROM {read}),
        cells AS (
            SELECT {listed}, row_number() OVER (ORDER BY {listed}) - 1 AS cell
            FROM (SELECT DISTINCT {listed} FROM people)
        )
        SELECT people.unit, CAST(cells.cell AS INTEGER) AS cell, people.k
        FROM people INNER JOIN cells USING ({listed})""",
        _NODE,
    )


def lay_beside_earlier(
    session: Session, releases: SideBySide, ks: Mapping[str, int], *, has_earlier: bool
) -> Beside:
    """Each person's cell beside the classes of this build; whom it does not know any more is there too."""
    if not has_earlier:
        return Beside(releases.table, ks, has_earlier=False)
    classes = ", ".join(f"now.class_{number}" for number in range(len(ks)))
    session.run(
        f"""CREATE OR REPLACE TABLE {_BESIDE} AS
        SELECT coalesce(now.unit, earlier.unit) AS unit, now.unit IS NOT NULL AS is_here, earlier.cell,
            earlier.k, {classes}
        FROM {releases.table} AS now FULL JOIN {EARLIER} AS earlier ON now.unit = earlier.unit""",
        _NODE,
    )
    return Beside(_BESIDE, ks, has_earlier=True)


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


def hold_back(session: Session, beside: Beside, models: tuple[str, ...], left_out: int) -> int:
    """Choose whom to leave out so that `models` tell enough people apart; how many they are.

    `left_out` counts whom these models leave out anyway. Without models,
    everybody who is in the data is taken to be in one class. Who of a group goes is told by a keyed hash.
    """
    chosen = [name for name, model in zip(beside.classes, beside.ks, strict=True) if model in models]
    own = tuple(
        f"CASE WHEN {name} IS NOT NULL THEN {beside.ks[model]} END"
        for name, model in zip(beside.classes, beside.ks, strict=True)
        if model in models
    )
    if not chosen:
        own = (str(min(beside.ks.values())),)
    told = " OR ".join(f"{name} IS NOT NULL" for name in chosen) or "is_here"
    keys = ", ".join(("cell", *(chosen or ("is_here",))))
    session.run(
        f"""CREATE OR REPLACE TABLE {_GROUPS} AS
        SELECT
            {keys}, row_number() OVER (ORDER BY min(unit)) - 1 AS number, count(*) AS people,
            max(least(k, {", ".join(own)}, NULL)) AS least_k, max(k) AS cell_k, NOT ({told}) AS is_out
        FROM {beside.table} WHERE cell IS NOT NULL OR {told}
        GROUP BY {keys}""",
        _NODE,
    )
    arrays = session.arrays(f"""
        SELECT coalesce(cell, {NO_CELL})::BIGINT AS cell, people, least_k::BIGINT AS k,
            coalesce(cell_k, 0)::BIGINT AS cell_k, is_out
        FROM {_GROUPS} ORDER BY number""")
    found = Groups(
        cells=np.asarray(arrays["cell"], dtype=np.int64),
        people=np.asarray(arrays["people"], dtype=np.int64),
        k=np.asarray(arrays["k"], dtype=np.int64),
        cell_k=np.asarray(arrays["cell_k"], dtype=np.int64),
        is_out=np.asarray(arrays["is_out"], dtype=np.bool_),
    )
    leave = to_leave_out(found, left_out)
    numbers = np.flatnonzero(leave)
    same = " AND ".join(
        f"people.{name} IS NOT DISTINCT FROM groups.{name}" for name in ("cell", *(chosen or ["is_here"]))
    )
    session.run(
        f"""CREATE OR REPLACE TABLE {_HELD} AS
        WITH leaving AS (
            SELECT unnest({numbers.tolist()}::BIGINT[]) AS number,
                unnest({leave[numbers].tolist()}::BIGINT[]) AS leave
        ),
        groups AS (SELECT * FROM {_GROUPS} INNER JOIN leaving USING (number)),
        numbered AS (
            SELECT
                people.unit, groups.leave,
                row_number() OVER (PARTITION BY groups.number ORDER BY people.unit) AS place
            FROM {beside.table} AS people INNER JOIN groups ON {same}
        )
        SELECT unit FROM numbered WHERE place <= leave""",
        _NODE,
    )
    return int(leave.sum())


def leave_out(session: Session, tables: Mapping[str, str]) -> None:
    """Take the rows of those who are held back out of the source tables (relation → column of the person)."""
    for relation, unit in tables.items():
        session.run(
            f"DELETE FROM {relation} "
            f"WHERE {KEYED_UNIT.format(identifier(unit))} IN (SELECT unit FROM {_HELD})",
            _NODE,
        )


def forget_models(session: Session, keep: Collection[str] = ()) -> None:
    """Drop what the models of this build have made, so that they can be built again; but `keep` some tables."""
    found = session.rows("""
        SELECT 'VIEW', schema_name, view_name FROM duckdb_views() WHERE NOT internal
        UNION ALL SELECT 'TABLE', schema_name, table_name FROM duckdb_tables() WHERE NOT internal
        UNION ALL SELECT 'TYPE', schema_name, type_name FROM duckdb_types() WHERE NOT internal""")
    for kind, schema, name in found:
        if schema in ("private", "release") and " " not in name and name not in keep:
            session.run(f"DROP {kind} {identifier(schema)}.{identifier(name)}", _NODE)


def cut_inside_earlier(session: Session, model: str, people: str, unit: str) -> str:
    """Classes of `people` (a relation: unit, class_id), none with people of two cells; the name of that map.

    `private.<name>__units` has the unit and class_id.
    """
    name = f"{model} inside earlier"
    own = KEYED_UNIT.format(f"outside.{identifier(unit)}")
    session.run(
        f"""CREATE OR REPLACE TABLE private.{identifier(f"{name}__units")} AS
        SELECT
            outside.{identifier(unit)},
            CAST(
                outside.class_id * (SELECT coalesce(max(cell), 0) + 2 FROM {EARLIER})
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
    if not file.is_file():
        return frozenset()
    protections = ", ".join(map(literal, OF_PEOPLE))
    try:
        session.attempt(f"ATTACH {literal(str(file))} AS earlier (READ_ONLY)", node=_NODE)
    except duckdb.Error:
        return frozenset()
    try:
        found = session.rows(
            f"SELECT digest FROM earlier._personatwin.releases WHERE protection IN ({protections})",
            None,
            _NODE,
        )
    except PersonaTwinError:
        return frozenset()
    finally:
        session.run("DETACH earlier", _NODE)
    return frozenset(str(digest) for (digest,) in found)
