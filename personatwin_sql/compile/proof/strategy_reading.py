"""Reads a SELECT over cells: which of them a row stands for, and how each value comes from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import need, of_kind
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass, replace

_PURE: Final = (
    exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Cast, exp.TryCast, exp.DataType, exp.Interval,
    exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod, exp.Neg,
    exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.DPipe, exp.Left, exp.Right, exp.Length, exp.SplitPart, exp.DateDiff,
    exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.Identifier,
)  # fmt: skip
"""The value depends on the parts alone."""
_NAMED: Final = frozenset({"try_strptime"})
_TOTALS: Final = (exp.Count, exp.Sum, exp.Min, exp.Max)
_PARTS: Final = ("expressions", "from_", "where", "group", "having", "qualify", "order", "with_")
MADE: Final = "made"
"""Computed from cells in whatever way: it may choose and order rows, and be their number."""
_NO_KEY: Final = frozenset({"?"})
"""Rows may agree in all columns that are left."""


@dataclass(frozen=True)
class Value:
    """How a value comes from one column of the cells in a row, or that it is made from several."""

    kind: str
    """`copy`, `max`, `min`, `sum` of the cells; `evidence of` one: 0 where `is_added`; or MADE."""
    column: str = ""


@dataclass(frozen=True)
class Cells:
    """A relation whose rows are cells (each at most once), or groups of them that share no cell."""

    columns: Mapping[str, Value]
    key: frozenset[str]
    """Columns of which no two rows agree in all."""
    is_grouped: bool = False


@dataclass(frozen=True)
class CellColumns:
    """The table of cells, as the proof of the cells knows it."""

    model: str
    about: tuple[str, ...]
    """What a cell says besides its period and counts: `level`, the columns of personas, the dimensions."""

    @property
    def table(self) -> str:
        return f"private.{folded(self.model)}__cells"

    @property
    def all(self) -> tuple[str, ...]:
        return ("level_number", *map(folded, self.about), "period", "people", "events")


def read_cells(select: exp.Select, cells: CellColumns, ctes: Mapping[str, Cells]) -> Cells:
    """What a SELECT makes of cells; raises NotProvableError for what is not understood."""
    only(select, *_PARTS)
    source = _source(select, cells, ctes)
    _names_one_thing(select)
    for part in ("where", "having", "qualify"):
        condition = select.args.get(part)
        if condition is not None:
            _pure(condition.this, source)
    clause = select.args.get("group")
    if clause is not None:
        return _grouped(select, clause, source)
    need(not any(_aggregates(node) for node in select.expressions), "all cells become one row")
    need(not select.args.get("having"), "HAVING without GROUP BY")
    found = dict(_projections(select, source))
    names = {old: name for name, (old, _) in found.items() if old}
    is_kept = all(name in names for name in source.key)
    key = frozenset(names[name] for name in source.key) if is_kept else _NO_KEY
    return replace(source, columns={name: value for name, (_, value) in found.items()}, key=key)


def _names_one_thing(select: exp.Select) -> None:
    """A name in a condition or a GROUP BY is that of a column, never what the SELECT calls something else."""
    taken = set()
    for node in select.expressions:
        if not isinstance(node, exp.Star):
            name, inner = _named(node)
            is_itself = isinstance(inner, exp.Column) and name_of(inner) == name
            taken |= set() if is_itself else {name}
    for part in ("where", "group", "having", "qualify"):
        clause = select.args.get(part)
        for column in clause.find_all(exp.Column) if clause is not None else ():
            need(name_of(column) not in taken, f"`{column.name}` may mean two things")


def _grouped(select: exp.Select, clause: exp.Expr, source: Cells) -> Cells:
    need(not source.is_grouped, "groups of groups are not understood")
    only(clause, "expressions")
    names = [name_of(of_kind(node, exp.Column, "a group by an expression")) for node in clause.expressions]
    need(all(name in source.columns for name in names), "a group by a column that is not there")
    keys = {name: source.columns[name] for name in names}
    columns: dict[str, Value] = {}
    for node in select.expressions:
        name, inner = _named(node)
        need(name not in columns, "two columns have one name")
        columns[name] = _of_group(inner, source, keys)
    return Cells(columns, frozenset(names), is_grouped=True)


def _of_group(node: exp.Expr, source: Cells, keys: Mapping[str, Value]) -> Value:
    if isinstance(node, exp.Column):
        need(name_of(node) in keys, f"`{node.name}` is that of one cell of several")
        return keys[name_of(node)]
    for kind, word in ((exp.Max, "max"), (exp.Min, "min"), (exp.Sum, "sum")):
        if type(node) is kind and isinstance(node.this, exp.Column):
            only(node, "this")
            found = _column(node.this, source)
            return Value(word, found.column) if found.kind == "copy" else Value(MADE)
    named = _bigint(node) or _evidence(node)
    if named is not None:
        return _counted([_of_group(part, source, keys) for part in named])
    for column in node.find_all(exp.Column):
        is_inside = column.find_ancestor(*_TOTALS) is not None
        need(is_inside or name_of(column) in keys, f"`{column.name}` is that of one cell of several")
    _pure(node, source)
    return Value(MADE)


def _projections(select: exp.Select, source: Cells) -> Iterator[tuple[str, tuple[str, Value]]]:
    """Name, the column that it is a bare copy of, and value."""
    seen: set[str] = set()
    for node in select.expressions:
        found = (
            [(name, (name, value)) for name, value in source.columns.items()]
            if isinstance(node, exp.Star)
            else [_projection(node, source)]
        )
        if isinstance(node, exp.Star):
            only(node)
        for name, value in found:
            need(name not in seen, "two columns have one name")
            seen.add(name)
            yield name, value


def _projection(node: exp.Expr, source: Cells) -> tuple[str, tuple[str, Value]]:
    name, inner = _named(node)
    if isinstance(inner, exp.Column):
        return name, (name_of(inner), _column(inner, source))
    return name, ("", _of_row(inner, source))


def _of_row(node: exp.Expr, source: Cells) -> Value:
    if isinstance(node, exp.Column):
        return _column(node, source)
    named = _bigint(node) or _evidence(node)
    if named is not None:
        return _counted([_of_row(part, source) for part in named])
    _pure(node, source)
    return Value(MADE)


def _bigint(node: exp.Expr) -> tuple[exp.Expr, ...] | None:
    """What is cast to BIGINT; a number of events stays that number, or the build stops."""
    if type(node) is exp.Cast and node.to.this == exp.DType.BIGINT and not node.to.expressions:
        only(node, "this", "to")
        return (node.this,)
    return None


def _evidence(node: exp.Expr) -> tuple[exp.Expr, ...] | None:
    """`CASE WHEN flag THEN 0 ELSE number END`: the number and the flag."""
    if not isinstance(node, exp.Case) or node.this is not None or len(node.args["ifs"]) != 1:
        return None
    branch, default = node.args["ifs"][0], node.args.get("default")
    only(node, "ifs", "default")
    only(branch, "this", "true")
    is_nothing = branch.args["true"] == exp.Literal.number(0)
    return (default, branch.this) if is_nothing and default is not None else None


def _counted(parts: list[Value]) -> Value:
    """A number by itself, or beside a flag that says that it counts as none."""
    if len(parts) == 1:
        return parts[0]
    number, flag = parts
    is_known = number in (Value("copy", "events"), Value("sum", "events"))
    is_flagged = flag == Value("copy", "is_added")
    return Value(f"evidence of {number.kind}", "events") if is_known and is_flagged else Value(MADE)


def _source(select: exp.Select, cells: CellColumns, ctes: Mapping[str, Cells]) -> Cells:
    clause = of_kind(select.args.get("from_"), exp.From, "a SELECT without FROM")
    only(clause, "this")
    table = of_kind(clause.this, exp.Table, "something else than cells is read")
    need(isinstance(table.this, exp.Identifier), "something else than cells is read")
    only(table, "this", "db")
    if not table.args.get("db"):
        need(folded(table.name) in ctes, f"`{table.name}` is neither a CTE nor a table with its schema")
        return ctes[folded(table.name)]
    name = f"{folded(table.db)}.{folded(table.name)}"
    need(name == cells.table, f"`{name}` is read beside the cells")
    key = frozenset({*map(folded, cells.about), "period"})
    return Cells({column: Value("copy", column) for column in cells.all}, key)


def _column(node: exp.Column, source: Cells) -> Value:
    name = name_of(node)
    need(name in source.columns, f"`{name}` is not known here")
    return source.columns[name]


def name_of(node: exp.Column) -> str:
    only(node, "this")
    need(isinstance(node.this, exp.Identifier), "a star where a value belongs")
    return folded(node.name)


def _named(node: exp.Expr) -> tuple[str, exp.Expr]:
    if isinstance(node, exp.Alias):
        only(node, "this", "alias")
        return folded(node.alias), node.this
    return folded(of_kind(node, exp.Column, "a column without a name").name), node


def _aggregates(node: exp.Expr) -> bool:
    return any(not isinstance(found.parent, exp.Window) for found in node.find_all(*_TOTALS))


def _pure(node: exp.Expr, source: Cells) -> None:
    """Goes on where a value depends on nothing but the cells; ties never let the order of a table decide."""
    if isinstance(node, exp.Column):
        _column(node, source)
        return
    if isinstance(node, exp.Window):
        _window(node, source)
        return
    is_named = isinstance(node, exp.Anonymous) and folded(str(node.this)) in _NAMED
    is_known = isinstance(node, (*_PURE, *_TOTALS)) or is_named
    need(is_known, f"{type(node).__name__} is not understood")
    for part in node.iter_expressions():
        _pure(part, source)


def _window(node: exp.Window, source: Cells) -> None:
    only(node, "this", "partition_by", "order", "over")
    by = [*(node.args.get("partition_by") or ())]
    order = node.args.get("order")
    ordered = [each.this for each in order.expressions] if order is not None else []
    for part in (*by, *ordered):
        _pure(part, source)
    if isinstance(node.this, exp.RowNumber):
        told = {name_of(part) for part in (*by, *ordered) if isinstance(part, exp.Column)}
        missing = source.key - told - ({"level"} if "level_number" in told else set())
        need(not missing, "rows that tie are numbered in the order in which they stand")
        return
    need(isinstance(node.this, _TOTALS) and order is None, "a window that is not understood")
    _pure(node.this, source)
