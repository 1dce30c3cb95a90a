"""Three models of a small court as the macros write them, and what the proof reads out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from personatwin_sql.compile.macro_library import MacroLibrary
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.proof import (
    Authored,
    Outcomes,
    PersonaColumns,
    Proof,
    prove_k_anonymity,
    prove_persona_events,
    prove_personas,
)
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.compile.rollup import roll_up_levels
from personatwin_sql.spec.hierarchy import Flat, Taxonomy, Widths
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import SqlFile
from personatwin_sql.spec.role import Role

K, K_EVENT, CAP = 3, 2, 0.8
QUASI = ("age", "gender", "ethnicity")
BESIDE = ("persona_id", "gender", "age")
PEOPLE_SQL = "SELECT person_id, age, gender, ethnicity, screening FROM private.stg_people"
EVENTS_SQL = "SELECT person_id, date, event_type, outcome FROM private.stg_events"

_HOME = library()
MACROS = MacroLibrary(
    {
        file.stem: SqlFile(file.stem, _HOME.shown(file), file.read_text(encoding="utf-8"), is_builtin=True)
        for file in sorted(Path(_HOME.folder / "macros").rglob("*.sql"))
    }
)
_ETHNICITY = Taxonomy(rows=(("Ash", "Tree"), ("Oak", "Tree"), ("Rose", "Flower")), levels=("group",))
COLUMNS = (
    PublishedColumn(
        "age", Role.QUASI_IDENTIFIER, "integer", Widths(widths=(10, 20)), level=1, raised_in_round=2
    ),
    PublishedColumn("gender", Role.QUASI_IDENTIFIER, "text", Flat(), level=0, never_merges=True),
    PublishedColumn(
        "ethnicity", Role.QUASI_IDENTIFIER, "text", _ETHNICITY, "ethnicity", level=1, raised_in_round=2
    ),
    PublishedColumn("screening", Role.SENSITIVE, "text", Flat()),
)
PEOPLE = Authored(PEOPLE_SQL, "person_id", (*QUASI, "screening"), one_row_per_unit=True)
EVENTS = Authored(EVENTS_SQL, "person_id", ("date", "event_type", "outcome"), one_row_per_unit=False)


def people_script(one_row_per_unit: bool = True) -> str:
    return MACROS.call(
        "k_anonymity",
        {
            "model": MacroModel("people_public", "models/people_public.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": COLUMNS,
            "k": K,
            "one_row_per_unit": one_row_per_unit,
        },
    )


def classes_script(one_row_per_unit: bool = True) -> str:
    """A table of the same people that publishes nothing but its classes."""
    return MACROS.call(
        "k_anonymity_of_classes",
        {
            "model": MacroModel("people_public", "models/people_public.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": COLUMNS[:3],
            "k": K,
            "one_row_per_unit": one_row_per_unit,
        },
    )


def personas_script(
    within_columns: tuple[str, ...] = (),
    one_row_per_unit: bool = True,
    within_block: tuple[str, ...] = ("age",),
) -> str:
    return MACROS.call(
        "personas",
        {
            "model": MacroModel("personas", "models/personas.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": COLUMNS,
            "block": ("gender",),
            "within_block": within_block,
            "within": "people_public",
            "k": K,
            "k_event": K_EVENT,
            "cap": CAP,
            "one_row_per_unit": one_row_per_unit,
            "within_columns": within_columns,
        },
    )


def events_script(sensitive: tuple[str, ...] = ("guilty",)) -> str:
    return MACROS.call(
        "persona_events",
        {
            "model": MacroModel("persona_events", "models/persona_events.sql", 1, EVENTS_SQL),
            "unit": "person_id",
            "date": "date",
            "dimensions": ("event_type", "outcome"),
            "texts": ("event_type", "outcome"),
            "personas": "personas",
            "block": ("gender",),
            "age": "age",
            "levels": roll_up_levels(("gender",), "age", "year"),
            "outcome": "outcome",
            "sensitive_outcomes": sensitive,
            "cap": CAP,
            "k_event": K_EVENT,
        },
    )


def prove_people(script: str, one_row_per_unit: bool = True) -> Proof:
    authored = replace(PEOPLE, one_row_per_unit=one_row_per_unit)
    return prove_k_anonymity(script, "people_public", authored, QUASI)


def prove_classes(script: str, one_row_per_unit: bool = True) -> Proof:
    authored = replace(PEOPLE, columns=QUASI, one_row_per_unit=one_row_per_unit)
    return prove_k_anonymity(script, "people_public", authored, QUASI)


def prove_merged(script: str) -> Mapping[str, Proof]:
    return prove_personas(script, "personas", PEOPLE, QUASI, ("screening",), "people_public")


def prove_events(script: str, sensitive: tuple[str, ...] = ("guilty",)) -> Mapping[str, Proof]:
    beside, outcomes = PersonaColumns("personas", BESIDE), Outcomes("outcome", sensitive)
    return prove_persona_events(script, "persona_events", EVENTS, "date", beside, outcomes)
