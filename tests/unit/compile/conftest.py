"""A small court whose models are rendered and read: what the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from personatwin_sql.compile.column import Authored, LineageColumn, Origin
from personatwin_sql.compile.jinja import ParsedModel, render
from personatwin_sql.compile.lineage import RelationSchema, read_select
from personatwin_sql.errors import Place
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.hierarchy import Dates, Flat, Hierarchy, Prefix, Widths
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.project import Project, SourceTable
from personatwin_sql.spec.role import Role

PEOPLE: tuple[tuple[str, Role, str, Hierarchy | None], ...] = (
    ("person_id", Role.PRIVACY_UNIT, "integer", None),
    ("name", Role.DIRECT_IDENTIFIER, "text", None),
    ("Case No", Role.DIRECT_IDENTIFIER, "text", None),
    ("age", Role.QUASI_IDENTIFIER, "integer", Widths(widths=(5, 10))),
    ("gender", Role.QUASI_IDENTIFIER, "text", Flat()),
    ("county", Role.QUASI_IDENTIFIER, "text", Flat()),
    ("zip", Role.QUASI_IDENTIFIER, "text", Prefix(prefix=(3,))),
    ("risk", Role.SENSITIVE, "text", None),
    ("größe", Role.INSENSITIVE, "integer", None),
)
EVENTS: tuple[tuple[str, Role, str, Hierarchy | None], ...] = (
    ("event_id", Role.DIRECT_IDENTIFIER, "integer", None),
    ("person_id", Role.PRIVACY_UNIT, "integer", None),
    ("date", Role.QUASI_IDENTIFIER, "date", Dates(dates=("month", "year"))),
    ("event_type", Role.SENSITIVE, "text", None),
    ("outcome", Role.SENSITIVE, "text", None),
    ("officer", Role.DIRECT_IDENTIFIER, "text", None),
)
STAGING = {
    "stg_people": "SELECT * FROM {{ source('court', 'people') }}",
    "stg_events": "SELECT * FROM {{ source('court', 'events') }}",
    "renamed": "SELECT person_id, name AS town FROM {{ ref('stg_people') }}",
    "namesakes": (
        "SELECT person_id, count(*) OVER (PARTITION BY name) AS namesakes FROM {{ ref('stg_people') }}"
    ),
    "filtered_by_name": "SELECT person_id, age FROM {{ ref('stg_people') }} WHERE name LIKE 'A%'",
    "grouped_by_name": (
        "SELECT person_id, count(*) AS n FROM {{ ref('stg_people') }} GROUP BY person_id, name"
    ),
    "filtered_by_risk": "SELECT person_id, age FROM {{ ref('stg_people') }} WHERE risk = 'high'",
    "filtered_by_unit": "SELECT person_id, age FROM {{ ref('stg_people') }} WHERE person_id <> 10001",
    "mixed": (
        "SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a "
        "CROSS JOIN (SELECT risk FROM {{ ref('stg_people') }} WHERE age = 97) AS b"
    ),
    "released": "{{ config(protection='k_anonymity') }}SELECT person_id, county FROM {{ ref('stg_people') }}",
}


@dataclass(frozen=True)
class Read:
    """A model after reading, with the relations that it could name."""

    parsed: ParsedModel
    schemas: Mapping[str, RelationSchema]

    @property
    def authored(self) -> Authored:
        return read_select(self.parsed, self.schemas)


def loaded_of(
    models: Mapping[str, str],
    macros: Mapping[str, str] | None = None,
    variables: Mapping[str, str | int | float | bool] | None = None,
) -> Loaded:
    """A project by hand: models and macros by name, sources `court.people` and `court.events`."""
    project = Project(
        name="county_court",
        domain="court",
        sources={
            "court": {"people": SourceTable(path="people.csv"), "events": SourceTable(path="events.csv")}
        },
        vars=dict(variables or {}),
    )
    return Loaded(
        root=Path(),
        project=project,
        domain=Domain(name="court", path="domains/court.yml"),
        target="prod",
        models=tuple(SqlFile(name, f"models/{name}.sql", text) for name, text in models.items()),
        macros={name: SqlFile(name, f"macros/{name}.sql", text) for name, text in (macros or {}).items()},
        properties={},
        places={},
    )


def _source(
    name: str, columns: tuple[tuple[str, Role, str, Hierarchy | None], ...], *, is_people: bool
) -> RelationSchema:
    return RelationSchema(
        tuple(
            LineageColumn(
                name=column,
                role=role,
                type=kind,
                hierarchy=hierarchy,
                origins=frozenset({Origin(name, column)}),
                declared_at=Place("domains/court.yml", line),
            )
            for line, (column, role, kind, hierarchy) in enumerate(columns, start=10)
        ),
        one_row_per_unit=is_people,
    )


@pytest.fixture(scope="session")
def sources() -> Mapping[str, RelationSchema]:
    return {
        "source.court__people": _source("court.people", PEOPLE, is_people=True),
        "source.court__events": _source("court.events", EVENTS, is_people=False),
    }


@pytest.fixture(scope="session")
def read_models(sources: Mapping[str, RelationSchema]) -> Callable[..., dict[str, Read]]:
    """Renders the staging models and those given, and reads all but the last of them."""

    def read(models: Mapping[str, str]) -> dict[str, Read]:
        parsed = render(loaded_of({**STAGING, **models}))
        schemas = dict(sources)
        reads = {}
        last = parsed[-1].name
        for model in parsed:
            reads[model.name] = Read(model, dict(schemas))
            if model.name == last:
                break
            schemas[f"{model.access}.{model.name}"] = _schema(reads[model.name])
        return reads

    return read


def _schema(read: Read) -> RelationSchema:
    authored = read.authored
    if read.parsed.access == "private":
        return RelationSchema(
            authored.columns,
            authored.one_row_per_unit,
            authored.filters,
            authored.reads,
            mixes_people=authored.mixes_people,
        )
    released = ("county", "text"), ("people", "integer")
    return RelationSchema(tuple(LineageColumn(name, Role.INSENSITIVE, type=kind) for name, kind in released))


@pytest.fixture(scope="session")
def project() -> Callable[..., Loaded]:
    return loaded_of
