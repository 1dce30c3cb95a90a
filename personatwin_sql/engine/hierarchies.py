"""Taxonomies come into the session: `hierarchy.<name>`, a value and its groups in `level_0`, `level_1` …"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import relation_of
from personatwin_sql.errors import Diagnostic, NodeError, Place
from personatwin_sql.spec.hierarchy import TOP, Taxonomy


def materialize(session: Session, name: str, taxonomy: Taxonomy, place: Place | None = None) -> None:
    """One row a value, in `level_0`; in `level_i` its group at level i, up to the level below the top.

    What is written in YAML or CSV was checked when it was read. A table of a source is checked here, and
    must be loaded: NodeError PT320 for a hole, PT321 where a level is no function of the one below.
    """
    levels = tuple(f"level_{level}" for level in range(taxonomy.height))
    relation = f"hierarchy.{identifier(name)}"
    columns = ", ".join(f"{level} VARCHAR" for level in levels)
    session.run(f"CREATE TABLE {relation} ({columns})", name)
    if taxonomy.table is None:
        _insert(session, name, relation, taxonomy.rows)
        return
    _copy(session, name, relation, taxonomy)
    _check(session, name, relation, levels, place)


def unmapped(session: Session, table: str, column: str, hierarchy_name: str) -> int:
    """How many distinct values of a column have no place in a taxonomy. NULL needs none."""
    value = f"CAST({identifier(column)} AS VARCHAR)"
    count = session.value(
        f"SELECT count(DISTINCT {value}) FROM {table} WHERE {value} NOT IN "
        f"(SELECT level_0 FROM hierarchy.{identifier(hierarchy_name)})",
        node=hierarchy_name,
    )
    return int(count)


def _insert(session: Session, name: str, relation: str, rows: Sequence[tuple[str, ...]]) -> None:
    """By columns, as lists: row by row would take minutes for a classification of 100,000 codes."""
    if rows:
        unnested = ", ".join("unnest(CAST(? AS VARCHAR[]))" for _ in rows[0])
        lists = [list(level) for level in zip(*rows, strict=True)]
        session.rows(f"INSERT INTO {relation} SELECT {unnested}", lists, name)


def _copy(session: Session, name: str, relation: str, taxonomy: Taxonomy) -> None:
    texts = [f"CAST({identifier(column)} AS VARCHAR)" for column in taxonomy.level_columns]
    session.run(
        f"INSERT INTO {relation} SELECT DISTINCT {', '.join(texts)} "
        f"FROM {relation_of(str(taxonomy.table))} WHERE {texts[0]} IS NOT NULL ORDER BY ALL",
        name,
    )


def _check(session: Session, name: str, relation: str, levels: Sequence[str], place: Place | None) -> None:
    problems = [
        Diagnostic(
            "PT320",
            f"the taxonomy `{name}` has values without a group at level {level}, or with one called `{TOP}`",
            place,
            fixes=("fill every level of every row, and leave the name of the top to the top",),
        )
        for level, column in enumerate(levels)
        if session.value(
            f"SELECT count(*) FROM {relation} WHERE coalesce({column}, '{TOP}') = '{TOP}'", node=name
        )
    ]
    problems += [
        Diagnostic(
            "PT321",
            f"the taxonomy `{name}` has values at level {level} with several groups at level {level + 1}",
            place,
            fixes=("leave each value one group at each level",),
        )
        for level, (below, above) in enumerate(pairwise(levels))
        if session.value(
            f"SELECT count(*) FROM (SELECT {below} FROM {relation} GROUP BY {below} "
            f"HAVING count(DISTINCT {above}) > 1)",
            node=name,
        )
    ]
    problems += [
        Diagnostic(
            "PT321",
            f"the taxonomy `{name}` has groups at level {above} that are called as something "
            f"at level {below} which they do not hold",
            place,
            fixes=("give those groups other names",),
        )
        for above in range(1, len(levels))
        for below in range(above)
        if session.value(
            f"SELECT count(*) FROM {relation} WHERE {levels[below]} <> {levels[above]} "
            f"AND {levels[below]} IN (SELECT {levels[above]} FROM {relation})",
            node=name,
        )
    ]
    if problems:
        raise NodeError(problems)
