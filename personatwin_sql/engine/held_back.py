"""Whom a build leaves out so that enough people stay together beside earlier releases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.earlier import FAILING, Beside
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT
from personatwin_sql.privacy.holding import NO_CELL, Groups, Table, to_leave_out

_NODE = "earlier releases"
_GROUPS = f"private.{identifier('groups beside earlier releases')}"
_HELD = f"private.{identifier('held back')}"


def hold_back(session: Session, beside: Beside, models: tuple[str, ...], left_out: Mapping[str, int]) -> int:
    """Choose whom to leave out so that `models` tell enough people apart; how many they are.

    `left_out`: whom each table of the build leaves out anyway. Those of `models` stay as they are; the other
    ones are cut anew, inside of what holds then: all of whom each of them tells are taken to be in one class.
    Who of a group goes is told by a keyed hash.
    """
    named = dict(zip(beside.ks, beside.classes, strict=True))
    chosen = [name for model, name in named.items() if model in models]
    anew = [name for model, name in named.items() if model in left_out and model not in models]
    counted = [*chosen, *anew]
    own = (
        f"CASE WHEN {name} IS NOT NULL THEN {beside.ks[model]} END"
        for model, name in named.items()
        if name in counted
    )
    told = " OR ".join(f"{name} IS NOT NULL" for name in counted) or "FALSE"
    keys = ", ".join(("cell", *counted))
    classes = ", ".join(
        (
            "unit",
            "cell",
            "k",
            "shown",
            *chosen,
            *(f"CASE WHEN {n} IS NOT NULL THEN 0 END AS {n}" for n in anew),
        )
    )
    people = f"(SELECT {classes} FROM {beside.table})"
    session.run(
        f"""CREATE OR REPLACE TABLE {_GROUPS} AS
        SELECT
            {keys}, row_number() OVER (ORDER BY min(unit)) - 1 AS number, count(*) AS people,
            max(least(k, {", ".join((*own, "NULL"))})) AS least_k, max(k) AS cell_k, NOT ({told}) AS is_out,
            max(shown) AS shown
        FROM {people} WHERE cell IS NOT NULL OR {told}
        GROUP BY {keys}""",
        _NODE,
    )
    arrays = session.arrays(f"""
        SELECT coalesce(cell, {NO_CELL})::BIGINT AS cell, people, least_k::BIGINT AS k,
            coalesce(cell_k, 0)::BIGINT AS cell_k, is_out, {_goes(beside, chosen)} AS goes
            {"".join(f", {named[model]} IS NOT NULL AS in_{named[model]}" for model in left_out)}
        FROM {_GROUPS} AS found ORDER BY number""")
    found = Groups(
        cells=np.asarray(arrays["cell"], dtype=np.int64),
        people=np.asarray(arrays["people"], dtype=np.int64),
        k=np.asarray(arrays["k"], dtype=np.int64),
        cell_k=np.asarray(arrays["cell_k"], dtype=np.int64),
        is_out=np.asarray(arrays["is_out"], dtype=np.bool_),
        goes=np.asarray(arrays["goes"], dtype=np.bool_),
    )
    tables = tuple(
        Table(beside.ks[model], np.asarray(arrays[f"in_{named[model]}"], dtype=np.bool_), number)
        for model, number in left_out.items()
    )
    leave = to_leave_out(found, tables)
    numbers = np.flatnonzero(leave)
    same = " AND ".join(f"people.{name} IS NOT DISTINCT FROM groups.{name}" for name in ("cell", *counted))
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
            FROM {people} AS people INNER JOIN groups ON {same}
        )
        SELECT unit FROM numbered WHERE place <= leave""",
        _NODE,
    )
    return int(leave.sum())


def _goes(beside: Beside, classes: Sequence[str]) -> str:
    """Whether a group is one of those that break a privacy model beside earlier releases."""
    failing = [
        f"(failing.class = {literal(name)} AND failing.class_id = found.{name} "
        "AND failing.shown IS NOT DISTINCT FROM found.shown)"
        for name, model in zip(beside.classes, beside.ks, strict=True)
        if model in beside.tables and name in classes
    ]
    if not failing:
        return "FALSE"
    return f"EXISTS (SELECT 1 FROM {FAILING} AS failing WHERE {' OR '.join(failing)})"


def leave_out(session: Session, tables: Mapping[str, str]) -> None:
    """Take the rows of those who are held back out of the source tables (relation → column of the person)."""
    for relation, unit in tables.items():
        session.run(
            f"DELETE FROM {relation} "
            f"WHERE {KEYED_UNIT.format(identifier(unit))} IN (SELECT unit FROM {_HELD})",
            _NODE,
        )


def forget_models(session: Session, keep: Collection[str] = ()) -> None:
    """Drop what the models of this build have made, so that they can be built again.

    What stands beside the models in `keep` stays: `private.<model>__…`.
    """
    kept = tuple(f"{model}__" for model in keep)
    found = session.rows("""
        SELECT 'VIEW', schema_name, view_name FROM duckdb_views() WHERE NOT internal
        UNION ALL SELECT 'TABLE', schema_name, table_name FROM duckdb_tables() WHERE NOT internal
        UNION ALL SELECT 'TYPE', schema_name, type_name FROM duckdb_types() WHERE NOT internal""")
    for kind, schema, name in found:
        if schema in ("private", "release") and " " not in name and not name.startswith(kept):
            session.run(f"DROP {kind} {identifier(schema)}.{identifier(name)}", _NODE)
