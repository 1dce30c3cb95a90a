"""Plain data becomes a strict type, or says at each key what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import closest, listed, suggestion
from personatwin_sql.spec.document import Document, Plain, Trail, part_of
from personatwin_sql.spec.exact_number import DECIMAL
from personatwin_sql.spec.naming import name_of, of_events
from personatwin_sql.spec.yaml_scalar import scalar

Model = TypeVar("Model", bound=BaseModel)

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
_RANGES = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "is empty",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "finite_number": "is not a finite number",
}


def validated(model: type[Model], document: Document, trail: Trail = ()) -> Model:
    """The part of a document as a strict type.

    Raises ProjectError with every mistake: PT010 missing key, PT011 wrong type, PT012 unknown key, PT013 out
    of range, PT014 not one of the values allowed, PT015 not of the form asked for.
    """
    try:
        return model.model_validate(document.value(trail))
    except ValidationError as error:
        raise ProjectError(_Reading(model, document, trail).diagnostics(error)) from None


class _Reading:
    def __init__(self, model: type[BaseModel], document: Document, trail: Trail) -> None:
        self.model, self.document, self.start = model, document, trail

    def diagnostics(self, error: ValidationError) -> Iterator[Diagnostic]:
        """One a key: a union reports once for each of its types, of which only the nearest is meant."""
        found: dict[Trail, list[ErrorDetails]] = {}
        for detail in error.errors(include_url=False):
            found.setdefault(self._trail(detail), []).append(detail)
        meant = {
            self._meant(trail) for trail, details in found.items() if details[0]["type"] == "extra_forbidden"
        }
        for trail, details in found.items():
            if details[0]["type"] == "missing" and trail in meant:
                continue
            if any(other[: len(trail)] == trail and len(other) > len(trail) for other in found):
                continue
            yield self._diagnostic(trail, details)

    def _trail(self, detail: ErrorDetails) -> Trail:
        """Where pydantic's path leads in the document, without the names of union members."""
        trail, value = self.start, self.document.value(self.start)
        steps = detail["loc"]
        if detail["type"] == "missing":
            steps = steps[:-1]
        for step in steps:
            if (part := part_of(value, step)) is not None:
                trail, value = (*trail, step), part
        return (*trail, detail["loc"][-1]) if detail["type"] == "missing" else trail

    def _diagnostic(self, trail: Trail, details: list[ErrorDetails]) -> Diagnostic:
        """Of a union, what is wrong with the one type that fits, else that none does."""
        detail = next((detail for detail in details if detail["type"] not in _TYPES), details[0])
        kind, loc = detail["type"], detail["loc"]
        if kind in ("extra_forbidden", "missing") or loc[-1] == "[key]":
            return self._key_problem(trail, detail)
        if kind in ("literal_error", "enum"):
            return self._not_one_of(trail, str(detail["ctx"]["expected"]))
        return self._value_problem(trail, detail) or self._wrong_type(trail, details)

    def _key_problem(self, trail: Trail, detail: ErrorDetails) -> Diagnostic:
        place, key = self.document.key_place(trail), str(trail[-1])
        if detail["type"] == "missing":
            owner = name_of(trail[:-1]) if trail[:-1] else f"`{self.document.path}`"
            return Diagnostic("PT010", f"{owner} lacks the key `{key}`", place)
        if detail["type"] == "extra_forbidden" and (example := of_events(trail)) is not None:
            message = f"`{key}` is a rule of persona events, not of the project"
            written = f"config(protection='persona_events', …, {example})"
            return Diagnostic(
                "PT012", message, place, fixes=(f"write it in the model of persona events: {written}",)
            )
        if detail["type"] == "extra_forbidden":
            label = suggestion(key, self._keys(trail[:-1]))
            return Diagnostic("PT012", f"unknown key `{key}`", place, label)
        return Diagnostic("PT015", f"the name `{key}` {_form(detail)}", place)

    def _value_problem(self, trail: Trail, detail: ErrorDetails) -> Diagnostic | None:
        """What is wrong with a value of the right type."""
        place, kind = self.document.value_place(trail), detail["type"]
        if kind == "string_pattern_mismatch":
            return Diagnostic("PT015", f"{name_of(trail)} {_form(detail)}", place)
        words = _RANGES.get(kind)
        if words is None:
            return None
        return Diagnostic("PT013", f"{name_of(trail)} {words.format(**detail.get('ctx', {}))}", place)

    def _wrong_type(self, trail: Trail, details: Iterable[ErrorDetails]) -> Diagnostic:
        expected = tuple(dict.fromkeys(_TYPES.get(detail["type"], detail["msg"]) for detail in details))
        if "a number" in expected:
            expected = tuple(words for words in expected if words != "a whole number")
        message = (
            f"{name_of(trail)} must be {_either(expected)}, not {_type_name(self.document.value(trail))}"
        )
        value = self.document.value(trail)
        label = None
        if "text" in expected and isinstance(value, int | float):
            label = f'to mean the text, write "{self.document.text(trail)}"'
        elif "a list" in expected and isinstance(value, str):
            label = f"write [{value}]"
        elif isinstance(value, str) and re.fullmatch(r"[-+]?0\d+", value):
            label = "a number with a leading zero is text"
        elif isinstance(value, str) and not isinstance(scalar(value), str | None):
            label = f"write it without quotes: {value}"
        return Diagnostic("PT011", message, self.document.value_place(trail), label)

    def _not_one_of(self, trail: Trail, expected: str) -> Diagnostic:
        options = re.findall(r"'([^']*)'", expected) or expected.split(" or ")
        value, place = self.document.value(trail), self.document.value_place(trail)
        if isinstance(value, dict | tuple):
            return Diagnostic("PT011", f"{name_of(trail)} must be one of {listed(options)}", place)
        message = f"{name_of(trail)} cannot be `{self.document.text(trail)}`"
        return Diagnostic("PT014", message, place, suggestion(str(value), options))

    def _keys(self, trail: Trail) -> tuple[str, ...]:
        """The keys allowed in the mapping at a trail."""
        return tuple(dict.fromkeys(_keys_of(self.model, trail[len(self.start) :])))

    def _meant(self, trail: Trail) -> Trail:
        match = closest(str(trail[-1]), self._keys(trail[:-1]))
        return (*trail[:-1], match or "")


def _keys_of(annotation: object, trail: Trail) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not trail:
            yield from annotation.model_fields
        elif trail[0] in annotation.model_fields:
            yield from _keys_of(annotation.model_fields[str(trail[0])].annotation, trail[1:])
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if trail:
            yield from _keys_of(arguments[1], trail[1:])
    elif origin is tuple:
        if trail:
            yield from _keys_of(arguments[0], trail[1:])
    else:
        for argument in arguments:
            yield from _keys_of(argument, trail)


def _type_name(value: Plain) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, tuple) else "a mapping"


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])}, or {words[-1]}"


def is_relation(value: Plain) -> bool:
    """Whether a value is `ref('model')` or `source('source', 'table')`."""
    return isinstance(value, str) and re.fullmatch(RELATION, value) is not None


def _form(detail: ErrorDetails) -> str:
    pattern = str(detail["ctx"]["pattern"])
    return _FORMS.get(pattern, f"must match {pattern}")


IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_]*$"
"""Names that need no quotes in SQL, in paths and on the command line."""
SIZE = r"^[0-9]+(\.[0-9]+)? ?([KMGT]i?B|B)$"
TABLE = r"^[^.]+\.[^.]+$"
RELATION = (
    r"""^(ref\(\s*['"][A-Za-z0-9_]+['"]\s*\)"""
    r"""|source\(\s*['"][A-Za-z0-9_]+['"]\s*,\s*['"][A-Za-z0-9_]+['"]\s*\))$"""
)
"""A model or a table of a source, as SQL files name them."""
_FORMS = {
    IDENTIFIER: "must be letters, digits and `_`, beginning with a letter",
    SIZE: "must be a size such as 2GB",
    TABLE: "must be a table of a source, as `source.table`",
    DECIMAL: "must be a decimal number such as 0.5 or 1e-6",
    RELATION: "must be `ref('model')` or `source('source', 'table')`",
}
