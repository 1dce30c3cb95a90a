"""Small projects and models as compile receives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from personatwin_sql.compile.column import Authored, LineageColumn, Origin
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.domain import Domain, PersonaRules
from personatwin_sql.spec.hierarchy import Dates, Flat, Hierarchy, Intervals, Widths
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import Privacy, Project, SourceTable
from personatwin_sql.spec.protection import Declared, KAnonymity, PersonaEvents, Personas, Protection
from personatwin_sql.spec.role import Role

AGE = Widths(widths=(5, 10, 20, 40), bottom=0, top=90, measures="age")
PRIORS = Intervals(intervals=((1, 5),), bottom=0, top=20)
DATES = Dates(dates=("day", "week", "month", "quarter", "year"))
PATH = "models/release/people_public.sql"


def project(level: str = "medium", **privacy: Any) -> Loaded:
    """A project at a privacy level, with further keys of `privacy`."""
    return Loaded(
        root=Path(),
        project=Project(
            name="court",
            domain="court",
            sources={"court": {"people": SourceTable(path="people.csv")}},
            privacy=Privacy(level=level, **privacy),
        ),
        domain=Domain(
            name="court",
            path="domains/court.yml",
            hierarchies={"age": AGE, "prior_offenses": PRIORS, "date": DATES},
            sensitive_outcomes=("guilty",),
            personas=PersonaRules(block=("gender", "ethnicity"), within_block=("age",)),
        ),
        target="prod",
        models=(),
        macros={},
        properties={},
        places={
            "project.privacy": Place("project.yml", 9, 1),
            **{f"project.privacy.{key}": Place("project.yml", 9, 20) for key in privacy},
        },
    )


def written(**config: Any) -> ParsedModel:
    """A model with this config, each key at a column of its own."""
    places = {key: Place(PATH, 1, 11 + 10 * number) for number, key in enumerate(config)}
    access = "release" if "protection" in config else "private"
    return ParsedModel("people_public", PATH, "SELECT 1", config, places, (), (), {}, access)


def column(
    name: str, role: Role = Role.QUASI_IDENTIFIER, hierarchy: Hierarchy | None = None, **facts: Any
) -> LineageColumn:
    facts.setdefault("origins", frozenset({Origin("court.people", name)}))
    return LineageColumn(name, role, hierarchy, **facts)


UNIT = column("person_id", Role.PRIVACY_UNIT, type="integer")


def select(*columns: LineageColumn) -> Authored:
    return Authored((UNIT, *columns), frozenset(), frozenset(), one_row_per_unit=True)


def number(value: float) -> Declared:
    return Declared(value, Place("project.yml", 1))


def k_anonymity(k: float = 5, **fields: Any) -> KAnonymity:
    return KAnonymity(number(k), number(0.05), number(0.05), **fields)


def personas(k: float = 5, within: str | None = None, **fields: Any) -> Personas:
    fields = {"block": ("gender", "ethnicity"), "within_block": ("age",), **fields}
    return Personas(number(k), number(50), number(0.05), number(0.05), number(3), within=within, **fields)


def persona_events(k_event: float = 3, outcome: str | None = None, **fields: Any) -> PersonaEvents:
    fields = {"personas": "personas", "finest_period": "month", **fields}
    return PersonaEvents(
        number(5), number(k_event), outcome=outcome, sensitive_outcomes=(), outcome_cap=0.8, **fields
    )


def compiled(
    name: str,
    protection: Protection | None,
    columns: Sequence[LineageColumn],
    config: Mapping[str, Any] | None = None,
) -> CompiledModel:
    """A model after its columns were read; floors at 0."""
    return CompiledModel(
        parsed=replace(written(**(config or {"protection": "any"})), name=name),
        authored=select(*columns),
        protection=protection,
        unit="person_id",
        columns=tuple(
            PublishedColumn(
                name=each.name,
                role=each.role,
                type=each.type,
                hierarchy=each.hierarchy or Flat(),
                hierarchy_name=each.hierarchy_name,
                never_merges=each.merge == "never",
                lineage=each,
            )
            for each in columns
        ),
    )


def codes(diagnostics: Sequence[Diagnostic]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]
