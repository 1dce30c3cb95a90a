"""Every entry that is written is of the schema that programs get, and what is misshapen is not."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from small_ledger import COURT, files, released, spent

from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.schema import ledger_schema

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture
def entries(folders: Folders, key: bytes) -> list[dict[str, Any]]:
    """One of each kind."""
    released(folders, key, "0.5")
    spent(folders, key, "1/3", budget=replace(COURT, epoch="2026", per_analyst=None, per_department=None))
    return [json.loads(file.read_bytes()) for file in files(folders)]


def test_every_entry_is_of_the_schema(entries: list[dict[str, Any]]) -> None:
    schema = ledger_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert {entry["kind"] for entry in entries} == {"genesis", "charge", "release", "epoch"}
    assert Fraction(entries[-1]["content"]["epsilon"]) == Fraction(1, 3)
    for entry in entries:
        jsonschema.validate(entry, schema)


def test_what_is_misshapen_is_not(entries: list[dict[str, Any]]) -> None:
    validator = jsonschema.Draft202012Validator(ledger_schema())
    charge = next(entry for entry in entries if entry["kind"] == "charge")
    for wrong in (
        {**charge, "version": 2},
        {**charge, "kind": "release"},
        {**charge, "refund": "1"},
        {**charge, "content": {**charge["content"], "epsilon": 0.5}},
        {**charge, "content": {**charge["content"], "epsilon": "-1"}},
        {**charge, "parents": ["a"]},
    ):
        assert not validator.is_valid(wrong)
