"""Reads what a HAVING says of the sensitive values of a class: the very conditions that the macros write.

A condition is known by its shape, its numbers left open. Its columns are known by what stands in them: in each
row of a class one value of a column and how many people of the class have it, all of them there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from personatwin_sql.compile.proof.expression import Scope
from personatwin_sql.compile.proof.facts import Group, Key, Rows, Says, column_at
from personatwin_sql.compile.proof.proof import of_kind
from personatwin_sql.frozen import dataclass

_Numbers = Mapping[str, float]
_Role = Callable[[str, Key], bool]
_NUMBER: Final = re.compile(r"n\d")


@dataclass(frozen=True)
class _Shape:
    """A condition that macros write: `people` and `value` are the columns, n1, n2 … are numbers."""

    name: str
    condition: str
    says: Callable[[_Numbers], float]
    also: Callable[[_Numbers], bool] = lambda _: True
    """What must hold of the numbers for the condition to say it."""


_SHAPES: Final = (
    _Shape("l_diversity_distinct", "count(value) >= n1", lambda n: n["n1"]),
    _Shape("alpha_k", "max(people) * n1 <= n2 * sum(people)", lambda n: n["n2"] / n["n1"]),
)
_OF_ROWS: Final = (
    _Shape("l_diversity_distinct", "count(DISTINCT value) >= n1", lambda n: n["n1"]),
)
"""Of rows of single people."""


def of_values(scope: Scope, group: Group, keys: frozenset[Key], having: list[exp.Expr]) -> Iterator[Says]:
    """What is said of classes of the rows of `group`, each of which counts the people of one value.

    `keys` make a class; with one column more they make the rows, so that no row is missing of a class.
    """
    names = {column_at(group.keys, key) for key in keys}
    rest = group.of - names
    if len(rest) != 1 or None in names or not is_all(group):
        return
    (column,) = rest
    roles = {"value": group.keys.get(column, frozenset()), "people": group.people}
    yield from _said(scope, column, roles, having, _SHAPES)


def of_people(scope: Scope, rows: Rows, of: frozenset[str], having: list[exp.Expr]) -> Iterator[Says]:
    """What is said of classes of rows of single people, made by the columns `of`."""
    if not rows.is_whole:
        return
    for column, keys in rows.columns.items():
        if column not in of:
            yield from _said(scope, column, {"value": keys}, having, _OF_ROWS)


def is_all(group: Group) -> bool:
    """Whether each row is a group of all rows of a table, and none is missing."""
    is_once = not (group.is_optional or group.is_repeated or group.is_spread)
    return group.is_complete and group.base.is_whole and is_once


def is_known(part: exp.Expr, scope: Scope) -> bool:
    """Whether a condition has the shape of one that macros write, whatever stands in its columns."""
    return any(_fits(_pattern(shape.condition), part, lambda _, key: True, scope, {}) for shape in _SHAPES)


def _said(
    scope: Scope,
    column: str,
    roles: Mapping[str, frozenset[Key]],
    having: list[exp.Expr],
    shapes: tuple[_Shape, ...],
) -> Iterator[Says]:
    for part in having:
        for shape in shapes:
            numbers: dict[str, float] = {}
            fits = _fits(_pattern(shape.condition), part, _in_roles(roles), scope, numbers)
            if fits and shape.also(numbers):
                written = part.sql(dialect="duckdb", normalize_functions="lower")
                yield Says(shape.name, column, shape.says(numbers), f"HAVING {written}")


def _in_roles(roles: Mapping[str, frozenset[Key]]) -> _Role:
    return lambda role, key: key in roles.get(role, ())


@cache
def _pattern(condition: str) -> exp.Expr:
    (tree,) = DuckDB().parse(f"SELECT {condition}")
    return of_kind(tree, exp.Select, "no pattern").expressions[0]


def _fits(pattern: object, part: object, is_role: _Role, scope: Scope, numbers: dict[str, float]) -> bool:
    """Whether a tree has the shape of a pattern; its numbers are noted."""
    if isinstance(pattern, list):
        return isinstance(part, list) and len(pattern) == len(part) and all(
            _fits(ours, theirs, is_role, scope, numbers) for ours, theirs in zip(pattern, part, strict=True)
        )
    if not isinstance(pattern, exp.Expr):
        return pattern == part
    if isinstance(pattern, exp.Column) and _NUMBER.fullmatch(pattern.name):
        number = _number(part)
        return number is not None and numbers.setdefault(pattern.name, number) == number
    if isinstance(pattern, exp.Column):
        return isinstance(part, exp.Column) and is_role(pattern.name, scope.key(part))
    if type(pattern) is not type(part) or not isinstance(part, exp.Expr):
        return False
    ours, theirs = _parts(pattern), _parts(part)
    return ours.keys() == theirs.keys() and all(
        _fits(each, theirs[name], is_role, scope, numbers) for name, each in ours.items()
    )


def _parts(node: exp.Expr) -> Mapping[str, object]:
    return {name: part for name, part in node.args.items() if part not in (None, False, [])}


def _number(node: object) -> float | None:
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    return float(node.name)
