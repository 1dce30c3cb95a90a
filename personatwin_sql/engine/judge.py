"""DuckDB's own parser as the judge of an author's SQL: it parses, and it is one SELECT."""

from __future__ import annotations

import json
from typing import Protocol

import _duckdb as duckdb

from personatwin_sql.engine.engine_text import EngineText
from personatwin_sql.engine.session import parser
from personatwin_sql.errors import Diagnostic, Place

_MODIFYING = frozenset({"INSERT_QUERY_NODE", "UPDATE_QUERY_NODE", "DELETE_QUERY_NODE", "MERGE_QUERY_NODE"})
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)
"""PIVOT is several statements to the engine."""


class PlaceOfModel(Protocol):
    """Where a line and column of rendered SQL stand in the model's file."""

    def __call__(self, line: int, column: int | None = None, length: int = 1) -> Place: ...


def check_syntax(sql: str, place_of_model: PlaceOfModel) -> Diagnostic | None:
    """What the engine's parser has against a model: PT108 its syntax, PT109 that it is not one SELECT."""
    try:
        statements = parser().extract_statements(sql)
    except duckdb.Error as error:
        return _syntax(EngineText.of(error), sql, place_of_model)
    if len(statements) != 1:
        what = "is empty" if not statements else f"has {len(statements)} statements"
        return _not_one_select(what, place_of_model)
    kind = statements[0].type
    if kind not in _READING:
        return _not_one_select(f"is a statement of the kind {kind.name}", place_of_model)
    if kind == duckdb.StatementType.SELECT and _modifies(sql):
        return _not_one_select("changes tables inside of a WITH", place_of_model)
    return None


def _modifies(sql: str) -> bool:
    """Whether a SELECT holds an INSERT, UPDATE, DELETE or MERGE with RETURNING; read from the parsed tree."""
    words = sql.casefold()
    if not any(word in words for word in ("insert", "update", "delete", "merge")):
        return False
    ((text,),) = parser().execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    found = json.loads(text)
    return bool(found.get("error")) or _has_modifying_node(found)


def _has_modifying_node(tree: object) -> bool:
    if isinstance(tree, dict):
        return tree.get("type") in _MODIFYING or any(_has_modifying_node(part) for part in tree.values())
    return isinstance(tree, list) and any(_has_modifying_node(part) for part in tree)


def _syntax(text: EngineText, sql: str, place_of_model: PlaceOfModel) -> Diagnostic:
    """The words of a parser are those of the SQL: it knows nothing else."""
    line, column = text.place_in(sql) or (1, None)
    return Diagnostic(
        "PT108",
        f"the engine's parser stops: {text.first_line}",
        place_of_model(line, column, text.length),
        fixes=("mend the SQL at or just before this place",),
    )


def _not_one_select(what: str, place_of_model: PlaceOfModel) -> Diagnostic:
    return Diagnostic(
        "PT109",
        f"a model is one SELECT, and this one {what}",
        place_of_model(1),
        fixes=("leave one SELECT in the file",),
    )
