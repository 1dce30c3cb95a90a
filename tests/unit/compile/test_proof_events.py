"""What proves events of personas: k_event people a cell, no event twice, no outcome of nearly everyone."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from collections.abc import Mapping

import pytest
from proven_scripts import EVENTS as EVENTS_AUTHORED
from proven_scripts import events_script, prove_events

from personatwin_sql.compile.proof import Proof
from personatwin_sql.compile.proof.script import read_script

SCRIPT = events_script()
HAVING = "HAVING count(*) >= 2"
OF_PEOPLE = (
    "    GROUP BY events.person, events.persona, events.gender, events.age, events.event_type, events.outcome"
)
ORDER = "\nORDER BY level_number, persona_id, gender, age, period, event_type, outcome"
LEVEL = "private.persona_events__level_2"
EVENTS = "private.persona_events__events"
CANDIDATES = "private.persona_events__candidates"
LEFT = "private.persona_events__left_3"
OF_BLOCKS = "private.persona_events__left_2"
CELLS = "private.persona_events__cells"
PERSONA = "'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,"
TEXT = "private.persona_events__text"
SATURATED = "private.persona_events__saturated_1"


def changed(old: str, new: str, script: str = SCRIPT) -> str:
    """The script with the first occurrence of a text replaced."""
    head, found, tail = script.partition(old)
    assert found, old
    return head + new + tail


def in_table(table: str, old: str, new: str) -> str:
    """The script with the first occurrence of a text after CREATE TABLE, or CREATE VIEW, replaced."""
    kind = "VIEW" if f"CREATE VIEW {table} AS" in SCRIPT else "TABLE"
    head, found, tail = SCRIPT.partition(f"CREATE {kind} {table} AS")
    assert found, table
    return head + found + changed(old, new, tail)


def values(proofs: Mapping[str, Proof]) -> dict[str, float | None]:
    return {name: proof.value for name, proof in proofs.items()}


def test_the_macro_proves_its_promises() -> None:
    assert values(prove_events(SCRIPT)) == {
        "k_event": 2,
        "partition": 1,
        "people_left": 2,
        "outcome_cap": 0.8,
    }


def test_without_sensitive_outcomes_there_is_no_cap_to_prove() -> None:
    assert values(prove_events(events_script(()), ())) == {"k_event": 2, "partition": 1, "people_left": 2}
    assert prove_events(events_script(()))["outcome_cap"].value is None


def test_the_weakest_level_decides() -> None:
    assert prove_events(in_table(LEVEL, HAVING, "HAVING count(*) >= 1"))["k_event"].value == 1
    assert prove_events(in_table(SATURATED, "0.8::DOUBLE", "0.9::DOUBLE"))["outcome_cap"].value == 0.9


@pytest.mark.parametrize("order", ["ALL", "outcome, event_type, period DESC, age, gender, persona_id"])
def test_any_order_of_what_is_published_will_do(order: str) -> None:
    assert SCRIPT.count(ORDER) == 1
    proof = prove_events(SCRIPT.replace(ORDER, f"\nORDER BY {order}"))["k_event"]
    assert proof.value == 2, proof.reading


NO_K_EVENT = {
    "HAVING is missing in one level": (in_table(LEVEL, HAVING, ""), "no HAVING"),
    "one level counts events": (in_table(LEVEL, HAVING, "HAVING sum(of_people.events) >= 2"), "no HAVING"),
    "one level counts rows": (in_table(LEVEL, "sum(events) AS events\n    FROM of_people", "count(*) AS events\n    FROM private.persona_events__left_1"), "does not count distinct units"),
    "one level counts those who had many": (in_table(LEVEL, OF_PEOPLE, f"{OF_PEOPLE}\n    HAVING count(*) > 1"), "does not group rows"),
    "one level leaves people out": (in_table(LEVEL, "FROM of_people", "FROM of_people\n    WHERE events > 1"), "does not group rows"),
    "one level counts people once a year": (in_table(LEVEL, OF_PEOPLE, f"{OF_PEOPLE}, events.period_year").replace("        events.outcome,\n        count(*) AS events\n    FROM private.persona_events__left_1", "        events.outcome,\n        events.period_year,\n        count(*) AS events\n    FROM private.persona_events__left_1"), "does not group rows"),
    "one level counts people once a year that it does not name": (in_table(LEVEL, OF_PEOPLE, f"{OF_PEOPLE}, events.period_year"), "does not group rows"),
    "one level does not tell people apart": (in_table(LEVEL, OF_PEOPLE, OF_PEOPLE.replace("events.person, ", "")).replace("        events.person,\n        events.persona,\n        events.gender,\n        events.age,\n        events.event_type,\n        events.outcome,\n        count(*)", "        max(events.person) AS person,\n        events.persona,\n        events.gender,\n        events.age,\n        events.event_type,\n        events.outcome,\n        count(*)"), "does not group rows"),
    "one level counts people as often as others": (in_table(LEVEL, "FROM of_people", "FROM of_people\n    CROSS JOIN (SELECT people AS twice FROM private.persona_events__others) AS more"), "does not count distinct units"),
    "one level counts whom others leave": (in_table(LEVEL, "FROM of_people", f"FROM of_people\n    ANTI JOIN {EVENTS} AS others ON of_people.person = others.person"), "does not group rows"),
    "one level counts a person twice in a union": (in_table(LEVEL, "FROM of_people", "FROM (SELECT * FROM of_people UNION ALL SELECT * FROM of_people) AS of_people"), "a union can only be projected"),
    "one level offers another way in": (in_table(LEVEL, HAVING, f"{HAVING} OR event_type = 'arrest'"), "no HAVING"),
    "a branch is not counted": (in_table(CELLS, "FROM private.persona_events__level_2\n", f"FROM {EVENTS}\n"), "not known here"),
    "a branch counts the members": (in_table(LEVEL, "FROM private.persona_events__left_1 AS events", "FROM private.personas__members AS events"), "not made by one SELECT of this model"),
    "a value stands beside the cell": (in_table(CELLS, "CAST(outcome AS VARCHAR) AS outcome,", "(SELECT max(outcome) FROM private.persona_events__events) AS outcome,"), "value of single people"),
    "the unit is published as a persona": (in_table(CELLS, PERSONA, "(SELECT max(person) FROM private.persona_events__events) AS persona_id,"), "value of single people"),
    "an outcome is computed anew": (in_table(CELLS, "CAST(outcome AS VARCHAR)", "upper(outcome)"), "as it stands"),
    "a text may be lost on its way into codes": (changed("CAST(members.gender", "TRY_CAST(members.gender"), "as it stands"),
    "a code is of a type that nobody knows": (changed(f"CAST(members.gender AS {TEXT})", "CAST(members.gender AS private.other)"), "as it stands"),
    "a code may be lost on its way out": (in_table(CELLS, "CAST(outcome AS VARCHAR)", "TRY_CAST(outcome AS VARCHAR)"), "as it stands"),
    "a code leaves as something else": (in_table(CELLS, "CAST(outcome AS VARCHAR)", "CAST(outcome AS CHAR(1)[])"), "as it stands"),
    "what is no code leaves as a text": (changed(f"CAST(members.gender AS {TEXT})", "members.gender"), "as it stands"),
    "the texts are of another kind": (changed(f"CREATE TYPE {TEXT} AS ENUM (", f"CREATE TYPE {TEXT} AS INTEGER;\nCREATE TYPE private.persona_events__more AS ENUM ("), "no ENUM"),
    "the texts are not selected": (f"CREATE TYPE private.persona_events__more AS ENUM (DELETE FROM private.other);\n{SCRIPT}", "without a SELECT"),
    "two types have one name": (changed("-- what happened", f"CREATE TYPE {TEXT} AS ENUM (SELECT 'a');\n-- what happened"), "made twice"),
    "a type is that of another model": (f"CREATE TYPE private.other__text AS ENUM (SELECT 'a');\n{SCRIPT}", "no type of"),
    "the date is published as an outcome": (in_table(EVENTS, f"CAST(CAST(authored.outcome AS VARCHAR) AS {TEXT})", "authored.date"), "made from `authored.date`"),
    "people are not counted": (in_table(LEVEL, "count(*) AS people", "sum(events) AS people"), ""),
    "events are those of other people": (changed("ON authored.person_id = people.person_id", "ON authored.event_type = people.gender"), "is not `person_id` of the author's SELECT"),
    "personas are those of other people": (in_table(EVENTS, "AS members\n", "AS members\n    INNER JOIN private.personas__members AS others\n        ON members.gender = others.gender\n").replace("members.persona,\n        CAST", "others.persona,\n        CAST", 1), ""),
    "a block is that of other people": (in_table(EVENTS, "AS members\n", "AS members\n    CROSS JOIN private.personas__members AS others\n").replace("CAST(members.gender", "CAST(others.gender", 1), "persona of the person"),
    "a block is that of people who are read at one place": (in_table(EVENTS, "ON authored.person_id = people.person_id", "ON authored.person_id = people.person_id\nCROSS JOIN people AS others").replace("people.gender,", "others.gender,", 1), "persona of the person"),
    "a union drops duplicates": (in_table(CELLS, "UNION ALL", "UNION"), "Union with distinct is not understood"),
    "a union goes by name": (in_table(CELLS, "UNION ALL", "UNION ALL BY NAME"), "by_name is not understood"),
    "the rows stand as they came": (SCRIPT.replace(ORDER, ""), "no ORDER BY"),
    "rows that tie stand as they came": (SCRIPT.replace(ORDER, "\nORDER BY level_number, persona_id"), "leaves `"),
    "the order tells of a column that is not published": (SCRIPT.replace(ORDER, f"{ORDER}, earliest").replace("    people,\n    events\nFROM private.persona_events__level", "    people,\n    events,\n    upper(event_type) AS earliest\nFROM private.persona_events__level"), "order"),
    "the order is that of each level": (SCRIPT.replace(ORDER, "\nORDER BY (SELECT max(person) FROM private.persona_events__events)"), "order"),
    "a persona is called what another is": (in_table(CELLS, PERSONA, PERSONA.replace("persona))", "people))").replace("persona)), 16", "people)), 16")), "as it stands"),
    "a persona goes by less of its name": (in_table(CELLS, PERSONA, PERSONA.replace("16)", "1)")), "as it stands"),
    "a persona goes by more than its name": (in_table(CELLS, PERSONA, PERSONA.replace("16)", "17)")), "as it stands"),
    "a persona goes by its number": (in_table(CELLS, PERSONA, "persona AS persona_id,"), "made from"),
    "a persona goes by a hash without the secret": (in_table(CELLS, PERSONA, "sha256(CAST(persona AS VARCHAR)) AS persona_id,"), "made from"),
    "a person goes as a persona": (in_table(EVENTS, "members.persona,", "members.person AS persona,"), "made from"),
    "a person is joined to the number of another": (changed("ON authored.person_id = people.person_id", "ON authored.person_id = people.person"), "is not `person_id`"),
    "what is released is a view": (changed("CREATE TABLE release.", "CREATE VIEW release."), "no CREATE TABLE"),
    "a view is more than what it leaves out": (in_table(OF_BLOCKS, "SELECT events.*", "SELECT events.*, events.age AS other"), "computes columns"),
    "a view names its columns anew": (in_table(OF_BLOCKS, "SELECT events.*", "SELECT events.outcome"), "computes columns"),
    "a view leaves something else out": (in_table(OF_BLOCKS, ";", "\nWHERE random() < 0.5;"), "where is not understood"),
    "a view joins": (in_table(OF_BLOCKS, "ANTI JOIN", "LEFT JOIN"), "a view joins"),
    "a view is a union": (in_table(OF_BLOCKS, ";", f"\nUNION ALL\nSELECT * FROM {EVENTS};"), "several SELECTs"),
    "a level is read before it is made": (changed("FROM private.persona_events__left_1 AS events", "FROM private.persona_events__left_3 AS events"), "read before"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_K_EVENT)
def test_no_k_event_is_proven_when(name: str) -> None:
    script, reason = NO_K_EVENT[name]
    proof = prove_events(script)["k_event"]
    assert proof.value is None
    assert reason in proof.reading, proof.reading


def test_the_people_of_a_group_of_a_union_are_not_those_of_a_branch() -> None:
    both = f"SELECT person, persona FROM {EVENTS} UNION ALL SELECT person, persona FROM {LEFT}"
    counted = (
        f"WITH both AS ({both}) SELECT persona, count(DISTINCT person) AS people FROM both GROUP BY persona"
    )
    script = f"{SCRIPT}\nCREATE TABLE private.persona_events__both AS {counted};"
    unread = read_script(script, "persona_events", EVENTS_AUTHORED, {}).unread
    assert "a union can only be projected" in str(unread["private.persona_events__both"])


TWICE = {
    "a level reads what was counted already": in_table(LEVEL, "FROM private.persona_events__left_1 AS events", f"FROM {CANDIDATES} AS events"),
    "a level is not taken away": in_table(LEFT, "ANTI JOIN private.persona_events__level_3 AS cells", "ANTI JOIN private.persona_events__level_1 AS cells"),
    "a level is kept instead": in_table(LEFT, "ANTI JOIN", "SEMI JOIN"),
    "a level is skipped": in_table(LEFT, f"FROM {OF_BLOCKS} AS events", f"FROM {EVENTS} AS events"),
    "NULL is not taken away": in_table(LEFT, "events.age IS NOT DISTINCT FROM cells.age", "events.age = cells.age"),
    "more is taken away than was counted": in_table(LEFT, "\n    AND events.age IS NOT DISTINCT FROM cells.age", ""),
    "less is taken away than was counted": in_table(LEFT, "\n    AND events.age", "\n    AND cells.people > 3\n    AND events.age"),
    "other columns are compared": in_table(LEFT, "events.age IS NOT DISTINCT FROM cells.age", "events.age IS NOT DISTINCT FROM cells.outcome"),
    "something else is lost": in_table(LEFT, ";", "\nWHERE events.gender = 'F';"),
    "a level is released twice": in_table(CELLS, "FROM private.persona_events__level_2\n", "FROM private.persona_events__level_1\n").replace("'*' AS period", "strftime(period_year, '%Y') AS period", 1),
    "a level is released in part": in_table(CELLS, "FROM private.persona_events__level_1\nUNION", "FROM private.persona_events__level_1\nWHERE people > 3\nUNION"),
    "a person's event is joined twice": in_table(EVENTS, "FROM authored", "FROM authored\nCROSS JOIN private.other"),
    "cells are multiplied": in_table(LEVEL, "ANTI JOIN held_for_rest", "LEFT JOIN private.other ON TRUE\nANTI JOIN held_for_rest"),
    "the blocks get what personas published": in_table(OF_BLOCKS, "ANTI JOIN private.persona_events__level_1 AS cells_1", "ANTI JOIN private.persona_events__level_2 AS cells_1"),
    "the blocks get some of what personas published": in_table(OF_BLOCKS, "IS NOT DISTINCT FROM cells_1.age", "= cells_1.age"),
    "the blocks get candidates alone, some of which were published": in_table(OF_BLOCKS, "FROM private.persona_events__events AS events\nANTI JOIN private.persona_events__level_1 AS cells_1", "FROM private.persona_events__candidates AS events\nSEMI JOIN private.persona_events__level_1 AS cells_1"),
    "candidates come in from elsewhere": in_table(CANDIDATES, "FROM private.persona_events__events AS events", "FROM private.persona_events__events AS other\nINNER JOIN private.persona_events__events AS events ON other.gender = events.gender"),
    "candidates name their columns anew": in_table(CANDIDATES, "SELECT events.*", "SELECT events.person, events.persona, events.gender, events.age, events.period_year, events.outcome AS event_type, events.event_type AS outcome"),
    "the number of events is a rank": changed("CAST(events AS BIGINT) AS events", "rank() OVER (ORDER BY events) AS events"),
    "the number of events is one that nobody counted": in_table(LEVEL, "sum(events) AS events", "sum(events) + 1 AS events"),
    "the number of events is that of pairs of people": in_table(LEVEL, "sum(events) AS events", "count(*) * count(*) AS events"),
    "the number of events is that of people": in_table(LEVEL, "sum(events) AS events", "count(*) AS events"),
    "the number of events is the sum of something else": in_table(LEVEL, "sum(events) AS events", "sum(person) AS events"),
    "a person counts for more than their events": in_table(LEVEL, "count(*) AS events", "count(*) + 7 AS events"),
    "a person counts events of others": in_table(LEVEL, "count(*) AS events", "sum(2) AS events"),
    "the events of all cells stand beside each": in_table(LEVEL, "SELECT cells.*", "SELECT cells.* REPLACE (sum(cells.events) OVER () AS events)"),
    "the number of events is another column": in_table(CELLS, "    events\nFROM private.persona_events__level_2\n", "    people + 5 AS events\nFROM private.persona_events__level_2\n"),
    "events are multiplied while they are counted": in_table("private.persona_events__level_3", "FROM private.persona_events__left_2 AS events\n", "FROM private.persona_events__left_2 AS events\n    CROSS JOIN private.other\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", TWICE)
def test_an_event_may_be_counted_twice_when(name: str) -> None:
    assert prove_events(TWICE[name])["partition"].value is None


HELD = "private.persona_events__held"
OPEN = {
    "rows are left out by more than what is held back": in_table(CELLS, "ON held.level_number = 3", "ON held.level_number = 3\n    AND cells.people > 3"),
    "rows that are held back are released alone": in_table(CELLS, f"ANTI JOIN {HELD}", f"SEMI JOIN {HELD}"),
    "rows are multiplied by what is not understood": in_table(CELLS, f"ANTI JOIN {HELD}", f"INNER JOIN {HELD}"),
    "what is not understood is released": in_table(CELLS, "private.persona_events__level_3 AS cells", f"{HELD} AS cells"),
    "a level counts what is not understood": in_table("private.persona_events__level_3", "FROM private.persona_events__left_2 AS events", f"FROM {HELD} AS events").replace(f"CREATE TABLE {HELD} AS", "CREATE TABLE private.persona_events__other AS").replace(SCRIPT.partition("CREATE TABLE private.persona_events__level_3")[0], SCRIPT.partition("CREATE TABLE private.persona_events__level_3")[0] + f"CREATE TABLE {HELD} AS SELECT DISTINCT * FROM private.persona_events__left_2;\n", 1),
    "a level reads what something not understood leaves": in_table(LEFT, ";", "\nANTI JOIN private.persona_events__odd AS odd\n    ON events.outcome IS NOT DISTINCT FROM odd.outcome;").replace(f"CREATE TABLE {LEFT} AS", f"CREATE TABLE private.persona_events__odd AS SELECT DISTINCT outcome FROM {OF_BLOCKS};\nCREATE TABLE {LEFT} AS"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_a_table_that_is_not_understood_says_at_most_which_cells_stay_behind(name: str) -> None:
    assert prove_events(OPEN[name])["partition"].value is None


def test_cells_may_stay_behind_several_at_a_time() -> None:
    script = in_table(CELLS, "\n    AND cells.outcome IS NOT DISTINCT FROM held.outcome", "")
    assert values(prove_events(script)) == values(prove_events(SCRIPT))


UNCAPPED = {
    "groups over the cap are not kept out": in_table(LEVEL, f"ANTI JOIN {SATURATED}", "ANTI JOIN private.persona_events__saturated_3"),
    "they are let in instead": in_table(LEVEL, f"ANTI JOIN {SATURATED}", f"SEMI JOIN {SATURATED}"),
    "only some of them are kept out": in_table(LEVEL, "AND events.outcome IS NOT", "AND events.event_type = 'arrest'\n        AND events.outcome IS NOT"),
    "NULL is not kept out": in_table(LEVEL, "events.age IS NOT DISTINCT FROM saturated.age", "events.age = saturated.age"),
    "a sensitive outcome is forgotten": in_table(SATURATED, "('guilty')", "('convicted')"),
    "those under the cap are listed": in_table(SATURATED, "people_with.people > 0.8", "people_with.people < 0.8"),
    "others are listed as well as asked": in_table(SATURATED, "* everyone.people", "* everyone.people AND people_with.people > 5"),
    "events are counted instead of people": in_table(SATURATED, "count(DISTINCT person) AS people\n    FROM private.persona_events", "count(*) AS people\n    FROM private.persona_events"),
    "small groups are not listed": in_table(SATURATED, "GROUP BY persona, gender, age, outcome", "GROUP BY persona, gender, age, outcome\n    HAVING count(DISTINCT person) > 4"),
    "the whole is too large": in_table(SATURATED, "FROM private.personas__members\n    GROUP BY persona, gender, age", "FROM private.personas__members\n    GROUP BY gender, age"),
    "other people are counted": in_table(SATURATED, "FROM private.persona_events__events", "FROM private.persona_events__others"),
    "the whole is counted in rows": in_table(SATURATED, "count(*) AS people\n    FROM private.personas__members", "sum(person) AS people\n    FROM private.personas__members"),
    "the whole is that of everybody": in_table(SATURATED, "FROM private.personas__members", "FROM private.stg_people"),
    "some have no whole": in_table(SATURATED, "FROM private.personas__members", "FROM private.personas__members\n    WHERE age IS NOT NULL"),
    "the join loses NULL": in_table(SATURATED, "people_with.age IS NOT DISTINCT FROM everyone.age", "people_with.age = everyone.age"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCAPPED)
def test_no_cap_is_proven_when(name: str) -> None:
    assert prove_events(UNCAPPED[name])["outcome_cap"].value is None


def rest(old: str, new: str) -> str:
    """The script with a change after the groups of which too few would be left."""
    head, found, tail = SCRIPT.partition(f"CREATE TABLE {LEVEL} AS")
    before, short, after = tail.partition("short_rests AS (")
    assert found
    assert short
    return head + found + before + short + changed(old, new, after)


def of_rest(old: str, new: str) -> str:
    """The script with a change in the events that no cell of the level covers."""
    head, found, tail = SCRIPT.partition(f"CREATE TABLE {LEVEL} AS")
    before, left, after = tail.partition("rest AS (")
    assert found
    assert left
    return head + found + before + left + changed(old, new, after)


FEW_LEFT = {
    "no cell is held back": rest("\nANTI JOIN held_for_rest", "\nANTI JOIN held_for_next_level AS held_for_rest"),
    "what is held back is published alone": rest("\nANTI JOIN held_for_rest", "\nSEMI JOIN held_for_rest"),
    "some cells are never held back": rest("\nANTI JOIN held_for_rest\n    ON cells.persona", "\nANTI JOIN held_for_rest\n    ON cells.people > 5 AND cells.persona"),
    "only groups of one event are short": rest("BETWEEN 1 AND 1", "BETWEEN 0 AND 0"),
    "groups of more are not short": rest("count(DISTINCT events.person) BETWEEN", "count(*) BETWEEN"),
    "events are counted instead of people": rest("count(DISTINCT events.person) BETWEEN", "count(events.person) BETWEEN"),
    "the group is larger": rest("GROUP BY events.persona, events.gender", "GROUP BY events.gender"),
    "the group is smaller": rest("GROUP BY events.persona,", "GROUP BY events.outcome, events.persona,"),
    "one cell of all groups is held back": rest("PARTITION BY cells.persona,", "PARTITION BY"),
    "the second cell is held back": rest(") = 1", ") = 2"),
    "cells of other groups are held back": rest("AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type", "AND cells.event_type = short_rests.event_type"),
    "only some groups are looked at": rest("    GROUP BY events.persona", "    WHERE events.gender = 'F'\n    GROUP BY events.persona"),
    "what is covered counts as left": of_rest("ANTI JOIN cells", "SEMI JOIN cells"),
    "what other cells cover is not seen": of_rest("        AND events.outcome IS NOT DISTINCT FROM cells.outcome\n", ""),
    "events of an earlier level are looked at": of_rest("FROM private.persona_events__left_1 AS events", f"FROM {CANDIDATES} AS events"),
    "groups are left out that have a cell": rest("AND events.age IS NOT DISTINCT FROM beside.age", "AND events.age = beside.age"),
    "groups are looked at in part": rest("AND events.event_type IS NOT DISTINCT FROM beside.event_type", "AND events.event_type IS NOT DISTINCT FROM beside.event_type AND events.outcome IS NOT DISTINCT FROM beside.outcome"),
    "candidates are some of the events of a kind": in_table(CANDIDATES, "\n    AND events.event_type IS NOT DISTINCT FROM often.event_type", "\n    AND events.event_type IS NOT DISTINCT FROM often.event_type\n    AND events.outcome IS NOT DISTINCT FROM often.outcome"),
    "candidates are what a condition lets in": in_table(CANDIDATES, "\n    AND events.event_type IS NOT DISTINCT FROM often.event_type", "\n    AND events.event_type IS NOT DISTINCT FROM often.event_type\n    AND events.person > 1"),
    "candidates are filtered besides": in_table(CANDIDATES, ";", "\nWHERE events.outcome = 'guilty';"),
    "the rest calls one outcome what another is": of_rest("        events.event_type,\n        events.outcome\n", "        events.outcome AS event_type,\n        events.event_type AS outcome\n"),
    "the rest is read from elsewhere": rest("FROM rest AS events", "FROM private.persona_events__left_1 AS events"),
    "the rest is filtered": of_rest("),\n\n", "    WHERE events.gender = 'F'\n),\n\n"),
    "some of the events of a cell are not counted": in_table(LEVEL, OF_PEOPLE, f"    WHERE events.person % 2 = 0\n{OF_PEOPLE}"),
    "the events of some people are not counted": in_table(LEVEL, OF_PEOPLE, f"    ANTI JOIN {EVENTS} AS others\n        ON events.person IS NOT DISTINCT FROM others.persona\n{OF_PEOPLE}"),
    "the cell that stays behind is one of too few itself": in_table(LEVEL, HAVING, HAVING.replace(">= 2", "< 2")),
    "cells come in from elsewhere": rest("\nFROM cells\nANTI", "\nFROM private.persona_events__level_1 AS cells\nANTI"),
}  # fmt: skip


@pytest.mark.parametrize("name", FEW_LEFT)
def test_a_few_may_be_left_when(name: str) -> None:
    proof = prove_events(FEW_LEFT[name])["people_left"]
    assert proof.value is None or proof.value < 2, proof.reading
