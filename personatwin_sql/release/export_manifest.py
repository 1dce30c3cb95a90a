"""`manifest.json` of an export: which files, what their columns mean, what is guaranteed and what is not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from personatwin_sql.release.manifest import whole

MANIFEST = "manifest.json"
FORMAT = 1
_CHUNK = 1 << 20

READING: Mapping[str, Mapping[str, str]] = {
    "csv": {
        "encoding": "UTF-8, RFC 4180, commas, a header line, lines end in LF",
        "null": 'an empty field without quotes; an empty text is ""',
        "star": "* is a text: the people or events of the row are not told apart in this column",
        "formulas": (
            "a text that begins with = + - @, tab or carriage return has an apostrophe before it, so that no "
            "spreadsheet runs it; numbers have none; `guarded_cells` says how many"
        ),
        "nested": "lists and structs are JSON",
    },
    "parquet": {
        "null": "NULL",
        "star": "* is a text: the people or events of the row are not told apart in this column",
    },
    "json": {
        "encoding": "UTF-8, one array of one object a row",
        "null": "null",
        "star": "* is a text: the people or events of the row are not told apart in this column",
    },
}
"""How each kind of file is to be read."""


def export_manifest(
    form: str,
    files: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    """The manifest from what the release says of itself (`facts`, by table of `_personatwin`)."""
    tables = [str(file["table"]) for file in files]
    releases = [row for row in facts["releases"] if row["model"] in tables]
    first = releases[0]
    budgets = {row["budget"] for row in facts["privacy"] if row["model"] in tables}
    return {
        "version": FORMAT,
        "project": first["project"],
        "tool_version": first["tool_version"],
        "built_at": _utc(first["built_at"]),
        "level": first["level"],
        "format": form,
        "reading": dict(READING[form]),
        "files": [_file(file, facts) for file in files],
        "guarantees": [_guarantee(row) for row in facts["guarantees"] if row["model"] in tables],
        "budgets": [dict(row) for row in facts["budgets"] if row["budget"] in budgets],
        "not_promised": [
            {"label": row["label"], "text": row["text"]}
            for row in facts["labels"]
            if row["topic"] == "not promised"
        ],
    }


def sha256_of(path: Path) -> str:
    """Of the bytes of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _file(file: Mapping[str, Any], facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    (release,) = (row for row in facts["releases"] if row["model"] == file["table"])
    return {
        **file,
        "protection": release["protection"],
        "people": release["people"],
        "privacy": _privacy(str(file["table"]), facts),
        "columns": [
            {
                "name": row["column"],
                "type": row["type"],
                "role": row["role"],
                "level": row["level_name"],
                "description": row["description"],
            }
            for row in facts["columns"]
            if row["model"] == file["table"]
        ],
    }


def _privacy(table: str, facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any] | None:
    """What a table with noise was drawn with, column by column; None of others."""
    for drawn in facts["privacy"]:
        if drawn["model"] == table:
            noise = [_of_table(row) for row in facts["noise"] if row["model"] == table]
            return {**_of_table(drawn), "noise": noise}
    return None


def _of_table(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table of `_personatwin`, whose `model` is told already."""
    return {name: value for name, value in row.items() if name != "model"}


def _guarantee(row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: whole(row[name]) for name in ("required", "proven", "measured")}
    kept = ("model", "guarantee", "direction", "measured_words", "holds", "proof", "words")
    return {**{name: row[name] for name in kept}, **numbers}


def _utc(time: datetime) -> str:
    return f"{time.isoformat(timespec='seconds')}+00:00"
