"""What proves a strategy: its rows are made of publishable cells alone, each in one row at most."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proven_scripts import MACROS
from script_mutants import mutant, statements, text

from personatwin_sql.compile.proof.strategy import prove_strategy
from personatwin_sql.compile.proof.strategy_reading import CellColumns
from personatwin_sql.compile.rollup import roll_up_levels
from tests.fresh_database import fresh_database

LEVELS = roll_up_levels(("gender",), "age", "month")
PUBLISHED = ["persona_id", "gender", "age"]
KINDS = ["event_type", "outcome"]
ABOUT = ("level", *PUBLISHED, *KINDS)


def written(name: str, *, is_repaired: bool = False) -> str:
    values: dict[str, object] = {
        "name": "persona_events",
        "published": PUBLISHED,
        "dimensions": [*KINDS, "is_added"] if is_repaired or name == "sequence" else KINDS,
    }
    if name == "sequence":
        values |= {"levels": LEVELS, "event_type": "event_type", "ranks": {"arrest": 0, "charge": 1}}
    else:
        values |= {"is_repaired": is_repaired} | ({} if name == "aggregate" else {"levels": LEVELS})
    return MACROS.call(name, values | ({"max_rows": 3} if name == "sample" else {}))


def cells(*, is_repaired: bool = False) -> CellColumns:
    return CellColumns("persona_events", (*ABOUT, "is_added") if is_repaired else ABOUT)


@pytest.mark.parametrize("name", ["aggregate", "sample", "representative", "sequence"])
@pytest.mark.parametrize("is_repaired", [False, True])
def test_every_strategy_is_proven(name: str, is_repaired: bool) -> None:
    is_repaired = is_repaired or name == "sequence"
    proof = prove_strategy(written(name, is_repaired=is_repaired), cells(is_repaired=is_repaired))
    assert proof.value == 1, proof.reading


def test_names_that_need_quotes_are_understood() -> None:
    sql = MACROS.call(
        "aggregate",
        {
            "name": "Our events",
            "published": ["persona_id", "größe"],
            "dimensions": ["select"],
            "is_repaired": False,
        },
    )
    assert (
        prove_strategy(sql, CellColumns("Our events", ("level", "persona_id", "größe", "select"))).value == 1
    )


AGGREGATE, SAMPLE, JOINED = written("aggregate"), written("sample"), written("representative")
SEQUENCE, ADDED = written("sequence"), written("aggregate", is_repaired=True)
CELLS = "private.persona_events__cells"


def changed(script: str, old: str, new: str) -> str:
    assert script.count(old) >= 1, old
    return script.replace(old, new, 1)


NOT_PROVEN = {
    "what is left is read": (changed(AGGREGATE, CELLS, "private.persona_events__events"), "beside the cells"),
    "the members are joined": (changed(AGGREGATE, CELLS, f"{CELLS} CROSS JOIN private.personas__members"), "joins"),
    "the events are looked up": (changed(AGGREGATE, "people,", "(SELECT people FROM private.stg_events) AS people,"), "not understood"),
    "a level is released twice": (changed(AGGREGATE, "ORDER BY", f"UNION ALL SELECT * FROM {CELLS} ORDER BY"), "union"),
    "people are more": (changed(AGGREGATE, "    people,", "    people + 1 AS people,"), "`people`"),
    "people are a sum": (changed(JOINED, "max(people)", "sum(people)"), "`people`"),
    "people are the fewest": (changed(JOINED, "max(people)", "min(people)"), "`people`"),
    "people are events": (changed(AGGREGATE, "    people,", "    events AS people,"), "`people`"),
    "events are the most of the cells": (changed(JOINED, "sum(events)", "max(events)"), "`events`"),
    "events are those of everybody": (changed(AGGREGATE, "CAST(events AS BIGINT)", "CAST(sum(events) OVER () AS BIGINT)"), "`events`"),
    "events are twice as many": (changed(AGGREGATE, "CAST(events AS BIGINT)", "CAST(events * 2 AS BIGINT)"), "`events`"),
    "an outcome is another": (changed(AGGREGATE, "    outcome,", "    'convicted' AS outcome,"), "`outcome`"),
    "an outcome is that of some cell": (changed(JOINED, "    outcome,\n    max(people)", "    max(outcome) AS outcome,\n    max(people)"), "`outcome`"),
    "outcomes are joined": (changed(JOINED, "event_type, outcome, run, apart", "event_type, run, apart"), "one cell of several"),
    "a persona is another": (changed(AGGREGATE, "    persona_id,", "    upper(persona_id) AS persona_id,"), "not understood"),
    "two columns change places": (changed(AGGREGATE, "    gender,\n    age,", "    age AS gender,\n    gender AS age,"), "`gender`"),
    "the period is made up": (changed(AGGREGATE, "    period,", "    left(period, 4) AS period,"), "`period`"),
    "the first period is the last": (changed(JOINED, "min(period) AS period_from", "max(period) AS period_from"), "`period_from`"),
    "no period is released": (changed(AGGREGATE, "    period,\n", ""), "when"),
    "the level is not released": (changed(AGGREGATE, "    level,\n", ""), "does not have"),
    "more is released": (changed(AGGREGATE, "    people,", "    people,\n    level_number,"), "was not declared"),
    "the rows stand as they came": (AGGREGATE[: AGGREGATE.index("\nORDER BY")], "no ORDER BY"),
    "rows that tie stand as they came": (changed(AGGREGATE, ", event_type, outcome;", ";"), "leaves"),
    "the order is made up": (changed(AGGREGATE, "ORDER BY level_number", "ORDER BY random(), level_number"), "ORDER BY"),
    "the order is that of the cells": (changed(AGGREGATE, "ORDER BY level_number", "ORDER BY rowid, level_number"), "`rowid`"),
    "joined rows that tie stand as they came": (changed(JOINED, ", people, events;", ";"), "leaves"),
    "ties are numbered as they came": (changed(SAMPLE, "                level_number,\n", ""), "tie"),
    "chance decides": (changed(SAMPLE, "nth < 3", "nth < 3 * random()"), "not understood"),
    "the secret decides": (changed(SAMPLE, "nth < 3", "getvariable('release_secret') > 'a'"), "not understood"),
    "the clock decides": (changed(SAMPLE, "nth < 3", "current_date > DATE '2030-01-01'"), "not understood"),
    "the place in the file decides": (changed(SAMPLE, "nth < 3", "rowid < 3"), "not known"),
    "a lookup decides": (changed(SAMPLE, "nth < 3", "EXISTS (SELECT 1 FROM private.stg_events)"), "not understood"),
    "a list decides": (changed(SAMPLE, "nth < 3", "persona_id IN (SELECT persona_id FROM private.stg_people)"), "not understood"),
    "only the first rows are read": (changed(AGGREGATE, ";", "\nLIMIT 5;"), "limit"),
    "rows are drawn": (changed(AGGREGATE, CELLS, f"{CELLS} USING SAMPLE 10"), "sample"),
    "equal rows become one": (changed(AGGREGATE, "SELECT\n", "SELECT DISTINCT\n"), "distinct"),
    "all become one": (changed(AGGREGATE, "CAST(events AS BIGINT)", "CAST(sum(events) AS BIGINT)"), "all cells become one row"),
    "groups are grouped": (changed(JOINED, "    FROM in_time\n)", "    FROM (SELECT * FROM in_time)\n)"), "cells is read"),
    "a name means two things": (changed(JOINED, "max(people) AS people", "max(people) AS people, max(run) AS apart"), "two things"),
    "added events count as events": (changed(ADDED, "CASE WHEN is_added THEN 0 ELSE events END", "events"), "`events`"),
    "events that happened count as none": (changed(ADDED, "CASE WHEN is_added THEN 0 ELSE events END", "CASE WHEN NOT is_added THEN 0 ELSE events END"), "`events`"),
    "added events look real": (changed(ADDED, "    is_added,\n", "    FALSE AS is_added,\n"), "`is_added`"),
    "added events are not told apart": (changed(ADDED, "    is_added,\n", ""), "does not have"),
    "another table is made": (changed(AGGREGATE, "release.persona_events", "release.people_public"), "is not made"),
    "it is a view": (changed(AGGREGATE, "CREATE TABLE", "CREATE VIEW"), "no CREATE TABLE"),
    "there are two statements": (f"{AGGREGATE} DROP TABLE {CELLS}", "one statement"),
    "there is none": ("", "one statement"),
    "it cannot be read": ("CREATE TABLE (", "cannot be read"),
    "a CTE hides the cells": (changed(SAMPLE, "WITH in_time AS (", f"WITH {CELLS.split('.')[1]} AS (SELECT * FROM private.stg_events), in_time AS ("), "beside the cells"),
    "the step is that of a person": (changed(SEQUENCE, "    step,\n", "    (SELECT person_id FROM private.stg_events) AS step,\n"), "not understood"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PROVEN)
def test_no_strategy_is_proven_when(name: str) -> None:
    script, reason = NOT_PROVEN[name]
    is_repaired = "is_added" in script or "added events" in name
    proof = prove_strategy(script, cells(is_repaired=is_repaired))
    assert proof.value is None
    assert reason in proof.reading, proof.reading


@cache
def trees(name: str) -> list[object]:
    return statements(written(name, is_repaired=True))  # type: ignore[return-value]


def small_cells(seed: int) -> duckdb.DuckDBPyConnection:
    """Cells of random people and events, unlike in all that a cell is about."""
    random, connection = Random(seed), fresh_database()
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA release")
    found = {
        (
            *random.choice(
                [(1, "persona_month", p, "F", "20-29") for p in ("p1", "p2")]
                + [(9, "everyone", None, "*", "*")]
            ),
            random.choice(["2014-01", "2014-02", "2014-03", "2014-05", None]),
            random.choice(["arrest", "charge", None]),
            random.choice(["guilty", None]),
            random.random() < 0.3,
        )
        for _ in range(40)
    }
    rows = [(*row, random.randint(5, 9), random.randint(9, 20)) for row in sorted(found, key=str)]
    connection.execute(
        f"CREATE TABLE {CELLS} (level_number INT, level VARCHAR, persona_id VARCHAR, gender VARCHAR, age VARCHAR, "
        "period VARCHAR, event_type VARCHAR, outcome VARCHAR, is_added BOOLEAN, people BIGINT, events BIGINT)"
    )
    connection.executemany(f"INSERT INTO {CELLS} VALUES ({', '.join('?' * 11)})", rows)
    return connection


@given(
    name=st.sampled_from(["aggregate", "sample", "representative", "sequence"]),
    seed=st.integers(0, 2**32),
    changes=st.integers(1, 2),
)
@settings(max_examples=60, deadline=None)
def test_what_is_proven_is_kept_whatever_was_changed(name: str, seed: int, changes: int) -> None:
    try:
        script = text(mutant(trees(name), Random(seed), changes))  # type: ignore[arg-type]
    except ValueError:  # the first change took the only statement away
        return
    if prove_strategy(script, cells(is_repaired=True)).value is None:
        return
    connection = small_cells(seed % 5)
    try:
        connection.execute(script)
    except duckdb.Error:
        return
    about = ", ".join((*ABOUT, "is_added"))
    there = defaultdict(list)
    for *key, people, events in connection.execute(f"SELECT {about}, people, events FROM {CELLS}").fetchall():
        there[tuple(key)].append((people, 0 if key[-1] else events))
    counted: Counter[object] = Counter()
    rows = connection.execute(f"SELECT {about}, people, events FROM release.persona_events").fetchall()
    for *key, people, events in rows:
        assert people in {each[0] for each in there[tuple(key)]}
        counted[tuple(key)] += events
    assert all(total <= sum(each[1] for each in there[key]) for key, total in counted.items())  # type: ignore[index]
    assert len(rows) <= sum(map(len, there.values()))
