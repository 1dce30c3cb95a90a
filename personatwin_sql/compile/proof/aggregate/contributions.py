"""What each row of a person adds: the author's FROM and WHERE, and values that are clamped before any sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.proof.aggregate.trees import (
    alike,
    distinct_names,
    integer_of,
    item_of,
    number_of,
)
from personatwin_sql.compile.proof.proof import NotProvableError, need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.compile.proof.statements import statements
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

_EXACT: Final = 1 << 53
"""So far a DOUBLE tells whole numbers apart: further out CAST could leave the bounds."""


@dataclass(frozen=True)
class Value:
    """A column of rows: whole numbers from `low` to `high`, and NULL where `may_lack`."""

    low: int
    high: int
    may_lack: bool

    @property
    def most(self) -> int:
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True)
class Rows:
    """Rows of persons: the person, the keys and the values, by folded names."""

    person: str
    keys: tuple[str, ...]
    values: Mapping[str, Value]

    @property
    def names(self) -> frozenset[str]:
        return frozenset((self.person, *self.keys, *self.values))


@dataclass(frozen=True)
class Written:
    """The parts of the author's SELECT as trees."""

    query: exp.Select
    """FROM and WHERE; its WITH queries."""
    unit: exp.Expr
    keys: Mapping[str, exp.Expr]
    values: tuple[exp.Expr, ...]
    conditions: tuple[exp.Expr, ...]

    @property
    def with_queries(self) -> tuple[exp.Expr, ...]:
        clause = self.query.args.get("with_")
        return tuple(clause.expressions) if clause is not None else ()


def written_of(aggregate: Aggregate) -> Written:
    """What the author wrote, each part read for itself."""
    measures = aggregate.measures
    (query,) = _parsed(f"{aggregate.with_sql} SELECT 1 {aggregate.rows_sql}")
    return Written(
        query,
        _expression(aggregate.unit),
        {folded(key.name): _expression(key.sql) for key in aggregate.keys},
        tuple(_expression(measure.value) for measure in measures if measure.value),
        tuple(_expression(measure.only) for measure in measures if measure.only),
    )


def _parsed(sql: str) -> tuple[exp.Select]:
    found = statements(sql)
    need(len(found) == 1, "the author's SELECT cannot be read")
    return (of_kind(found[0], exp.Select, "the author's SELECT cannot be read"),)


def _expression(sql: str) -> exp.Expr:
    (select,) = _parsed(f"SELECT {sql}")
    need(len(select.expressions) == 1, "an expression of the author's SELECT cannot be read")
    found: exp.Expr = select.expressions[0]
    return found


def read_contributions(node: exp.Expr, written: Written) -> Rows:
    """One row for each row of the author's FROM and WHERE, and nothing that was not asked for."""
    select = of_kind(node, exp.Select, "contributions are no SELECT")
    ours, theirs = _beside_list(written.query), _beside_list(select)
    need(alike(ours, theirs), "FROM and WHERE are not as they were written")
    items = [item_of(item) for item in select.expressions]
    distinct_names([name for name, _ in items], "the contributions")
    need(items and alike(items[0][1], written.unit), "the person is not that of the rows")
    keys = items[1 : 1 + len(written.keys)]
    for name, value in keys:
        need(name in written.keys and alike(value, written.keys[name]), f"the key `{name}` is not as written")
    need(len(keys) == len(written.keys), "a key is missing")
    values = {name: _value(part, name, written) for name, part in items[1 + len(keys) :]}
    return Rows(items[0][0], tuple(name for name, _ in keys), values)


def _beside_list(select: exp.Select) -> list[object]:
    return [[name, part] for name, part in sorted(_clauses(select).items())]


def _clauses(select: exp.Select) -> dict[str, object]:
    return {name: part for name, part in parts_of(select).items() if name not in ("expressions", "with_")}


def _value(node: exp.Expr, name: str, written: Written) -> Value:
    if isinstance(node, exp.Literal):
        need(integer_of(node) == 1, f"`{name}` counts rows by something else than 1")
        return Value(1, 1, may_lack=False)
    condition, inside, rest = _branch(node, name)
    is_asked = isinstance(condition, exp.Boolean) and condition.this is True
    if is_asked or any(alike(condition, each) for each in written.conditions):
        need(rest is None, f"`{name}` counts rows that were not asked for")
        if isinstance(inside, exp.Literal):
            need(integer_of(inside) == 1, f"`{name}` counts rows by something else than 1")
            return Value(1, 1, may_lack=True)
        return _clamped(inside, name, written)
    return _clamped(node, name, written)


def _branch(node: exp.Expr, name: str) -> tuple[exp.Expr, exp.Expr, exp.Expr | None]:
    """`CASE WHEN condition THEN value ELSE rest END`; without ELSE None."""
    case = of_kind(node, exp.Case, f"`{name}` is not within bounds before it is added up")
    branches = case.args.get("ifs") or []
    is_plain = case.this is None and len(branches) == 1
    need(is_plain, f"`{name}` has a CASE that is not understood")
    return branches[0].this, branches[0].args["true"], case.args.get("default")


def _clamped(node: exp.Expr, name: str, written: Written) -> Value:
    """`CASE WHEN NOT isnan(x) THEN CAST(least(greatest(round(x / g), low), high) AS BIGINT) - m END`.

    `ELSE` is what counts in place of NULL: a whole number within the same bounds.
    """
    reason = f"`{name}` is not clamped to whole units before it is added up"
    condition, inside, rest = _branch(node, name)
    moved = 0
    if isinstance(inside, exp.Sub | exp.Add):
        moved = integer_of(inside.expression) * (1 if isinstance(inside, exp.Add) else -1)
        inside = inside.this
    cast = of_kind(inside, exp.Cast, reason)
    need(type(cast) is exp.Cast and cast.to.this == exp.DType.BIGINT, reason)
    least = of_kind(cast.this, exp.Least, reason)
    greatest = of_kind(least.this, exp.Greatest, reason)
    need(len(least.expressions) == 1 and len(greatest.expressions) == 1, reason)
    low, high = integer_of(greatest.expressions[0]), integer_of(least.expressions[0])
    need(-_EXACT <= low <= high <= _EXACT, f"the bounds of `{name}` are out of order or too large")
    value = _rounded(greatest.this, reason)
    number = of_kind(of_kind(condition, exp.Not, reason).this, exp.IsNan, f"`{name}` lets NaN through")
    need(alike(number.this, value), reason)
    need(any(alike(value.this, each) for each in written.values), f"`{name}` is no value that was asked for")
    is_within = rest is None or low + moved <= integer_of(rest) <= high + moved
    need(is_within, f"what counts in place of NULL in `{name}` lies beyond its bounds")
    return Value(low + moved, high + moved, may_lack=True)


def _rounded(node: object, reason: str) -> exp.Cast:
    """`round(CAST(x AS DOUBLE) / g)`: the cast."""
    rounded = of_kind(node, exp.Round, reason)
    need(set(parts_of(rounded)) == {"this"}, reason)
    quotient = of_kind(rounded.this, exp.Div, reason)
    if number_of(quotient.expression) <= 0:
        raise NotProvableError("a granularity that is not above 0")
    cast = of_kind(quotient.this, exp.Cast, reason)
    need(type(cast) is exp.Cast and cast.to.this == exp.DType.DOUBLE, reason)
    return cast
