"""JSON Schema of the files that builds write, for programs that read them. More keys may come."""

from __future__ import annotations

from typing import Any

from personatwin_sql.release.private_schemas import (
    exported_budget,
    exported_privacy,
    released_budget,
    released_privacy,
)
from personatwin_sql.release.result import BANDS
from personatwin_sql.spec.json_schema import DIALECT
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.role import Role

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_TRUTH: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "string", "format": "date-time"}
_DIGEST: Schema = {"type": "string", "pattern": "^([0-9a-f]{64})?$"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(**properties: Schema) -> Schema:
    """Each of the properties is there; others may be."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _map_of(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


_RULES = _map_of(_object(value={"type": ["string", "number"]}, declared_at=_TEXT))
_COLUMNS = _map_of(
    _object(
        role={"enum": [role.value for role in Role]},
        type=_TEXT,
        hierarchy=_or_null(_TEXT),
        level=_or_null(_COUNT),
        height=_or_null(_COUNT),
        level_name=_or_null(_TEXT),
        description=_TEXT,
        lineage=_TEXTS,
    )
)
_NUMBER = _or_null({"type": "number"})
_GUARANTEES = _map_of(
    _object(
        direction={"enum": ["at_least", "at_most"]},
        required={"type": "number"},
        proven=_NUMBER,
        measured=_NUMBER,
        measured_words=_TEXT,
        holds=_TRUTH,
        proof=_TEXT,
        declared_at=_TEXT,
    )
)
_RUN: dict[str, Schema] = {
    "project": _TEXT,
    "tool_version": _TEXT,
    "target": _TEXT,
    "level": {"enum": list(PRESETS)},
    "domain": _TEXT,
}
_NODE = {
    **_object(
        kind={"enum": ["source", "model", "test", "unit_test"]},
        access={"enum": ["private", "release"]},
        path=_TEXT,
        description=_TEXT,
        depends_on=_TEXTS,
        rules=_RULES,
        columns=_COLUMNS,
        fingerprint=_DIGEST,
    ),
    "if": {"properties": {"access": {"const": "release"}}},
    "then": _object(protection=_TEXT, guarantees=_GUARANTEES, digest=_DIGEST),
}


def lock_schema() -> Schema:
    """`project.lock`: target → model → k and the level of each column, or where classes differ the finest and
    the coarsest one."""
    k, levels = {"type": "integer", "minimum": 1}, _map_of(_COUNT)
    kind = {"enum": ["local", "multidimensional", "cell", "means"]}
    of_all = _object(k=k, levels=levels)
    by_class = _object(k=k, recoding=kind, levels=levels, coarsest=levels)
    for each, optional in (
        (of_all, {"loss": _TEXT}),
        (by_class, {"loss": _TEXT, "microaggregate": _map_of(_TEXT)}),
    ):
        each["properties"] |= optional
        each["additionalProperties"] = False
    choice = {"anyOf": [of_all, by_class]}
    whole = _object(version={"const": 1}, targets=_map_of(_map_of(choice)))
    return _titled("project.lock", {**whole, "additionalProperties": False})


def manifest_schema() -> Schema:
    """`target/manifest.json`."""
    node = {**_NODE, "properties": {**_NODE["properties"], "privacy": released_privacy()}}
    whole = _object(version=_COUNT, **_RUN, generated_at=_TIME, fingerprint=_DIGEST, nodes=_map_of(node))
    properties = {**whole["properties"], "ledger": _list_of(_DIGEST)}
    return _titled("target/manifest.json", {**whole, "properties": properties})


def run_results_schema() -> Schema:
    """`target/run_results.json`."""
    status = {"enum": ["ok", "replay", "unchanged", "held", "failed", "skipped", "warned", "warn", "pass"]}
    result = _object(node=_TEXT, status=status, seconds={"type": "number", "minimum": 0}, codes=_TEXTS)
    return _titled(
        "target/run_results.json",
        _object(
            version=_COUNT,
            **_RUN,
            generated_at=_TIME,
            published=_TRUTH,
            seconds={"type": "number", "minimum": 0},
            results=_list_of(result),
        ),
    )


def report_schema() -> Schema:
    """`release/report.json`, and the owner's, which says more."""
    model = _object(
        name=_TEXT,
        protection=_TEXT,
        path=_TEXT,
        rows=_COUNT,
        people=_or_null(_COUNT),
        classes=_or_null(_COUNT),
        suppressed=_or_null(_TEXT),
        rules=_RULES,
        columns=_COLUMNS,
        guarantees=_GUARANTEES,
        risk=_list_of(
            _object(measure=_TEXT, value={"type": "number"}, formula=_TEXT, source=_TEXT, words=_TEXT)
        ),
        band=_or_null({"enum": list(BANDS)}),
        privacy=_or_null(released_privacy()),
        digest=_DIGEST,
    )
    verdict = _object(band={"enum": list(BANDS)}, title=_TEXT, text=_TEXT)
    return _titled(
        "release/report.json",
        _object(
            version=_COUNT,
            **_RUN,
            built_at=_TIME,
            fingerprint=_DIGEST,
            verdict=_or_null(verdict),
            models=_list_of(model),
            budgets=_list_of(released_budget()),
            not_promised=_list_of(_object(label=_TEXT, text=_TEXT)),
            sources=_list_of(_object(name=_TEXT, path=_TEXT, digest=_TEXT, date=_TEXT)),
        ),
    )


def export_schema() -> Schema:
    """`manifest.json` of an export."""
    column = _object(name=_TEXT, type=_TEXT, role=_TEXT, level=_or_null(_TEXT), description=_TEXT)
    file = _object(
        table=_TEXT,
        path=_TEXT,
        rows=_COUNT,
        bytes=_COUNT,
        sha256=_DIGEST,
        protection=_TEXT,
        people=_or_null(_COUNT),
        privacy=_or_null(exported_privacy()),
        columns=_list_of(column),
    )
    guarantee = _object(
        model=_TEXT,
        guarantee=_TEXT,
        required={"type": "number"},
        proven=_NUMBER,
        measured=_NUMBER,
        words=_TEXT,
    )
    return _titled(
        "manifest.json of an export",
        _object(
            version=_COUNT,
            project=_TEXT,
            tool_version=_TEXT,
            built_at=_TIME,
            level=_TEXT,
            format={"enum": ["csv", "parquet", "json"]},
            reading=_map_of(_TEXT),
            files=_list_of(file),
            guarantees=_list_of(guarantee),
            budgets=_list_of(exported_budget()),
            not_promised=_list_of(_object(label=_TEXT, text=_TEXT)),
        ),
    )


def _titled(title: str, schema: Schema) -> Schema:
    return {"$schema": DIALECT, "title": title, **schema}
