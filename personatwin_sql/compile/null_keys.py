"""Keys of aggregates with noise whose rows without a value count as a declared one: `nulls`, `null_as`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.compile.aggregate.form import Aggregate, KeyItem
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.public_values import WrongKeys, key_literal, values_of
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.differential_privacy import KeyValue
from personatwin_sql.spec.loaded import Loaded


def with_known_keys(
    aggregate: Aggregate, parsed: ParsedModel, loaded: Loaded
) -> tuple[Aggregate, list[Diagnostic]]:
    """Each such key as the value of the row, or else the declared one; PT651 for one of another kind."""
    keys, problems = [], []
    for key in aggregate.keys:
        try:
            keys.append(_known(key, parsed, loaded))
        except WrongKeys as wrong:
            place = parsed.places.get("nulls", parsed.places.get("protection", Place(parsed.path, 1)))
            message = f"what NULL in the key `{key.name}` counts as: {wrong}"
            problems.append(Diagnostic("PT651", message, place, fixes=wrong.fixes))
    return (aggregate if problems else replace(aggregate, keys=tuple(keys))), problems


def _known(key: KeyItem, parsed: ParsedModel, loaded: Loaded) -> KeyItem:
    asked = _declared(key, parsed, loaded)
    if asked is None:
        return key
    if isinstance(asked, float | tuple | dict):
        raise WrongKeys("fractions and lists are no keys", f"nulls={{'{key.name}': 'unknown'}}")
    (value,) = values_of(key, (asked,), loaded.domain)
    if value is None:
        return key
    sql = f"coalesce({key.sql}, {key_literal(key.kind, value)})"
    return replace(key, sql=sql, can_be_null=False, null_as=value)


def _declared(key: KeyItem, parsed: ParsedModel, loaded: Loaded) -> object:
    """What the model says of the key, or else the domain of the column that it is."""
    nulls = parsed.config.get("nulls", {})
    if isinstance(nulls, Mapping) and key.name in nulls:
        return nulls[key.name]
    source, name = key.domain or ("", "")
    column = loaded.domain.sources.get(source, {}).get(name)
    return None if column is None else column.null_as


def null_keys(aggregate: Aggregate) -> dict[str, KeyValue]:
    """Key → what its rows without a value count as."""
    return {key.name: key.null_as for key in aggregate.keys if key.null_as is not None}
