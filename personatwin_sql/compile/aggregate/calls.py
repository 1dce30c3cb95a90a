"""The functions that give a value, or NULL, for every value of a column: what each takes and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.kinds import BOUNDED, DATES, NUMBERS, UNKNOWN, text_value, whole_value
from personatwin_sql.compile.sql_functions import words
from personatwin_sql.frozen import dataclass

PARTS: Final = words(
    "year month day quarter decade century millennium hour minute second millisecond microsecond",
    "dow isodow doy weekday dayofweek dayofyear era",
)
"""Parts of every date that are whole numbers."""
_UNITS: Final = words("millennium century decade year quarter month week day hour minute second")
_FORMAT: Final = re.compile(r"(?:[^%]|%-?[dmyHIMSj]|%[aAbBYpfuwUW%])*")
_READ: Final = re.compile(r"(?:[^%]|%[YmdHMSbBjyf])*")
_PATTERN: Final = re.compile(r"(?:\(\?i\))?(?:[^\\(?]|\((?!\?)|\(\?:|\\[dwsDWSbB]|\\[^\w\s]|\?)*", re.DOTALL)
_DANGER: Final = re.compile(r"[*+?}]\+|\{[^}]*\d{3}|\[\[|\[[^\]]*[\[&~|-]{2}")


@dataclass(frozen=True)
class Call:
    """A function: what stands at each place, and the kind that it gives."""

    places: tuple[str, ...]
    gives: str
    needed: int
    """So many of the places must be there; the last one may come again where `repeats`."""
    repeats: bool = False


_PLACES: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"text"}),
    "date": DATES,
    "near": BOUNDED,
    "number": NUMBERS - {"huge"},
    "double": frozenset({"number"}),
    "whole": frozenset({"integer"}),
    "any": NUMBERS | DATES | {"text", "boolean", "unit"},
}
"""Places that take an expression, and of which kinds."""


def _is_pattern(text: str) -> bool:
    """Whether the engine surely reads a regular expression: a part of what Python reads too."""
    if _PATTERN.fullmatch(text) is None or _DANGER.search(text) or text.count("{") > 2:
        return False
    try:
        re.compile(text)
    except re.error:
        return False
    return text.isprintable()


_WRITTEN: Final[Mapping[str, Callable[[exp.Expr], bool]]] = {
    "'text'": lambda node: text_value(node) is not None,
    "number written": lambda node: whole_value(node) is not None,
    "digits": lambda node: whole_value(node) in range(16),
    "part": lambda node: _name(node) in PARTS,
    "unit": lambda node: _name(node) in _UNITS,
    "format": lambda node: _FORMAT.fullmatch(text_value(node) or "%") is not None,
    "format read": lambda node: _READ.fullmatch(text_value(node) or "%") is not None,
    "pattern": lambda node: text_value(node) is not None and _is_pattern(text_value(node) or ""),
    "option": lambda node: text_value(node) in ("i", "c", "s"),
}
"""Places that take what is written, and not anything."""


def _calls() -> Mapping[str, Call]:
    found: dict[str, Call] = {}

    def add(names: str, places: str, gives: str, needed: int | None = None, *, repeats: bool = False) -> None:
        each = tuple(places.split(", "))
        call = Call(each, gives, len(each) if needed is None else needed, repeats)
        found.update(dict.fromkeys(names.split(), call))

    add("lower upper lcase ucase reverse strip_accents", "text", "text")
    add("trim ltrim rtrim", "text, 'text'", "text", 1)
    add("length len strlen", "text", "integer")
    add("left right", "text, number written", "text")
    add("substr substring", "text, number written, number written", "text", 2)
    add("contains prefix suffix starts_with ends_with", "text, text", "boolean")
    add("instr strpos", "text, text", "integer")
    add("replace", "text, 'text', 'text'", "text")
    add("split_part", "text, 'text', number written", "text")
    add("concat", "any", "text", repeats=True)
    add("concat_ws", "text, any", "text", repeats=True)
    add("regexp_matches regexp_full_match", "text, pattern, option", "boolean", 2)
    add(
        "year month day dayofmonth dayofweek dayofyear hour minute second quarter weekday "
        "isodow decade century millennium",
        "date",
        "integer",
    )
    add("dayname monthname", "date", "text")
    add("yearweek week weekofyear isoyear", "near", "integer")
    add("last_day", "near", "date")
    add("date_part datepart", "part, date", "integer")
    add("date_trunc datetrunc", "near, unit", "timestamp")
    add("date_diff datediff", "near, near, unit", "integer")
    add("strftime", "near, format", "text")
    add("try_strptime", "text, format read", "wide timestamp")
    add("isfinite isinf isnan", "number", "boolean")
    add("floor ceil ceiling", "number", "number")
    add("round", "number, digits", "number", 1)
    add("abs", "double", "number")
    add("sign", "number", "integer")
    return found


OF_COLUMNS: Final = _calls()


IN_TRY: Final = words(
    "abs sqrt cbrt ln log log2 log10 exp pow power fmod degrees radians sin cos tan asin acos atan",
    "atan2 trunc round floor ceil ceiling sign make_date strptime regexp_extract translate",
)
"""Functions beyond those of columns that TRY makes NULL where they have no value, and that stay small."""
GIVES_IN_TRY: Final = {
    "make_date": "wide date", "last_day": "wide date", "strptime": "wide timestamp",
    "date_trunc": "wide timestamp", "datetrunc": "wide timestamp",
    "regexp_extract": "text", "translate": "text", "yearweek": "integer", "date_diff": "integer",
    "datediff": "integer",
}  # fmt: skip


def takes(place: str, node: exp.Expr, kind: Callable[[exp.Expr], str]) -> bool:
    """Whether what is written may stand at a place."""
    written = _WRITTEN.get(place)
    return written(node) if written is not None else kind(node) in _PLACES[place] | {"null"}


def place_of(call: Call, at: int) -> str | None:
    """What stands at a place; None where there is none."""
    if at < len(call.places):
        return call.places[at]
    return call.places[-1] if call.repeats else None


def arguments(node: exp.Expr) -> list[exp.Expr]:
    """What a function is called with, in the order of the reader's tree."""
    names = [name for name in node.arg_types if not (isinstance(node, exp.Anonymous) and name == "this")]
    parts = [node.args.get(name) for name in names]
    flat = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return [part for part in flat if isinstance(part, exp.Expr)]


def given(name: str, kinds: list[str]) -> str:
    """The kind that a function gives for arguments of these kinds."""
    gives = OF_COLUMNS[name].gives if name in OF_COLUMNS else UNKNOWN
    return "integer" if name == "round" and kinds[:1] == ["integer"] else gives


def _name(node: exp.Expr) -> str:
    return str(node.this).lower() if isinstance(node, exp.Literal | exp.Var) else ""
