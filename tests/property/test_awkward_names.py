"""Columns may be called almost anything: quoted, unicode, a word of SQL, a name that a step might use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from protected_court import LOADED, Rules, begin, declared, events_model, microdata_model, personas_model

from personatwin_sql.compile.event_protection import render_persona_events, roll_up_of
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.protection import Chosen, macro_model, render_k_anonymity, render_personas
from personatwin_sql.compile.published import RESERVED
from personatwin_sql.engine.frequencies import frequency_set
from personatwin_sql.engine.recount import (
    count_classes,
    count_personas,
    most_values_per_persona,
    recount,
)
from personatwin_sql.engine.recount_events import count_events
from personatwin_sql.engine.recount_placed import Events
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import UnitMap, lay_side_by_side, smallest_intersection
from personatwin_sql.spec.hierarchy import Dates, Flat, Taxonomy
from personatwin_sql.spec.protection import PersonaEvents, Personas
from personatwin_sql.spec.role import Role

NAMES = [
    "Ünïcode name", 'a "quoted" b', "select", "Age", "code", "unit", "size", "stated", "count", "authored",
    "groups", "members", "cells", "left", "values", "rows", "times", "it's", "given", "map", "known", "most",
    "everyone", "tuples", "blocks", "date", "units", "base", "published", "outcome", "counted", "year",
]  # fmt: skip


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def with_column(model: CompiledModel, name: str, unit: str) -> CompiledModel:
    """The model with one quasi-identifier of this name, a taxonomy, and a kept column beside it."""
    columns = (
        PublishedColumn(
            name,
            Role.QUASI_IDENTIFIER,
            "text",
            Taxonomy(rows=(("Ash", "Tree"),), levels=("group",), unmapped="top"),
            "ethnicity",
            never_merges=True,
        ),
        PublishedColumn(f"{name} kept", Role.SENSITIVE, "text", Flat()),
    )
    selected = ", ".join(quoted(each) for each in (unit, name, f"{name} kept"))
    parsed = replace(model.parsed, sql=f"SELECT {selected} FROM source.people")
    return replace(model, columns=columns, unit=unit, parsed=parsed)


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_any_name_comes_through(session: Session, name: str) -> None:
    assert not RESERVED.fullmatch(name)
    unit = f"{name} id"
    begin(session, [])
    session.run(
        f"CREATE TABLE source.people AS SELECT range AS {quoted(unit)}, "
        f"CASE WHEN range < 6 THEN 'Ash' ELSE 'Rose' END AS {quoted(name)}, "
        f"'x' AS {quoted(name + ' kept')} FROM range(12)",
        "begin",
    )
    chosen = Chosen(3, {name: 1})
    public = with_column(microdata_model(3), name, unit)
    session.run(render_k_anonymity(LOADED, public, chosen), "people_public")
    personas = with_column(personas_model(Rules(3), "people_public"), name, unit)
    promise = replace(cast(Personas, personas.protection), block=(name,), within_block=(name,))
    personas = replace(personas, protection=promise)
    session.run(render_personas(LOADED, personas, promise, chosen), "personas")
    authored = macro_model(personas).sql
    assert frequency_set(session, LOADED, public).total == 12
    found = recount(session, "people_public", authored, unit, [name], one_row_per_unit=True)
    assert count_classes(session, "people_public", found, [name], [1]).sizes.tolist() == [6, 6]
    found = recount(session, "personas", authored, unit, [name], one_row_per_unit=True)
    assert sorted(count_personas(session, "personas", found).sizes) == [3, 3, 3, 3]
    assert most_values_per_persona(session, found, [name]) == 1
    names = ("people_public", "personas")
    releases = lay_side_by_side(session, {model: UnitMap.of(model, unit) for model in names})
    assert smallest_intersection(session, releases, *names) == 3
    assert events_of(session, personas, promise, unit, [f"{name} of event", name + "2"]) == (4, 0)


def events_of(
    session: Session, personas: CompiledModel, promise: Personas, unit: str, dimensions: Sequence[str]
) -> tuple[int, int]:
    """Rows of one event each person, and how many of them the recount disputes."""
    values = "".join(f", 'kind' AS {quoted(name)}" for name in dimensions)
    session.run(
        f"CREATE TABLE source.events AS SELECT {quoted(unit)}, "
        f"DATE '2020-01-05' AS {quoted('day of event')}{values} FROM source.people",
        "begin",
    )
    model = events_model(Rules(3), 3)
    of_events = replace(cast(PersonaEvents, model.protection), outcome=None, k=declared(3))
    columns = (
        PublishedColumn("day of event", Role.QUASI_IDENTIFIER, "date", Dates(dates=("day", "year"))),
        *(PublishedColumn(name, Role.QUASI_IDENTIFIER, "text", Flat()) for name in dimensions),
    )
    selected = ", ".join(quoted(each) for each in (unit, "day of event", *dimensions))
    parsed = replace(model.parsed, sql=f"SELECT {selected} FROM source.events")
    model = replace(model, unit=unit, protection=of_events, columns=columns, parsed=parsed)
    session.run(render_persona_events(LOADED, model, of_events, personas), "persona_events")
    levels = roll_up_of(of_events, personas, promise)
    sql = macro_model(model).sql
    release = "release.persona_events"
    events = Events(
        "persona_events", sql, unit, "day of event", dimensions, None, "personas", levels, release
    )
    counted = count_events(session, events, (), 0.8, 3)
    return counted.rows, counted.rows_that_differ
