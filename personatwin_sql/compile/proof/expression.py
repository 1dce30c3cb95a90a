"""Reads an expression: which values it is made from. What is not on the lists is not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.columns import A_PERSON, SECRET, STANDING, Column, Key
from personatwin_sql.compile.proof.facts import Relation
from personatwin_sql.compile.proof.joins import Pairing
from personatwin_sql.compile.proof.keyed import hashed_text, is_keyed, is_secret, told_apart
from personatwin_sql.compile.proof.proof import NotProvableError, given, need, of_kind
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass, replace

_MADE_OF_PARTS: Final = (
    exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Floor, exp.Ceil, exp.Round, exp.Abs,
    exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In,
    exp.DPipe, exp.Concat, exp.ConcatWs, exp.Left, exp.Right, exp.Length, exp.Pad, exp.Upper, exp.Lower,
    exp.Trim, exp.TimeToStr, exp.Year, exp.Quarter, exp.Month,
)  # fmt: skip
"""Pure: the value depends on the parts alone."""

_SINGLE_VALUES: Final = (exp.Min, exp.Max)
_TOTALS: Final = (exp.Count, exp.Sum)
_RANKS: Final = (exp.RowNumber, exp.Rank, exp.DenseRank)
AGGREGATES: Final = (*_SINGLE_VALUES, *_TOTALS)
_WINDOW_PARTS: Final = frozenset({"this", "partition_by", "order", "over"})


@dataclass(frozen=True)
class Scope:
    """The columns that an expression sees."""

    relation: Relation
    aliases: tuple[str, ...]
    subquery: Callable[[exp.Subquery], Column]
    pairing: Pairing | None = None
    """The two relations that were joined, where nothing else was."""
    group: str | None = None
    """The name of the group, in a SELECT that groups."""
    taken: frozenset[str] = frozenset()
    """Names that the SELECT gives to something else than the column of that name."""
    types: frozenset[str] = frozenset()
    """ENUMs: a text keeps what is known of it when it becomes one of theirs."""
    prefers_taken: bool = False
    """In HAVING and QUALIFY such a name may mean the one or the other."""

    def key(self, node: exp.Column) -> Key:
        """Where a column stands; one that could be read in two ways is refused."""
        only(node, "this", "table")
        need(isinstance(node.this, exp.Identifier), "a star where a value belongs")
        name, table, columns = folded(node.name), node.table, self.relation.columns
        if table:
            key = (folded(table), name)
            if key not in columns:
                raise NotProvableError(f"`{table}.{node.name}` is not known here")
            return key
        found = [key for key in columns if key[1] == name]
        is_open = self.relation.is_open
        if len(found) != 1:
            raise NotProvableError(f"`{node.name}` is {'ambiguous' if found else 'not known here'}")
        if is_open and len(self.aliases) != 1:
            raise NotProvableError(f"`{node.name}` is ambiguous")
        if name in self.taken and (is_open or self.prefers_taken):
            raise NotProvableError(f"`{node.name}` is the name of a column and of something else")
        return found[0]


def only(node: exp.Expr, *parts: str) -> None:
    """Goes on when the node has no other parts than these."""
    for name, part in node.args.items():
        if name not in parts and part not in (None, False, []):
            raise NotProvableError(f"{type(node).__name__} with {name.strip('_')} is not understood")


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions that must all be true."""
    if isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    elif isinstance(condition, exp.And):
        yield from conjuncts(condition.this)
        yield from conjuncts(condition.expression)
    else:
        yield condition


def value(node: exp.Expr, scope: Scope) -> Column:
    """What a value is made from; raises NotProvableError for anything that is not on the lists."""
    for kinds, read in _READERS:
        if isinstance(node, kinds):
            return read(node, scope)
    raise NotProvableError(f"{_called(node)} is not understood")


def _column(node: exp.Expr, scope: Scope) -> Column:
    column = scope.relation.columns[scope.key(of_kind(node, exp.Column, "no column"))]
    column = replace(column, is_rowid=False)
    if scope.group is None:
        return column
    return replace(column, groups=frozenset({scope.group}), counts=frozenset())


def bare(node: exp.Expr, scope: Scope) -> exp.Column | None:
    """The column whose value this is: itself, the text of a code, the number of a row, or that of rows."""
    if isinstance(node, exp.Column):
        return node
    if type(node) is not exp.Cast or not isinstance(node.this, exp.Column):
        return None
    only(node, "this", "to")
    if node.to.expressions:
        return None
    key = scope.key(node.this)
    column = scope.relation.columns[key]
    is_text = node.to.this == exp.DType.TEXT and column.is_code
    is_number = column.is_rowid or any(key in group.sizes for group in scope.relation.groups)
    return node.this if is_text or (is_number and is_whole_number(node.to)) else None


def is_whole_number(kind: exp.DataType) -> bool:
    """A type that holds whole numbers as they are, or stops the build."""
    return kind.this in (exp.DType.INT, exp.DType.BIGINT) and not kind.expressions


def _cast(node: exp.Expr, scope: Scope) -> Column:
    """A code is an exact copy of its text: the engine casts nothing but texts to an ENUM, and none away."""
    column = bare(node, scope)
    if column is not None:
        return replace(_column(column, scope), is_code=False)
    if type(node) is exp.Cast and isinstance(node.this, exp.Column) and _is_enum(node.to, scope):
        only(node, "this", "to")
        return replace(_column(node.this, scope), is_code=True)
    return replace(_parts(node, scope), is_code=type(node) is exp.Cast and _is_enum(node.to, scope))


def _is_enum(kind: exp.DataType, scope: Scope) -> bool:
    return kind.this == exp.DType.USERDEFINED and folded(str(kind.args.get("kind"))) in scope.types


def _constant(node: exp.Expr, _scope: Scope) -> Column:
    return Column(constant=f"{type(node).__name__} {node.args.get('this')}")


def _parts(node: exp.Expr, scope: Scope) -> Column:
    return together(value(part, scope) for part in node.iter_expressions())


def _keyed_hash(node: exp.Expr, scope: Scope) -> Column:
    """A hash of the whole secret and anything tells nothing of either to who lacks the secret."""
    only(node, "this", "length", "expressions")
    text = given(hashed_text(node), f"{_called(node)} is not understood")
    column = value(text, scope)
    return Column(groups=column.groups) if is_keyed(text) else Column(column.inputs, column.groups)


def _truncated(node: exp.Expr, scope: Scope) -> Column:
    """The first day of the period in which a date is."""
    only(node, "this", "unit")
    need(isinstance(node.args["unit"], exp.Var | exp.Literal), "a period that is no constant")
    return together(iter([value(node.this, scope)]))


def _subquery(node: exp.Expr, scope: Scope) -> Column:
    return scope.subquery(of_kind(node, exp.Subquery, "no subquery"))


def together(columns: Iterator[Column]) -> Column:
    """A value that is made from all of these."""
    parts = list(columns)
    return Column(
        frozenset().union(*(part.inputs for part in parts)),
        frozenset().union(*(part.groups for part in parts)),
    )


def _aggregate(node: exp.Expr, scope: Scope) -> Column:
    """Counts and sums speak of the group; any other aggregate picks the value of somebody."""
    need(scope.group is not None, "an aggregate where none belongs")
    only(node, "this", "big_int")
    inside = node.this
    if isinstance(inside, exp.Distinct):
        only(inside, "expressions")
        parts = inside.expressions
    else:
        parts = [] if isinstance(inside, exp.Star) else [inside]
    column = together(value(part, scope) for part in parts)
    group = scope.group if scope.group is not None and isinstance(node, _TOTALS) else A_PERSON
    inputs = frozenset() if isinstance(node, exp.Count) else column.inputs
    return Column(inputs, frozenset({group}))


def _window(node: exp.Expr, scope: Scope) -> Column:
    """A rank tells of the order alone; any other window brings in the values of other rows.

    Rows that tie are numbered as they stand.
    """
    only(node, *_WINDOW_PARTS)
    need(scope.group is None, "a window in a SELECT that groups is not understood")
    order = node.args.get("order")
    ordered = order.expressions if order else ()
    around = [value(part, scope) for part in node.args.get("partition_by") or ()]
    around += [value(part.this, scope) for part in ordered]
    if isinstance(node.this, _RANKS):
        keys = [*(node.args.get("partition_by") or ()), *(part.this for part in ordered)]
        has_ties = isinstance(node.this, exp.RowNumber) and not is_total(keys, scope)
        around += [Column(frozenset({STANDING}))] if has_ties else []
        around += [] if ordered else [Column(groups=frozenset({A_PERSON}))]
        return together(iter(around))
    function = node.this
    if isinstance(function, exp.Filter):
        only(function, "this", "expression")
        around.append(value(function.expression.this, scope))
        function = function.this
    need(isinstance(function, AGGREGATES), f"{_called(function)} as a window is not understood")
    column = together(iter([*around, _aggregate(function, replace(scope, group=A_PERSON))]))
    return replace(column, groups=frozenset({A_PERSON}))


def is_total(order: list[exp.Expr], scope: Scope) -> bool:
    """Whether no two rows tie: the order holds a key of the rows, or a keyed hash of it."""
    found = set()
    for node in order:
        column = node if isinstance(node, exp.Column) else told_apart(node)
        found |= {scope.key(column)} if column is not None else set()
    columns = scope.relation.columns
    return any(
        each.keys <= found and (each.counts_null or all(columns[key].is_filled for key in each.keys))
        for each in scope.relation.unique
    )


def _called_function(node: exp.Expr, scope: Scope) -> Column:
    if is_secret(node):
        return Column(frozenset({SECRET}))
    return _keyed_hash(node, scope)


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return f"{node.name.lower()}()"
    return type(node).__name__


_READERS: Final[tuple[tuple[tuple[type[exp.Expr], ...], Callable[[exp.Expr, Scope], Column]], ...]] = (
    ((exp.Column,), _column),
    ((exp.Literal, exp.Boolean, exp.Null, exp.DataType), _constant),
    ((exp.Cast,), _cast),
    (_MADE_OF_PARTS, _parts),
    ((exp.TimestampTrunc, exp.DateTrunc), _truncated),
    ((exp.Subquery,), _subquery),
    ((exp.SHA2,), _keyed_hash),
    ((exp.Window,), _window),
    (AGGREGATES, _aggregate),
    ((exp.Anonymous,), _called_function),
)
