"""What proves randomised response: the law is read from the SQL, and nothing but the law is there."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from fractions import Fraction

import pytest
from proven_scripts import MACROS

from personatwin_sql.compile.proof import Authored, Told, prove_randomised
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.compile.randomised import Response
from personatwin_sql.privacy.noise.randomised_response import response_law

SQL = "SELECT event_id, person_id, date, outcome FROM private.stg_events"
AUTHORED = Authored(SQL, "person_id", ("date", "outcome"), one_row_per_unit=False)
OUTCOMES = ("dismissed", "guilty", "it's open")
LAW = response_law(Fraction(1, 10), 3)
TOLD = Told("event_id", "outcome", OUTCOMES, "randomised response abc")
SCRIPT = MACROS.call(
    "randomised_outcomes",
    {
        "model": MacroModel("persona_events", "models/persona_events.sql", 1, f"    {SQL}"),
        "unit": "person_id",
        "event": "event_id",
        "columns": ("date", "outcome"),
        "outcome": "outcome",
        "response": Response("0.1", OUTCOMES, LAW.other, LAW.changing, TOLD.label),
    },
)


def changed(old: str, new: str) -> str:
    assert SCRIPT.count(old) >= 1, old
    return SCRIPT.replace(old, new)


def test_the_law_is_proven_to_the_last_draw() -> None:
    proof = prove_randomised(SCRIPT, "persona_events", AUTHORED, TOLD)
    assert proof.value == float(LAW.epsilon), proof.reading


def test_a_law_with_fewer_draws_is_proven_to_be_weaker() -> None:
    half = LAW.other // 2
    weaker = SCRIPT.replace(str(LAW.changing), str(2 * half)).replace(str(LAW.other), str(half))
    proof = prove_randomised(weaker, "persona_events", AUTHORED, TOLD)
    assert proof.value is not None
    assert proof.value > float(LAW.epsilon)


NOT_PROVEN = {
    "the author's SELECT is another": changed(SQL, f"{SQL} WHERE outcome IS NULL"),
    "fewer draws tell another outcome": changed(f"< {LAW.changing}", f"< {LAW.other}"),
    "more draws tell another outcome": changed(f"< {LAW.changing}", f"<= {LAW.changing}"),
    "one outcome is told more often": changed(f"// {LAW.other}", f"// {LAW.other + 1}"),
    "an outcome is told as itself": changed("1 + (pt_place", "0 + (pt_place"),
    "an outcome is never told": changed("% 3", "% 2"),
    "an outcome is missing from the list": changed("'guilty', ", ""),
    "an outcome is one that nobody knows": changed("'guilty'", "'innocent'"),
    "draws have no secret": changed("getvariable('release_secret')", "'secret'"),
    "draws have another label": changed(TOLD.label, "randomised response abd"),
    "draws hang on the outcome alone": changed("authored.event_id,", "'x',"),
    "draws of all events of a person are one": changed("length(CAST(authored.event_id AS VARCHAR)),\n            authored.event_id,", "1,"),
    "draws of all people are one": changed("authored.person_id,\n            length", "1,\n            length"),
    "draws do not hang on the outcome": changed("authored.event_id,\n            authored.outcome", "authored.event_id"),
    "texts run into each other": changed("length(CAST(authored.person_id AS VARCHAR)),\n", ""),
    "draws are fewer bits": changed("16)) AS UBIGINT", "4)) AS UBIGINT"),
    "draws are of another hash": changed("sha256(", "md5("),
    "draws are not secret at all": changed("sha256(concat_ws(", "sha256(upper("),
    "each build draws anew": changed("authored.outcome\n        )), 16)", "authored.outcome || random()\n        )), 16)"),
    "the truth stands beside": changed("    date,\n    CASE", "    pt_place AS date,\n    CASE"),
    "the truth is told where it is guilty": changed("ELSE CAST(outcome AS VARCHAR)", "WHEN outcome = 'guilty' THEN 'guilty' ELSE CAST(outcome AS VARCHAR)"),
    "unlisted outcomes are told": changed("WHEN pt_place IS NULL THEN NULL", "WHEN pt_place IS NULL THEN outcome"),
    "events are left out": changed("FROM drawn;", "FROM drawn WHERE pt_draw > 9;"),
    "events are doubled": changed("FROM drawn;", "FROM drawn CROSS JOIN drawn AS others;"),
    "a person is another": changed("SELECT\n    person_id,", "SELECT\n    pt_draw AS person_id,"),
    "columns of the author's change places": changed("WITH authored AS (", "WITH authored(event_id, outcome, date, person_id) AS ("),
    "columns of the draws change places": changed("drawn AS (", "drawn(person_id, outcome, date, pt_place, pt_draw) AS ("),
    "a query stands between": changed("drawn AS (", "others AS (SELECT 1), drawn AS ("),
    "few events are told": changed("FROM drawn;", "FROM drawn QUALIFY row_number() OVER (PARTITION BY person_id) = 1;"),
    "some events are told": changed("FROM drawn;", "FROM drawn USING SAMPLE 50%;"),
    "events told alike are one": changed("SELECT\n    person_id,\n    date,\n    CASE", "SELECT DISTINCT\n    person_id,\n    date,\n    CASE"),
    "the truth is told once more": changed("FROM drawn;", "FROM drawn UNION ALL SELECT person_id, date, outcome FROM drawn;"),
    "places are those of other texts": changed("CAST(authored.outcome AS VARCHAR)) AS pt_place", "lower(CAST(authored.outcome AS VARCHAR))) AS pt_place"),
    "the lists are in two orders": changed("list_extract(\n            ['dismissed', 'guilty',", "list_extract(\n            ['guilty', 'dismissed',"),
    "bits are those at the end": changed("left(sha256", "right(sha256"),
    "parts of the text are not held apart": changed("'|',", "'',"),
    "the secret is another variable": changed("'release_secret'", "'RELEASE_SECRET'"),
    "no draw is made": SCRIPT.replace(str(LAW.other), "0").replace(str(LAW.changing), "0"),
    "a table may be there already": changed("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"),
    "another table is made": changed("private.persona_events__randomised", "private.persona_events__events"),
    "there are two statements": f"{SCRIPT} SELECT 1",
    "it is a view": changed("CREATE TABLE", "CREATE VIEW"),
    "it cannot be read": "CREATE TABLE (",
    "nothing is drawn": f"CREATE TABLE private.persona_events__randomised AS WITH authored AS ({SQL}) SELECT person_id, date, outcome FROM authored",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PROVEN)
def test_no_law_is_proven_when(name: str) -> None:
    proof = prove_randomised(NOT_PROVEN[name], "persona_events", AUTHORED, TOLD)
    assert proof.value is None, proof.reading
