"""Frozen dataclasses as JSON and back, for what a build must remember."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from personatwin_sql.spec.exact_number import exact_text, from_exact_text

T = TypeVar("T")
_AS_IT_IS = frozenset({str, int, float, bool})


def encoded(value: object) -> Any:
    """A value as JSON has it: dataclasses by field, tuples as lists, times in ISO 8601, fractions exactly."""
    if value is None or type(value) in _AS_IT_IS:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encoded(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, (tuple, list)):
        return [encoded(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encoded(item) for key, item in value.items()}
    if isinstance(value, datetime | Fraction):
        return exact_text(value) if isinstance(value, Fraction) else value.isoformat()
    return value.value if isinstance(value, Enum) else value


def decoded(kind: type[T], value: Any) -> T:
    """The dataclass that was encoded; a KeyError, TypeError or ValueError for anything else."""
    result: T = _decoded(kind, value)
    return result


def _decoded(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        options = (option for option in typing.get_args(kind) if option is not types.NoneType)
        return None if value is None else _decoded(next(options), value)
    if origin is tuple:
        return _decoded_tuple(typing.get_args(kind), value)
    if not isinstance(kind, type):
        return value
    if dataclasses.is_dataclass(kind):
        return kind(**{name: _decoded(hint, value[name]) for name, hint in _fields(kind) if name in value})
    if issubclass(kind, datetime | Fraction):
        return datetime.fromisoformat(value) if issubclass(kind, datetime) else from_exact_text(value)
    return kind(value) if issubclass(kind, Enum) else value


def _decoded_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_decoded(kinds[0], item) for item in value)
    return tuple(_decoded(kind, item) for kind, item in zip(kinds, value, strict=True))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(kind))
