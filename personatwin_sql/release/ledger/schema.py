"""JSON Schema of the ledger's entries, for programs that read them."""

from __future__ import annotations

from typing import Any, get_args

from personatwin_sql.release.ledger.entry import FORMAT
from personatwin_sql.release.ledger.uses import MECHANISMS
from personatwin_sql.spec.budget import Accountant
from personatwin_sql.spec.json_schema import DIALECT

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "object", "additionalProperties": _TEXT}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_EXACT: Schema = {
    "type": "string",
    "pattern": "^[0-9]+([.][0-9]+|/[1-9][0-9]*)?$",
    "description": "An exact number: decimal where it ends, else a fraction.",
}
_LIMIT: Schema = {"anyOf": [_EXACT, {"type": "null"}]}


def ledger_schema() -> Schema:
    """`ledger/*.json`: one entry, whose content depends on its kind."""
    kinds = [
        {"properties": {"kind": {"const": kind}, "content": content}} for kind, content in _contents().items()
    ]
    entry = _object(
        version={"type": "integer", "minimum": 1, "maximum": FORMAT},
        kind={"enum": list(_contents())},
        number={"type": "integer", "minimum": 1},
        parents={"type": "array", "items": _DIGEST},
        at={"type": "string", "format": "date-time"},
        key=_TEXT,
        content={"type": "object"},
        seal=_DIGEST,
    )
    return {"$schema": DIALECT, "title": "ledger/*.json", **entry, "oneOf": kinds}


def _contents() -> dict[str, Schema]:
    terms = _object(
        name=_TEXT,
        epsilon=_EXACT,
        delta=_EXACT,
        accountant={"enum": list(get_args(Accountant))},
        for_selection=_EXACT,
        per_analyst=_LIMIT,
        per_department=_LIMIT,
    )
    use = _object(
        mechanism={"enum": list(MECHANISMS)},
        column=_TEXT,
        numbers={"type": "object", "additionalProperties": _EXACT},
    )
    charge = _object(
        model=_TEXT,
        budget=terms,
        epoch=_TEXT,
        analyst=_TEXT,
        department=_TEXT,
        epsilon=_EXACT,
        delta=_EXACT,
        uses={"type": "array", "items": use},
        bounds=_TEXTS,
        replay=_DIGEST,
        salt=_TEXT,
        sources=_TEXTS,
    )
    texts: Schema = {"type": "array", "items": _TEXT}
    return {
        "genesis": _object(),
        "charge": charge,
        "release": _object(model=_TEXT, charge=_DIGEST, replay=_DIGEST, file=_TEXT, digest=_DIGEST),
        "epoch": _object(budget=_TEXT, epoch=_TEXT, before=_TEXT),
        "beside": _object(models=_TEXTS),
        "randomised": _object(
            model=_TEXT, label=_TEXT, columns=texts, changed=_EXACT, outcomes=texts, use=use
        ),
    }


def _object(**properties: Schema) -> Schema:
    """All of the properties are there, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
