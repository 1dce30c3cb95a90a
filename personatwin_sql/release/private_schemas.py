"""JSON Schema of what reports, manifests and exports say of tables with noise."""

from __future__ import annotations

from typing import Any, Final, get_args

from personatwin_sql.release.private_release import KeyProtection, Needing, Proof
from personatwin_sql.spec.budget import Accountant

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_COUNTS: Final[Schema] = {"type": "array", "items": _COUNT}
_SIZE: Final[Schema] = {"type": "number", "minimum": 0}
_TRUTH: Final[Schema] = {"type": "boolean"}
_PROOF: Final[Schema] = {"enum": list(get_args(Proof))}
_KEYS: Final[Schema] = {"enum": list(get_args(KeyProtection))}
_ACCOUNTANT: Final[Schema] = {"enum": list(get_args(Accountant))}
_EXACT: Final[Schema] = {
    "type": "string",
    "pattern": "^[0-9]+([.][0-9]+|/[1-9][0-9]*)?$",
    "description": "An exact number: decimal where it ends, else a fraction.",
}


def released_privacy() -> Schema:
    """`privacy` of a table in the report and in the manifest: what it was drawn with."""
    noise = _object(
        name=_TEXT, grouping_set=_COUNT, counts=_TEXT, per_group=_COUNT, groups=_COUNT, mechanism=_TEXT,
        parameter=_EXACT, error=_SIZE, half_width=_COUNT, unit=_EXACT,
    )  # fmt: skip
    needed = _object(half=_COUNT, nearly_always=_COUNT, counts={"enum": list(get_args(Needing))})
    pair: Schema = {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}
    other = _object(mechanism=_TEXT, column=_TEXT, numbers={"type": "array", "items": pair})
    return _object(
        budget=_TEXT, epsilon=_EXACT, delta=_EXACT, proof=_PROOF, mechanism=_TEXT, max_groups=_COUNT,
        max_rows_per_group=_COUNT, bounds=_list_of(_object(measure=_TEXT, text=_TEXT)), noise=_list_of(noise),
        others=_list_of(other), sets=_list_of(_TEXTS), keys=_KEYS, keys_delta=_EXACT, thresholds=_COUNTS,
        needed=_list_of(needed), cut_at_zero=_TEXTS, agreed=_TEXTS,
        epoch=_TEXT, drawn_at=_TEXT, entry=_TEXT, number=_COUNT, is_preview=_TRUTH,
    )  # fmt: skip


def released_budget() -> Schema:
    """One of `budgets` in the report: a budget as it stands after the release."""
    epoch = _object(epoch=_TEXT, epsilon=_EXACT, delta=_EXACT, charges=_COUNT)
    displayed = _object(epsilon=_or_null(_EXACT), delta=_EXACT)
    return _object(
        name=_TEXT, epsilon=_EXACT, delta=_EXACT, accountant=_ACCOUNTANT, spent_epsilon=_EXACT,
        spent_delta=_EXACT, charges=_COUNT, epochs=_list_of(epoch), displayed=_or_null(displayed),
    )  # fmt: skip


def exported_privacy() -> Schema:
    """`privacy` of a file of an export: the rows of `_personatwin.privacy` and `noise` for its table."""
    noise = _object(
        column=_TEXT, grouping_set=_COUNT, keys=_TEXTS, adds_up=_TEXT, per_group=_SIZE, groups=_COUNT,
        mechanism=_TEXT, scale=_SIZE, expected_error=_SIZE, within_95=_SIZE,
    )  # fmt: skip
    return _object(
        budget=_TEXT, epsilon=_EXACT, delta=_EXACT, proof=_PROOF, mechanism=_TEXT, max_groups=_COUNT,
        max_rows_per_group=_COUNT, bounds=_TEXTS, keys=_KEYS, thresholds=_COUNTS,
        shown_every_other_time=_COUNTS, shown_nearly_always=_COUNTS, cut_at_zero=_TEXTS, agreed=_TEXTS,
        epoch=_or_null(_TEXT),
        drawn_at=_or_null(_TEXT), ledger_entry=_or_null(_TEXT), is_preview=_TRUTH, noise=_list_of(noise),
    )  # fmt: skip


def exported_budget() -> Schema:
    """One of `budgets` of an export: a row of `_personatwin.budgets`."""
    return _object(
        budget=_TEXT, is_whole=_TRUTH, epoch=_or_null(_TEXT), accountant=_ACCOUNTANT, epsilon=_EXACT,
        delta=_EXACT, spent_epsilon=_EXACT, spent_delta=_EXACT, displayed_epsilon=_or_null(_EXACT),
        displayed_delta=_or_null(_EXACT), releases=_COUNT,
    )  # fmt: skip


def _object(**properties: Schema) -> Schema:
    """Each of the properties is there; others may be."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
