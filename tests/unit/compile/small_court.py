"""Small tables of people and events in DuckDB, and what a release of them must keep, counted from rows."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import duckdb
from proven_scripts import QUASI, people_script, personas_script
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from personatwin_sql.engine.functions import register


def court(seed: int, people: int = 40) -> duckdb.DuckDBPyConnection:
    """Few values, so that groups of k and of k - 1 come up; NULL in every column; people with many events."""
    random = Random(seed)
    connection = duckdb.connect(config={"threads": 1})
    register(connection)
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy")
    connection.execute("SET VARIABLE release_secret = '00ff'")
    connection.execute(
        "CREATE TABLE hierarchy.ethnicity AS "
        "FROM (VALUES ('Ash', 'Tree'), ('Oak', 'Tree'), ('Rose', 'Flower')) AS t(level_0, level_1)"
    )
    connection.execute(
        "CREATE TABLE private.stg_people "
        "(person_id VARCHAR, age INTEGER, gender VARCHAR, ethnicity VARCHAR, screening VARCHAR)"
    )
    connection.execute(
        "CREATE TABLE private.stg_events (person_id VARCHAR, date DATE, event_type VARCHAR, outcome VARCHAR)"
    )
    ages, genders = random.sample([5, 24, 25, 31, 62], 3), ["F", "M", None][: random.randint(1, 3)]
    persons = [
        (
            f"person {number}",
            random.choice([*ages, None]),
            random.choice(genders),
            random.choice(["Ash", "Oak", "Oak", "Rose", None]),
            random.choice(["low", "low", "high", None]),
        )
        for number in range(people)
    ]
    events = [
        (
            person[0],
            random.choice(["2013-02-01", "2013-11-30", "2014-05-05", None]),
            random.choice(["arrest", "charge"]),
            random.choice(["guilty", "guilty", "acquitted", None]),
        )
        for person in persons
        for _ in range(random.choice([0, 1, 2, 5]))
    ]
    _insert(connection, "private.stg_people", persons)
    _insert(connection, "private.stg_events", events)
    return connection


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    values = ", ".join(f"({', '.join('?' * len(rows[0]))})" for _ in rows)
    connection.execute(f"INSERT INTO {table} VALUES {values}", [value for row in rows for value in row])


def released_before(connection: duckdb.DuckDBPyConnection, *models: str) -> None:
    """The models that a later one reads."""
    for model in models:
        connection.execute(people_script() if model == "people_public" else personas_script())


def names_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]


def assert_classes_of_k(connection: duckdb.DuckDBPyConnection, k: float) -> None:
    """Each published class is there whole and has k real people, one row each."""
    names = names_of(connection, "release.people_public")
    assert set(names) <= {*QUASI, "screening"}
    keys = [name for name in QUASI if name in names]
    listed = ", ".join(keys) or "TRUE"
    agree = " AND ".join(f"people.{key} IS NOT DISTINCT FROM released.{key}" for key in keys) or "TRUE"
    rows = connection.execute(
        f"""
        SELECT rows, (
            SELECT count(DISTINCT people.person_id)
            FROM private.people_public__generalized AS people
            SEMI JOIN private.stg_people AS real ON people.person_id = real.person_id
            WHERE {agree}
        )
        FROM (SELECT {listed}, count(*) AS rows FROM release.people_public GROUP BY ALL) AS released
        """
    ).fetchall()
    for published, people in rows:
        assert people >= k
        assert published >= k
        assert published == people or len(keys) < len(QUASI)


def assert_counted_classes_of_k(connection: duckdb.DuckDBPyConnection, script: str, k: float) -> None:
    """Each published class stands there as often as it has people, and these are k real ones.

    Who they are is asked for beside their number, where the combinations as given are counted.
    """
    names = names_of(connection, "release.people_public")
    assert set(names) <= set(QUASI)
    (tree,) = (
        tree
        for tree in DuckDB().parse(script)
        if isinstance(tree, exp.Create) and tree.this.sql() == "private.people_public__tuples"
    )
    ctes = {cte.alias: cte.this for cte in tree.expression.find_all(exp.CTE)}
    ctes["combinations"].select("list(person_id) AS who", dialect="duckdb", copy=False)
    ctes["generalized"].select("combinations.who", dialect="duckdb", copy=False)
    listed = ", ".join(names)
    counted = f"SELECT {listed}, list(who) FROM ({tree.expression.sql(dialect='duckdb')}) GROUP BY {listed}"
    real = {row[0] for row in connection.execute("SELECT person_id FROM private.stg_people").fetchall()}
    who = {
        tuple(values): real & {person for people in lists for person in people}
        for *values, lists in connection.execute(counted).fetchall()
    }
    released = f"SELECT {listed}, count(*) FROM release.people_public GROUP BY {listed}"
    for *values, rows in connection.execute(released).fetchall():
        assert len(who[tuple(values)]) >= k
        assert rows == len(who[tuple(values)]) or len(names) < len(QUASI)


def people_of_personas(connection: duckdb.DuckDBPyConnection, script: str) -> dict[str, list[set[str]]]:
    """Who is in each persona: those in the groups as the script makes them, asked for beside their names."""
    for tree in DuckDB().parse(script):
        if isinstance(tree, exp.Create) and tree.this.sql() == "private.personas__personas":
            who = tree.expression.select("list(person_id) AS who", dialect="duckdb").sql(dialect="duckdb")
            rows = connection.execute(f"SELECT persona_id, who FROM ({who})").fetchall()
            found: dict[str, list[set[str]]] = {}
            for name, people in rows:
                found.setdefault(name, []).append(set(people) - {None})
            return found
    raise AssertionError("the script makes no personas")


def assert_personas_of_k(
    connection: duckdb.DuckDBPyConnection, script: str, k: float, k_event: float | None, cap: float | None
) -> None:
    """Each persona is k real people; a mode is held by k_event of them."""
    names = names_of(connection, "release.personas")
    real = {row[0] for row in connection.execute("SELECT person_id FROM private.stg_people").fetchall()}
    personas = people_of_personas(connection, script)
    held = {}
    if "screening" in names_of(connection, "private.personas__units"):
        held = dict(connection.execute("SELECT person_id, screening FROM private.personas__units").fetchall())
    for values in connection.execute("SELECT * FROM release.personas").fetchall():
        row = dict(zip(names, values, strict=True))
        if "persona_id" not in row:
            return
        groups = [who & real for who in personas[row["persona_id"]]]
        assert all(len(who) >= k for who in groups)
        meant = [who for who in groups if row.get("people", len(who)) == len(who)]
        assert meant
        if row.get("screening") is not None:
            shares = [(sum(held[each] == row["screening"] for each in who), len(who)) for who in meant]
            assert any(
                (k_event is None or holders >= k_event) and (cap is None or holders <= cap * people + 1e-9)
                for holders, people in shares
            )


def assert_personas_say_what_is_so(connection: duckdb.DuckDBPyConnection, script: str) -> None:
    """What a persona says of the age and gender of its people is true of each of them, or `*`."""
    people = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT person_id, CASE WHEN age IS NOT NULL THEN "
            "concat(age // 10 * 10, '-', age // 10 * 10 + 9) END, gender FROM private.stg_people"
        ).fetchall()
    }
    personas = people_of_personas(connection, script)
    for name, *said in connection.execute("SELECT persona_id, age, gender FROM release.personas").fetchall():
        (who,) = personas[name]
        for value, place in zip(said, (0, 1), strict=True):
            assert value == "*" or {people[each][place] for each in who} == {value}


_MATCH = """
    (released.persona_id IS NULL OR released.persona_id = events.persona_id)
    AND (released.gender = '*' OR released.gender IS NOT DISTINCT FROM events.gender)
    AND (released.age = '*' OR released.age IS NOT DISTINCT FROM events.age)
"""

_MEMBERS = """(
    SELECT members.*, personas.persona_id
    FROM private.personas__members AS members
    INNER JOIN private.personas__personas AS personas ON members.persona = personas.persona
)"""

_EVENTS = f"""(
    SELECT members.*, strftime(real.date, '%Y') AS period_year, real.event_type, real.outcome
    FROM private.stg_events AS real
    INNER JOIN {_MEMBERS} AS members ON real.person_id = members.person_id
)"""
"""The events of people with a persona, as they are and not as a script has them."""


def assert_cells_of_k_event(connection: duckdb.DuckDBPyConnection, k_event: float) -> None:
    """Behind each row stand k_event real people with such an event."""
    names = names_of(connection, "release.persona_events")
    period = "released.period = '*' OR released.period IS NOT DISTINCT FROM events.period_year"
    kinds = [
        f"released.{name} IS NOT DISTINCT FROM events.{name}"
        for name in ("event_type", "outcome")
        if name in names
    ]
    conditions = [_MATCH, f"({period})" if "period" in names else "TRUE", *kinds]
    for column in ("persona_id", "gender", "age"):
        if column not in names:
            return
    counts = connection.execute(
        f"""
        SELECT (
            SELECT count(DISTINCT events.person_id)
            FROM {_EVENTS} AS events
            WHERE {" AND ".join(conditions)}
        )
        FROM release.persona_events AS released
        """
    ).fetchall()
    assert all(count >= k_event for (count,) in counts)


def assert_events_counted_once(connection: duckdb.DuckDBPyConnection) -> None:
    """No kind of event is released more often than it happened to people of personas."""
    names = names_of(connection, "release.persona_events")
    kinds = [name for name in ("event_type", "outcome") if name in names]
    listed = ", ".join(kinds) or "TRUE"
    agree = " AND ".join(f"events.{kind} IS NOT DISTINCT FROM released.{kind}" for kind in kinds) or "TRUE"
    if "events" not in names:
        return
    rows = connection.execute(
        f"""
        SELECT released.events, (
            SELECT count(*) FROM private.stg_events AS events
            SEMI JOIN private.personas__members AS members ON events.person_id = members.person_id
            WHERE {agree}
        )
        FROM (SELECT {listed}, sum(events) AS events FROM release.persona_events GROUP BY ALL) AS released
        """
    ).fetchall()
    assert all(published <= happened for published, happened in rows)


def assert_outcomes_capped(connection: duckdb.DuckDBPyConnection, cap: float) -> None:
    """A sensitive outcome is not shown of nearly everybody in the personas of a row."""
    names = names_of(connection, "release.persona_events")
    if not {"outcome", "people", "persona_id", "gender", "age"} <= set(names):
        return
    rows = connection.execute(
        f"""
        SELECT released.people, (
            SELECT count(DISTINCT events.person_id) FROM {_MEMBERS} AS events WHERE {_MATCH}
        )
        FROM release.persona_events AS released WHERE released.outcome = 'guilty'
        """
    ).fetchall()
    assert all(published <= cap * people + 1e-9 for published, people in rows)


def assert_nobody_or_enough_left(connection: duckdb.DuckDBPyConnection, least: float) -> None:
    """A persona with rows of a type, whatever their outcomes, has nobody beside them or so many people."""
    names = names_of(connection, "release.persona_events")
    if not {"persona_id", "event_type", "outcome", "period", "level"} <= set(names):
        return
    rows = connection.execute(
        f"""
        SELECT count(DISTINCT events.person_id)
        FROM {_EVENTS} AS events
        SEMI JOIN release.persona_events AS shown
            ON shown.persona_id = CAST(events.persona_id AS VARCHAR)
            AND shown.event_type IS NOT DISTINCT FROM CAST(events.event_type AS VARCHAR)
        WHERE NOT EXISTS (
            SELECT 1 FROM release.persona_events AS released
            WHERE released.persona_id = CAST(events.persona_id AS VARCHAR)
                AND released.event_type IS NOT DISTINCT FROM CAST(events.event_type AS VARCHAR)
                AND released.outcome IS NOT DISTINCT FROM CAST(events.outcome AS VARCHAR)
                AND (released.period = '*' OR released.period IS NOT DISTINCT FROM events.period_year)
        )
        GROUP BY events.persona_id, events.event_type
        """
    ).fetchall()
    assert all(people >= least for (people,) in rows)
