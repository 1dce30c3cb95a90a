"""JSON Schema of the files that people write: out of the very types that read them, for editors.

A schema knows the form of a file. What one part asks of another (a level that is loosened, levels that do
not nest, names that do not exist) only the loader knows.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from personatwin_sql.spec.csv_taxonomy import WrittenCsv
from personatwin_sql.spec.data_test import KINDS as TEST_KINDS
from personatwin_sql.spec.hidden_characters import WrittenMask, WrittenPrefix
from personatwin_sql.spec.hierarchy_reader import (
    WrittenCoding,
    WrittenDates,
    WrittenIntervals,
    WrittenTable,
    WrittenWidths,
)
from personatwin_sql.spec.order_groups import WrittenOrder
from personatwin_sql.spec.project import Project
from personatwin_sql.spec.properties_reader import WrittenProperties
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.taxonomy_reader import WrittenTaxonomy
from personatwin_sql.spec.written_domain import WrittenDomain

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
HIERARCHIES: Mapping[str, type[Strict]] = {
    "widths": WrittenWidths,
    "intervals": WrittenIntervals,
    "coding": WrittenCoding,
    "prefix": WrittenPrefix,
    "mask": WrittenMask,
    "dates": WrittenDates,
    "taxonomy": WrittenTaxonomy,
    "order": WrittenOrder,
    "csv": WrittenCsv,
    "table": WrittenTable,
}
"""Each kind of hierarchy with the type that reads it."""
_GROUP: Schema = {
    "anyOf": [
        {
            "type": "array",
            "minItems": 1,
            "items": {"type": ["string", "number", "boolean"], "not": {"const": "*"}},
        },
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"not": {"const": "*"}},
            "additionalProperties": {"$ref": "#/$defs/Group"},
        },
    ]
}


def project_schema() -> Schema:
    """`project.yml`."""
    return _whole(Project, "project.yml")


def domain_schema() -> Schema:
    """`domains/*.yml`."""
    schema = _whole(WrittenDomain, "domains/*.yml")
    definitions = schema["$defs"]
    definitions["Group"] = _GROUP
    for kind, model in HIERARCHIES.items():
        definitions[f"hierarchy {kind}"] = _definition(model, definitions)
    definitions["hierarchy taxonomy"]["properties"]["taxonomy"] = {"$ref": "#/$defs/Group"}
    one_kind = {"oneOf": [{"$ref": f"#/$defs/hierarchy {kind}"} for kind in HIERARCHIES]}
    definitions["Hierarchy"] = one_kind
    schema["properties"]["hierarchies"]["additionalProperties"] = {"$ref": "#/$defs/Hierarchy"}
    definitions["WrittenColumn"]["properties"]["hierarchy"]["anyOf"] = [
        {"type": "string"},
        {"$ref": "#/$defs/Hierarchy"},
    ]
    return schema


def models_schema() -> Schema:
    """`models/**/*.yml`."""
    schema = _whole(WrittenProperties, "models/**/*.yml")
    definitions = schema["$defs"]
    kinds = {kind: _test_of(model, definitions) for kind, model in TEST_KINDS.items()}
    definitions["Test"] = {
        "anyOf": [
            {
                "type": "string",
                "description": "One of the built-in tests, or one of the project's macros/test_*.sql",
            },
            {"type": "object", "minProperties": 1, "maxProperties": 1, "properties": kinds},
        ]
    }
    for definition in definitions.values():
        for name in ("tests", "data_tests"):
            if name in definition.get("properties", {}):
                definition["properties"][name]["items"] = {"$ref": "#/$defs/Test"}
    return schema


def _test_of(model: type[Strict], definitions: Schema) -> Schema:
    """Its arguments beside each other or, as newer dbt has it, under `arguments:`."""
    beside = _definition(model, definitions)
    frame = {name: value for name, value in beside["properties"].items() if name in _FRAME}
    inside = {**beside, "properties": {**frame, "arguments": {"type": "object"}}, "required": ["arguments"]}
    return {"anyOf": [beside, inside]}


_FRAME = ("name", "description", "config")


def _whole(model: type[BaseModel], title: str) -> Schema:
    schema = model.model_json_schema()
    schema.setdefault("$defs", {})
    _describe(schema, model)
    for found in _models_in(model):
        if found.__name__ in schema["$defs"]:
            _describe(schema["$defs"][found.__name__], found)
    _without_null(schema)
    return {"$schema": DIALECT, **schema, "title": title}


def _definition(model: type[Strict], definitions: Schema) -> Schema:
    """The schema of a model, what it refers to laid beside it."""
    schema = model.model_json_schema()
    for name, found in schema.pop("$defs", {}).items():
        definitions.setdefault(name, found)
    _describe(schema, model)
    _without_null(schema)
    return schema


def _without_null(schema: Any) -> None:
    """No key may be without a value: what is None inside is not written at all."""
    if isinstance(schema, list):
        for part in schema:
            _without_null(part)
    elif isinstance(schema, dict):
        if "anyOf" in schema:
            schema["anyOf"] = [part for part in schema["anyOf"] if part != {"type": "null"}]
        if schema.get("default", "") is None:
            del schema["default"]
        for part in schema.values():
            _without_null(part)


def _describe(schema: Schema, model: type[BaseModel]) -> None:
    """What stands under each field in its class is what an editor shows."""
    for base in reversed([base for base in model.__mro__ if issubclass(base, BaseModel)]):
        for name, text in _field_docstrings(base):
            if name in schema.get("properties", {}):
                schema["properties"][name].setdefault("description", text)


def _field_docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    if model is BaseModel:
        return
    (written,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(model))).body
    if not isinstance(written, ast.ClassDef):
        return
    for field, after in pairwise(written.body):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)


def _models_in(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Every model that a model is made of."""
    found: set[type[BaseModel]] = set()
    border: list[object] = [field.annotation for field in model.model_fields.values()]
    while border:
        annotation = border.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation not in found:
                found.add(annotation)
                border.extend(field.annotation for field in annotation.model_fields.values())
        else:
            border.extend(getattr(annotation, "__args__", ()))
    return found
