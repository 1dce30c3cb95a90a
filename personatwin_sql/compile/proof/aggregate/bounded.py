"""What each person adds to each group: at most so many rows in each of at most so many groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Rows, Value
from personatwin_sql.compile.proof.aggregate.trees import (
    at_most,
    distinct_names,
    is_star,
    item_of,
    name_of,
    pairs_of,
    relation_of,
    select_of,
    source_of,
    star_and_one,
)
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

_MOST: Final = (1 << 63) - 1
IsPublic = Callable[[str], bool]
"""Whether a relation tells of nobody."""


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


@dataclass(frozen=True)
class Bounded:
    """One row a person and group, of at most `rows` rows; at most `groups` rows a person."""

    relation: str
    person: str
    keys: tuple[str, ...]
    columns: Mapping[str, PersonColumn]
    rows: int
    groups: int
    public: str | None
    """The relation of public keys that rows outside of were left out by."""


Queries = Mapping[str, exp.Expr]


def read_bounded(queries: list[tuple[str, exp.Expr]], rows: Rows, first: str, is_public: IsPublic) -> Bounded:
    """The WITH queries after the contributions, in their order, each of the one before."""
    need(len(queries) == 5, "contributions are not bounded in the five steps that are understood")
    (ordered, one), (numbered, two), (summed, three), (ranked, four), (bounded, five) = queries
    order, public = _ordered(one, rows, first, is_public)
    nth_row = _numbered(two, rows, ordered, order)
    columns, kept, limit = _summed(three, rows, numbered, nth_row, order)
    nth_group = _ranked(four, rows, summed, kept)
    groups = _limited(five, ranked, nth_group)
    return Bounded(bounded, rows.person, rows.keys, columns, limit, groups, public)


def _ordered(node: exp.Expr, rows: Rows, first: str, is_public: IsPublic) -> tuple[str, str | None]:
    """Rows of somebody, of public groups; a column by which each person's own rows are put in order."""
    select = select_of(node, "the order of rows", "joins", "where")
    need(source_of(select) == (first, first), "the order is not that of the contributions")
    order, value = star_and_one(select, "the order of rows", first)
    need(order not in rows.names, "two columns of the ordered rows have one name")
    where = select.args.get("where")
    _is_somebody(where.this if where is not None else None, rows, first)
    _of_own_rows(value, rows, first)
    joins = select.args.get("joins") or []
    need(len(joins) <= 1, "rows are joined to more than public keys")
    return order, _public_keys(joins[0], rows, first, is_public) if joins else None


def _is_somebody(condition: object, rows: Rows, first: str) -> None:
    reason = "rows of nobody are not left out by their person IS NOT NULL"
    known = of_kind(of_kind(condition, exp.Not, reason).this, exp.Is, reason)
    need(isinstance(known.expression, exp.Null), reason)
    need(name_of(known.this, (first,)) == rows.person, reason)


def _public_keys(join: exp.Expr, rows: Rows, first: str, is_public: IsPublic) -> str:
    only(join, "this", "kind", "on")
    need(join.text("kind").lower() == "semi", "rows are joined by something else than SEMI JOIN")
    relation, alias = relation_of(join.this)
    need(is_public(relation), f"`{relation}` is no relation of public keys")
    need(alias != first, "two relations have one name")
    joined = pairs_of(join.args.get("on"), first, alias)
    need(joined == frozenset(rows.keys), "rows are joined to public keys by other columns than all keys")
    return relation


def _of_own_rows(node: exp.Expr, rows: Rows, first: str) -> None:
    """A keyed hash of the row alone, which only rows that count alike have in common.

    Within one person and group all but the values is the same. concat_ws skips NULL, so that of columns
    that can lack a value all but one have a text in its place.
    """
    reason = "the order of rows is made of more than the row and the secret"
    digest = of_kind(node, exp.Anonymous, reason)
    need(folded(digest.name) == "md5_number" and len(digest.expressions) == 1, reason)
    text = of_kind(digest.expressions[0], exp.ConcatWs, reason)
    told: set[str] = set()
    bare: set[str] = set()
    for part in text.expressions:
        if isinstance(part, exp.Literal):
            continue
        if isinstance(part, exp.Anonymous):
            is_secret = folded(part.name) == "getvariable" and [each.name for each in part.expressions] == [
                "release_secret"
            ]
            need(is_secret, reason)
            continue
        (told if isinstance(part, exp.Coalesce) else bare).add(name_of(_inside(part, reason), (first,)))
    need(told | bare <= rows.names, reason)
    values = {name for name, value in rows.values.items() if value.may_lack or value.low < value.high}
    bare &= values
    need(values <= told | bare, "rows that count differently can tie in the order that chooses among them")
    need(len(bare - told) <= 1, "rows that count differently can tie: NULL leaves no trace in their order")


def _inside(part: exp.Expr, reason: str) -> exp.Expr:
    """The column of `coalesce(CAST(column AS VARCHAR), '')`, or the column itself."""
    if not isinstance(part, exp.Coalesce):
        return part
    cast, other = part.this, part.expressions
    is_text = type(cast) is exp.Cast and cast.to.this in (exp.DType.VARCHAR, exp.DType.TEXT)
    is_empty = len(other) == 1 and isinstance(other[0], exp.Literal) and other[0].name == ""
    need(is_text and is_empty, reason)
    found: exp.Expr = cast.this
    return found


def _row_number(node: exp.Expr, what: str) -> tuple[list[exp.Expr], list[exp.Expr]]:
    window = of_kind(node, exp.Window, f"{what} is no row_number()")
    only(window, "this", "partition_by", "order", "over")
    need(isinstance(window.this, exp.RowNumber), f"{what} is no row_number()")
    order = of_kind(window.args.get("order"), exp.Order, f"{what} has no order")
    return list(window.args.get("partition_by") or []), [part.this for part in order.expressions]


def _numbered(node: exp.Expr, rows: Rows, ordered: str, order: str) -> str:
    select = select_of(node, "the numbering of rows")
    need(source_of(select) == (ordered, ordered), "other rows are numbered than those that were ordered")
    name, value = star_and_one(select, "the numbering of rows", ordered)
    need(name not in rows.names | {order}, "two columns of the numbered rows have one name")
    parts, by = _row_number(value, "the number of a row")
    together = [name_of(part, (ordered,)) for part in parts]
    is_whole = sorted(together) == sorted((rows.person, *rows.keys))
    need(is_whole, "rows are not numbered by person and keys")
    need([name_of(part, (ordered,)) for part in by] == [order], "rows are numbered by another order")
    return name


def _summed(
    node: exp.Expr, rows: Rows, numbered: str, nth_row: str, order: str
) -> tuple[Mapping[str, PersonColumn], str, int]:
    select = select_of(node, "the sum of a person's rows", "where", "group")
    need(source_of(select) == (numbered, numbered), "other rows are added up than those that were numbered")
    where = of_kind(select.args.get("where"), exp.Where, "the rows of a person in a group are not limited")
    limit = at_most(where.this, nth_row)
    need(limit >= 1, "a limit below 1")
    group = of_kind(select.args.get("group"), exp.Group, "the rows of a person do not become one in a group")
    only(group, "expressions")
    grouped = [name_of(part, (numbered,)) for part in group.expressions]
    need(sorted(grouped) == sorted((rows.person, *rows.keys)), "rows are not grouped by person and keys")
    columns: dict[str, PersonColumn] = {}
    kept, names = "", []
    for item in select.expressions:
        name, value = item_of(item)
        names.append(name)
        if isinstance(value, exp.Column):
            need(name_of(value, (numbered,)) == name and name in grouped, "a column of a person is renamed")
        elif isinstance(value, exp.Min) and name_of(value.this, (numbered,)) == order:
            kept = name
        else:
            columns[name] = _person_column(value, rows, numbered, limit)
    distinct_names(names, "a person's rows")
    need(set(grouped) <= set(names) and kept, "a person's rows lose their keys or their order")
    need(not {*columns, kept} & set(grouped), "two columns of a person's rows have one name")
    return columns, kept, limit


def _person_column(node: exp.Expr, rows: Rows, numbered: str, limit: int) -> PersonColumn:
    reason = "a person's rows are added up by more than count, sum and max"
    inside = node.this
    if isinstance(node, exp.Filter):
        return _listed(node, rows, numbered, limit)
    if isinstance(node, exp.Sum) and isinstance(inside, exp.Mul):
        value = _value_of(inside.this, rows, numbered)
        same = name_of(inside.this, (numbered,)) == name_of(inside.expression, (numbered,))
        need(same, "values are multiplied by others")
        need(
            value.most**2 <= _MOST,
            "a square can be too large for a BIGINT: the build would fail for a person",
        )
        return PersonColumn(limit * value.most**2)
    need(not parts_of(node).keys() - {"this", "big_int"}, reason)
    value = _value_of(inside, rows, numbered)
    if isinstance(node, exp.Count):
        is_every = value.low == value.high == 1 and not value.may_lack
        return PersonColumn(limit, counts_rows=is_every)
    if isinstance(node, exp.Sum):
        return PersonColumn(limit * value.most)
    need(isinstance(node, exp.Max) and value.low == value.high == 1, reason)
    return PersonColumn(1, is_person=True, may_lack=value.may_lack)


def _listed(node: exp.Filter, rows: Rows, numbered: str, limit: int) -> PersonColumn:
    """`list(x) FILTER (WHERE x IS NOT NULL)`."""
    reason = "a person's values are listed with more than their own"
    values = of_kind(node.this, exp.ArrayAgg, reason)
    need(not parts_of(values).keys() - {"this"}, reason)
    only(node, "this", "expression")
    known = of_kind(of_kind(node.expression, exp.Where, reason).this, exp.Not, reason)
    inside = of_kind(known.this, exp.Is, reason)
    need(isinstance(inside.expression, exp.Null), reason)
    need(name_of(inside.this, (numbered,)) == name_of(values.this, (numbered,)), reason)
    return PersonColumn(limit, spread=_value_of(values.this, rows, numbered))


def _value_of(node: exp.Expr, rows: Rows, numbered: str) -> Value:
    name = name_of(node, (numbered,))
    if name not in rows.values:
        raise NotProvableError(f"`{name}` is no value that is within bounds")
    return rows.values[name]


def _ranked(node: exp.Expr, rows: Rows, summed: str, kept: str) -> str:
    select = select_of(node, "the numbering of groups")
    need(source_of(select) == (summed, summed), "other groups are numbered than those of a person")
    name, value = star_and_one(select, "the numbering of groups", summed)
    need(name not in rows.names | {kept}, "two columns of the numbered groups have one name")
    parts, by = _row_number(value, "the number of a group")
    together = [name_of(part, (summed,)) for part in parts]
    need(together == [rows.person], "groups are not numbered by person")
    order = [name_of(part, (summed,)) for part in by]
    need(set(order) == {kept, *rows.keys}, "groups are not numbered by a person's own rows and all keys")
    return name


def _limited(node: exp.Expr, ranked: str, nth_group: str) -> int:
    select = select_of(node, "the limit of groups", "where")
    need(source_of(select) == (ranked, ranked), "other groups are limited than those that were numbered")
    is_all = len(select.expressions) == 1 and is_star(select.expressions[0], ranked)
    need(is_all, "groups are limited beside other columns")
    where = of_kind(select.args.get("where"), exp.Where, "the groups of a person are not limited")
    limit = at_most(where.this, nth_group)
    need(limit >= 1, "a limit below 1")
    return limit
