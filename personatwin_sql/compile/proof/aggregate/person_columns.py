"""What one person's rows in one group add to a column, when they are at most so many."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Rows, Value
from personatwin_sql.compile.proof.aggregate.trees import name_of
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.frozen import dataclass

_MOST: Final = (1 << 63) - 1


@dataclass(frozen=True)
class PersonColumn:
    """A column of persons in groups: what one person adds lies within ± `most`."""

    most: int
    is_person: bool = False
    """It is 1 for a person, or NULL where `may_lack`."""
    may_lack: bool = False
    spread: Value | None = None
    """It is the list of the values themselves, so many at most."""
    counts_rows: bool = False
    """It is the number of the person's rows that count: 1 or more."""


def person_column(node: exp.Expr, rows: Rows, table: str, limit: int) -> PersonColumn:
    """An aggregate over at most `limit` rows of `table`, which are all of one person and group."""
    reason = "a person's rows are added up by more than count, sum and max"
    inside = node.this
    if isinstance(node, exp.Filter):
        return _listed(node, rows, table, limit)
    if isinstance(node, exp.Sum) and isinstance(inside, exp.Mul):
        value = _value_of(inside.this, rows, table)
        same = name_of(inside.this, (table,)) == name_of(inside.expression, (table,))
        need(same, "values are multiplied by others")
        need(
            value.most**2 <= _MOST,
            "a square can be too large for a BIGINT: the build would fail for a person",
        )
        return PersonColumn(limit * value.most**2)
    need(not parts_of(node).keys() - {"this", "big_int"}, reason)
    value = _value_of(inside, rows, table)
    if isinstance(node, exp.Count):
        is_every = value.low == value.high == 1 and not value.may_lack
        return PersonColumn(limit, counts_rows=is_every)
    if isinstance(node, exp.Sum):
        return PersonColumn(limit * value.most)
    need(isinstance(node, exp.Max) and value.low == value.high == 1, reason)
    return PersonColumn(1, is_person=True, may_lack=value.may_lack)


def _listed(node: exp.Filter, rows: Rows, table: str, limit: int) -> PersonColumn:
    """`list(x) FILTER (WHERE x IS NOT NULL)`."""
    reason = "a person's values are listed with more than their own"
    values = of_kind(node.this, exp.ArrayAgg, reason)
    need(not parts_of(values).keys() - {"this"}, reason)
    only(node, "this", "expression")
    known = of_kind(of_kind(node.expression, exp.Where, reason).this, exp.Not, reason)
    inside = of_kind(known.this, exp.Is, reason)
    need(isinstance(inside.expression, exp.Null), reason)
    need(name_of(inside.this, (table,)) == name_of(values.this, (table,)), reason)
    return PersonColumn(limit, spread=_value_of(values.this, rows, table))


def _value_of(node: exp.Expr, rows: Rows, table: str) -> Value:
    name = name_of(node, (table,))
    if name not in rows.values:
        raise NotProvableError(f"`{name}` is no value that is within bounds")
    return rows.values[name]
