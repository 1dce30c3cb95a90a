"""Reads what a HAVING says of the sensitive values of a class: the very conditions that the macros write.

A condition is known by its shape, its numbers left open. Its columns are known by what stands in them: in
each row of a class one value of a column and how many people of the class have it, all of them there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import permutations
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from personatwin_sql.compile.proof.columns import Key, column_at
from personatwin_sql.compile.proof.expression import Scope
from personatwin_sql.compile.proof.facts import Group, Rows, Says
from personatwin_sql.compile.proof.proof import of_kind
from personatwin_sql.compile.proof.same import number_of, parts_of
from personatwin_sql.frozen import dataclass

_Numbers = Mapping[str, float]
_Role = Callable[[str, Key], bool]
_NUMBER: Final = re.compile(r"n\d")


@dataclass(frozen=True)
class _Shape:
    """Conditions that a macro writes; columns are named by what stands in them, n1, n2 … are numbers."""

    name: str
    says: Callable[[_Numbers], float]
    conditions: tuple[str, ...]


_KNOWN: Final = "CASE WHEN value IS NOT NULL THEN people END"
_LOGS: Final = f"sum({_KNOWN} * ln(people)) / sum({_KNOWN})"
_EXPECTED: Final = "value_people * class_people"
_GAIN: Final = f"(people * everybody - {_EXPECTED}) / ({_EXPECTED})"
_BETA: Final = f"max({_GAIN}) <= n1"
_SHAPES: Final = (
    _Shape("l_diversity_distinct", lambda n: n["n1"], ("count(value) >= n1",)),
    _Shape(
        "l_diversity_entropy",
        lambda n: n["n1"],
        (
            "round(exp(ln(sum(people)) - sum(people * ln(people)) / sum(people)), 9) >= n1",
            f"round(exp(ln(sum({_KNOWN})) - {_LOGS}), 9) >= n1",
        ),
    ),
    _Shape(
        "l_diversity_recursive",
        lambda n: n["n2"] / n["n1"],
        (f"max(people) * n1 < n2 * (sum({_KNOWN}) - list_sum(max({_KNOWN}, n3)))",),
    ),
    _Shape("alpha_k", lambda n: n["n2"] / n["n1"], ("max(people) * n1 <= n2 * sum(people)",)),
    _Shape(
        "most_present",
        lambda n: n["n2"] / n["n1"],
        ("sum(CASE WHEN NOT value THEN 0 ELSE people END) * n1 <= n2 * sum(people)",),
    ),
    _Shape(
        "least_present",
        lambda n: n["n2"] / n["n1"],
        ("sum(CASE WHEN value THEN people ELSE 0 END) * n1 >= n2 * sum(people)",),
    ),
    _Shape(
        "t_closeness_equal",
        lambda n: n["n2"] / n["n1"],
        (f"sum(greatest(people * everybody - {_EXPECTED}, 0)) * n1 <= n2 * sum(people) * max(everybody)",),
    ),
    _Shape(
        "delta_disclosure",
        lambda n: n["n1"],
        (f"max(round(abs(log2(people * everybody / ({_EXPECTED}))), 9)) < n1",),
    ),
    _Shape("beta_likeness", lambda n: n["n1"], (_BETA,)),
    _Shape(
        "beta_likeness_enhanced",
        lambda n: n["n1"],
        (
            _BETA,
            f"max(CASE WHEN people * everybody > {_EXPECTED} THEN "
            f"round({_GAIN} + ln(value_people / everybody), 9) ELSE -1 END) < 0",
        ),
    ),
)
_OF_ROWS: Final = (_Shape("l_diversity_distinct", lambda n: n["n1"], ("count(DISTINCT value) >= n1",)),)
"""Of rows of single people."""


def of_values(scope: Scope, group: Group, keys: frozenset[Key], having: list[exp.Expr]) -> Iterator[Says]:
    """What is said of classes of the rows of `group`, each of which counts the people of one value.

    `keys` make a class; with one column more they make the rows, so that no row is missing of a class.
    """
    names = frozenset(str(column_at(group.keys, key)) for key in keys)
    rest = group.of - names
    if len(rest) != 1 or len(names) != len(keys) or not group.of >= names or not group.is_whole:
        return
    (column,) = rest
    roles = {"value": group.keys.get(column, frozenset()), "people": group.people}
    yield from _said(scope, column, roles, having, _SHAPES)


def compared(scope: Scope, column: str, having: list[exp.Expr]) -> Iterator[Says]:
    """What is said of classes by the rows `class_values`, each of which counts the people of one value.

    Beside them stand the people of the class, those who have the value, and everybody, under their names.
    """
    names = {"value": "sensitive_value"}
    roles = {
        role: frozenset({("class_values", names.get(role, role))})
        for role in ("value", "people", "class_people", "value_people", "everybody")
    }
    yield from _said(scope, column, roles, having, _SHAPES)


def of_people(scope: Scope, rows: Rows, of: frozenset[str], having: list[exp.Expr]) -> Iterator[Says]:
    """What is said of classes of rows of single people, made by the columns `of`."""
    if not rows.is_whole:
        return
    for column, keys in rows.columns.items():
        if column not in of:
            yield from _said(scope, column, {"value": keys}, having, _OF_ROWS)


def is_known(part: exp.Expr, scope: Scope) -> bool:
    """Whether a condition has the shape of one that macros write, whatever stands in its columns."""
    if part.find(exp.Ln, exp.Log, exp.Anonymous) is None:
        return False  # whatever reads a value reads it
    conditions = (condition for shape in (*_SHAPES, *_OF_ROWS) for condition in shape.conditions)
    return any(_fits(_pattern(each), part, lambda *_: True, scope, {}) for each in conditions)


def _said(
    scope: Scope,
    column: str,
    roles: Mapping[str, frozenset[Key]],
    having: list[exp.Expr],
    shapes: tuple[_Shape, ...],
) -> Iterator[Says]:
    for shape in shapes:
        for parts in permutations(having, len(shape.conditions)):
            numbers: dict[str, float] = {}
            fit = (
                _fits(_pattern(condition), part, _in_roles(roles), scope, numbers)
                for condition, part in zip(shape.conditions, parts, strict=True)
            )
            if all(fit) and numbers["n1"] > 0:
                written = " AND ".join(
                    part.sql(dialect="duckdb", normalize_functions="lower") for part in parts
                )
                name = f"{shape.name}_{numbers['n3'] + 1:g}" if "n3" in numbers else shape.name
                yield Says(name, column, shape.says(numbers), f"HAVING {written}")


def _in_roles(roles: Mapping[str, frozenset[Key]]) -> _Role:
    return lambda role, key: key in roles.get(role, ())


@cache
def _pattern(condition: str) -> exp.Expr:
    (tree,) = DuckDB().parse(f"SELECT {condition}")
    return of_kind(of_kind(tree, exp.Select, "no pattern").expressions[0], exp.Expr, "no pattern")


def _fits(pattern: object, part: object, is_role: _Role, scope: Scope, numbers: dict[str, float]) -> bool:
    """Whether a tree has the shape of a pattern; its numbers are noted."""
    if isinstance(pattern, list):
        return (
            isinstance(part, list)
            and len(pattern) == len(part)
            and all(
                _fits(ours, theirs, is_role, scope, numbers)
                for ours, theirs in zip(pattern, part, strict=True)
            )
        )
    if not isinstance(pattern, exp.Expr):
        return pattern == part
    if isinstance(pattern, exp.Column) and _NUMBER.fullmatch(pattern.name):
        number = number_of(part)
        return number is not None and numbers.setdefault(pattern.name, number) == number
    if isinstance(pattern, exp.Column):
        return isinstance(part, exp.Column) and is_role(pattern.name, scope.key(part))
    if type(pattern) is not type(part) or not isinstance(part, exp.Expr):
        return False
    ours, theirs = parts_of(pattern), parts_of(part)
    return ours.keys() == theirs.keys() and all(
        _fits(each, theirs[name], is_role, scope, numbers) for name, each in ours.items()
    )
