"""What proves a repair: the author's events untouched, and beside them events that say that they were added."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

import pytest
from promised import DATES, column, personas
from promised import compiled as compiled_model
from promised import persona_events as promised_events
from proven_scripts import MACROS

from personatwin_sql.compile.event_protection import render_persona_events
from personatwin_sql.compile.guarantees import guarantees_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.proof import Authored
from personatwin_sql.compile.proof.repair import prove_repair
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.compile.strategy import repair_macro
from personatwin_sql.spec.domain import Domain, MustFollow, OrderRules, RequiresClosure
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.project import StrategyName
from personatwin_sql.spec.protection import PersonaEvents, Strategy
from personatwin_sql.spec.role import Role
from tests.unit.compile.conftest import loaded_of

RULES = OrderRules(
    must_follow=(MustFollow(event="trial", after="arrest"),),
    requires_closure=(RequiresClosure(event="trial", closed_by="verdict"),),
)
SQL = "SELECT person_id, date, event_type, outcome FROM private.stg_events"
AUTHORED = Authored(SQL, "person_id", ("date", "event_type", "outcome"), one_row_per_unit=False)
SCRIPT = MACROS.call(
    "repaired_events",
    {
        "model": MacroModel("persona_events", "models/persona_events.sql", 1, f"    {SQL}"),
        "unit": "person_id",
        "date": "date",
        "dimensions": ["event_type", "outcome"],
        "rules": repair_macro(RULES),
    },
)


def changed(old: str, new: str) -> str:
    assert SCRIPT.count(old) >= 1, old
    return SCRIPT.replace(old, new, 1)


def test_the_repair_is_proven() -> None:
    proof = prove_repair(SCRIPT, "persona_events", AUTHORED)
    assert proof.value == 1, proof.reading


NOT_PROVEN = {
    "the author's SELECT is another": (changed(SQL, f"{SQL} WHERE outcome IS NULL"), "as written"),
    "the author's SELECT has other columns": (changed("authored AS (", "authored(person_id, date, outcome, event_type) AS ("), "TableAlias"),
    "real events are marked as added": (changed("FALSE AS is_added", "TRUE AS is_added"), "FALSE"),
    "added events are marked as real": (changed("TRUE AS is_added", "FALSE AS is_added"), "TRUE"),
    "marks are computed": (changed("TRUE AS is_added", "added_day IS NULL AS is_added"), "TRUE"),
    "real events are left out": (changed("FROM authored\nUNION", "FROM authored\nWHERE outcome IS NULL\nUNION"), "where"),
    "real events are changed": (changed("    outcome,\n    FALSE", "    'guilty' AS outcome,\n    FALSE"), "computed"),
    "real events are missing": (changed("    FALSE AS is_added\nFROM authored", "    FALSE AS is_added\nFROM persons"), "not read"),
    "equal events become one": (changed("UNION ALL\nSELECT\n    person_id,\n    added_day", "UNION\nSELECT\n    person_id,\n    added_day"), "Union with distinct"),
    "people are invented": (changed("    person_id,\n    added_day", "    upper(person_id) AS person_id,\n    added_day"), "unit"),
    "people are those of others": (changed("    person_id,\n    added_day AS date", "    added_type AS person_id,\n    added_day AS date"), "unit"),
    "people change places": (changed("    person_id,\n    added_day AS date,\n    added_type AS event_type,", "    added_type AS event_type,\n    added_day AS date,\n    person_id,"), "columns"),
    "people come from elsewhere": (changed("FROM authored\n    WHERE", "FROM private.stg_people\n    WHERE"), "Table with db"),
    "a person becomes many": (changed("FROM added;", "FROM added CROSS JOIN private.stg_people;"), "joins"),
    "others are looked up": (changed("    FROM wanted\n", "    FROM wanted\n    WHERE n_0 > (SELECT count(*) FROM private.stg_people)\n"), "subquery"),
    "another table is made": (changed("private.persona_events__repaired", "private.persona_events__events"), "made instead"),
    "nothing is added": (SCRIPT[: SCRIPT.index("\nUNION ALL\nSELECT\n    person_id,\n    added_day")], "nothing is added"),
    "there are two statements": (f"{SCRIPT} SELECT 1", "one statement"),
    "it cannot be read": ("CREATE TABLE (", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PROVEN)
def test_no_repair_is_proven_when(name: str) -> None:
    script, reason = NOT_PROVEN[name]
    proof = prove_repair(script, "persona_events", AUTHORED)
    assert proof.value is None
    assert reason in proof.reading, proof.reading


_HOME = library()
_MACROS = {
    file.stem: SqlFile(file.stem, _HOME.shown(file), file.read_text(encoding="utf-8"), is_builtin=True)
    for file in sorted((_HOME.folder / "macros").rglob("*.sql"))
}


def court(strategy: Strategy) -> tuple[CompiledModel, CompiledModel, Loaded, PersonaEvents]:
    promise = promised_events(outcome="outcome", strategy=strategy, finest_period="year")
    events = compiled_model(
        "persona_events",
        promise,
        (
            column("date", hierarchy=DATES, type="date"),
            column("event_type", Role.SENSITIVE),
            column("outcome", Role.SENSITIVE),
        ),
    )
    people = compiled_model("personas", personas(), (column("gender"), column("ethnicity"), column("age")))
    loaded = loaded_of({})
    domain = Domain(name="court", path="domains/court.yml")
    return events, people, Loaded(**{**vars(loaded), "macros": _MACROS, "domain": domain}), promise


@pytest.mark.parametrize("name", ["aggregate", "sample", "representative", "sequence"])
def test_a_script_with_a_strategy_is_proven(name: StrategyName) -> None:
    events, people, loaded, promise = court(strategy(name))
    script = render_persona_events(loaded, events, promise, people)
    proofs = {each.name: each for each in guarantees_of(events, script, people)}
    assert all(proof.is_proven for proof in proofs.values())
    assert proofs["k_event"].proven == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HAVING", "WHERE"),
        ("TRUE AS is_added", "FALSE AS is_added"),
        ("FROM private.persona_events__cells", "FROM private.persona_events__events"),
    ],
)
def test_a_script_is_not_proven_where_a_part_of_it_is_not(old: str, new: str) -> None:
    events, people, loaded, promise = court(strategy("sequence"))
    script = render_persona_events(loaded, events, promise, people)
    assert old in script
    broken = guarantees_of(events, script.replace(old, new), people)
    assert not any(guarantee.is_proven for guarantee in broken if not guarantee.measured_only)


def strategy(name: StrategyName) -> Strategy:
    return Strategy(
        name,
        promised_events().k if name == "sample" else None,
        RULES if name in ("sequence", "aggregate") else None,
    )
