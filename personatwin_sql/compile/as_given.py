"""Released tables as they would be with nobody left out and nothing rolled up: for the owner alone."""

from __future__ import annotations

from personatwin_sql.compile.event_protection import dimensions_of
from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, age_of, blocks_of, macro_model, recoded
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.strategy import IS_ADDED, is_repaired, when_columns
from personatwin_sql.spec.hierarchy import TOP
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import PersonaEvents, Personas


def people_as_given(loaded: Loaded, model: CompiledModel, chosen: Chosen) -> str:
    """A SELECT of everybody in a k_anonymity or personas model, at the levels of the release."""
    return call_macro(
        loaded,
        "as_given",
        model=macro_model(model),
        unit=model.unit,
        columns=recoded(model, chosen),
        one_row_per_unit=model.authored.one_row_per_unit,
    )


def people_public_as_given(loaded: Loaded, model: CompiledModel, chosen: Chosen) -> str:
    """The same in the columns of the released table: without the unit."""
    columns = ", ".join(identifier(column.name) for column in model.columns if not column.is_hidden)
    return f"SELECT {columns} FROM (\n{people_as_given(loaded, model, chosen)}\n)"


def personas_as_given(loaded: Loaded, model: CompiledModel, chosen: Chosen) -> str:
    """Everybody as a persona of one."""
    columns = ", ".join(identifier(column.name) for column in model.columns if not column.is_hidden)
    people = people_as_given(loaded, model, chosen)
    return f"SELECT NULL AS persona_id, 1 AS people, {columns} FROM (\n{people}\n)"


def events_as_given(
    loaded: Loaded, model: CompiledModel, personas: CompiledModel, rules: Personas, chosen: Chosen
) -> str:
    """All events of all people, counted by what persona events name: block, age, kind of event."""
    age = age_of(personas, rules)
    names = [identifier(name) for name in (*blocks_of(personas, rules), *((age,) if age else ()))]
    kinds = [identifier(name) for name in dimensions_of(model)]
    unit, other = identifier(str(model.unit)), identifier(str(personas.unit))
    promise = model.protection
    when = when_columns(promise.strategy) if isinstance(promise, PersonaEvents) else ()
    listed = "".join(f"people.{name}, " for name in names)
    listed += "".join(f"{'NULL' if name == 'step' else literal(TOP)} AS {name}, " for name in when)
    listed += "".join(f"events.{name}, " for name in kinds)
    listed += f"FALSE AS {IS_ADDED}, " if is_repaired(model) else ""
    own = ", ".join((unit, *kinds))
    return f"""WITH held AS (
    SELECT {own}, count(*) AS __events FROM (\n{macro_model(model).sql}\n) GROUP BY {own}
)
SELECT 'all' AS level, NULL AS persona_id, {listed}
    count(*) AS people, CAST(sum(events.__events) AS BIGINT) AS events
FROM held AS events
INNER JOIN (\n{people_as_given(loaded, personas, chosen)}\n) AS people ON events.{unit} = people.{other}
GROUP BY ALL"""
