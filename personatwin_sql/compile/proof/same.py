"""Whether a tree is the one that is known, to the letter: names as DuckDB reads them, numbers left open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from personatwin_sql.compile.proof.expression import conjuncts
from personatwin_sql.compile.proof.proof import of_kind
from personatwin_sql.compile.quoting import folded

_NUMBER: Final = re.compile(r"n\d")
_HOLE: Final = re.compile(r"any_\w+")


def same(form: object, part: object, numbers: dict[str, float], holes: dict[str, exp.Expr]) -> bool:
    """Whether a part has a form; n1, n2 … of the form are numbers, and any_… are whatever stands there.

    Both are noted; one that stands in several places is the same in all.
    """
    if isinstance(form, list) and isinstance(part, list):
        return len(form) == len(part) and all(
            same(ours, theirs, numbers, holes) for ours, theirs in zip(form, part, strict=True)
        )
    if not isinstance(form, exp.Expr) or not isinstance(part, exp.Expr):
        return form == part
    if isinstance(form, exp.Column) and not form.table:
        return _stands_open(form.name, part, numbers, holes)
    if isinstance(form, exp.And):
        return same(list(conjuncts(form)), list(conjuncts(part)), numbers, holes)
    return type(form) is type(part) and _same_parts(form, part, numbers, holes)


def _stands_open(name: str, part: exp.Expr, numbers: dict[str, float], holes: dict[str, exp.Expr]) -> bool:
    """What a form leaves open; it names nothing else without its relation."""
    if _HOLE.fullmatch(name):
        return holes.setdefault(name, part) == part
    number = number_of(part)
    return (
        _NUMBER.fullmatch(name) is not None
        and number is not None
        and numbers.setdefault(name, number) == number
    )


def _same_parts(
    form: exp.Expr, part: exp.Expr, numbers: dict[str, float], holes: dict[str, exp.Expr]
) -> bool:
    if isinstance(form, exp.Identifier):
        return folded(form.name) == folded(part.name)
    ours, theirs = parts_of(form), parts_of(part)
    return ours.keys() == theirs.keys() and all(
        same(each, theirs[name], numbers, holes) for name, each in ours.items()
    )


def agreed_column(node: exp.Expr) -> exp.Column | None:
    """The column of which an expression is the one value in a group; None where it is none."""
    holes: dict[str, exp.Expr] = {}
    is_agreed = same(_agreed(), node, {}, holes)
    column = holes.get("any_column")
    return column if is_agreed and isinstance(column, exp.Column) else None


@cache
def _agreed() -> exp.Expr:
    (tree,) = DuckDB().parse("SELECT CASE WHEN min(any_column) = max(any_column) THEN min(any_column) END")
    return of_kind(of_kind(tree, exp.Select, "no form").expressions[0], exp.Expr, "no form")


def parts_of(node: exp.Expr) -> Mapping[str, object]:
    return {name: part for name, part in node.args.items() if part not in (None, False, [])}


def number_of(node: object) -> float | None:
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    return float(node.name)
