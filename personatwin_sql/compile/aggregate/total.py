"""Expressions that give a value whatever the row holds: an error would tell that somebody has such a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Refused
from personatwin_sql.compile.sql_functions import AGGREGATES, words
from personatwin_sql.compile.sql_reader import SelectTree
from personatwin_sql.compile.sql_types import TypeOf, kind_of, type_of

_PLAIN: Final = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Alias, exp.And, exp.Or,
    exp.Not, exp.Is, exp.DPipe, exp.Case, exp.If, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Like,
    exp.ILike, exp.Div, exp.Var, exp.Tuple, exp.Extract,
)  # fmt: skip
"""Nothing of these fails, whatever the values of their parts."""
_COMPARED: Final = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In,
)  # fmt: skip
_OF_ALIKE: Final = (exp.Case, exp.If, exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif)

OF_COLUMNS: Final = words(
    """
    coalesce concat concat_ws contains date_part day dayofmonth dayofweek dayofyear ends_with extract
    greatest hour if ifnull isfinite isinf isnan isodow lcase least left length len lower ltrim month
    nullif prefix quarter reverse right rtrim second minute starts_with strip_accents strlen substr
    substring suffix trim ucase upper week weekday weekofyear year date_trunc datetrunc datepart
    strftime try_strptime regexp_matches regexp_full_match replace split_part floor ceil ceiling round
    strpos instr position isoyear yearweek dayname monthname decade century millennium
    """
)
"""Functions that give a value, or NULL, for every value of a column in their first or second place."""
_ONE_COLUMN: Final = words(
    """
    left right substr substring round split_part replace strftime try_strptime regexp_matches
    regexp_full_match date_trunc datetrunc date_part datepart
    """
)
"""Those of them whose other arguments are written: lengths, patterns and parts could fail."""

STABLE: Final = words(
    "count count_if countif min max bool_and bool_or",
    "median quantile_cont quantile_disc percentile_cont percentile_disc",
)
"""Aggregates that do not depend on the order in which rows happen to lie, nor overflow."""
OF_WHOLE: Final = words("sum avg mean")
"""The same of whole numbers; of others rounding depends on that order."""
RANKS: Final = words("rank dense_rank percent_rank cume_dist")

_TRY: Final = "write TRY(…) around it: NULL where it has no value"


class Total:
    """Checks expressions of one SELECT; raises Refused at the first part that could fail."""

    def __init__(self, tree: SelectTree, column_kind: TypeOf, query: Callable[[exp.Expr], None]) -> None:
        self._tree = tree
        self._column_kind = column_kind
        self._query = query

    def check(self, node: exp.Expr) -> None:
        """An expression of one row."""
        if _is_constant(node):
            return
        if isinstance(node, exp.Try):
            self._inside_try(node)
            return
        for part in (node, *node.iter_expressions()):
            if isinstance(part, exp.Query | exp.Exists) and part.arg_key != "query":
                self._refuse(
                    "PT626", "a subquery decides on rows of people", part, "join the relation instead"
                )
        if isinstance(node, exp.In) and node.args.get("query") is not None:
            self.check(node.this)
            self._query(node.args["query"])
            return
        self.check_node(node)
        for part in node.iter_expressions():
            self.check(part)

    def kind(self, node: exp.Expr) -> str:
        return type_of(node, self._column_kind, self._tree.function)

    def check_node(self, node: exp.Expr) -> None:
        """One node, whatever its parts."""
        name = self._tree.function(node)
        if name in AGGREGATES or isinstance(node, exp.AggFunc | exp.Window):
            message = f"{name or 'an aggregate'}() stands where each row is looked at by itself"
            self._refuse("PT625", message, node, "aggregate per person in a model below, or in the SELECT")
        if isinstance(node, _COMPARED):
            self._compared(node)
        elif isinstance(node, _OF_ALIKE):
            self._alike(node)
        elif isinstance(node, _PLAIN):  # TRY_CAST among them, which is a kind of CAST to the reader
            return
        elif isinstance(node, exp.Cast):
            self._cast(node)
        elif name:
            self._function(node, name)
        elif not isinstance(node, exp.Where):
            self._refuse("PT627", f"`{_shown(node)}` can fail, or run over, for some value", node, _TRY)

    def _inside_try(self, node: exp.Expr) -> None:
        for part in node.walk():
            name = self._tree.function(part)
            if (
                isinstance(part, exp.Query)
                or name in AGGREGATES
                or isinstance(part, exp.AggFunc | exp.Window)
            ):
                self._refuse("PT626", "TRY takes an expression of one row", part, "leave it out of TRY(…)")

    def _cast(self, node: exp.Cast) -> None:
        source, target = self.kind(node.this), kind_of(node.to)
        is_safe = (
            target == "text"
            or (source, target) in {("date", "timestamp"), ("timestamp", "date"), ("boolean", "integer")}
            or (source in ("integer", "number") and node.to.this == exp.DType.DOUBLE)
            or (source == target and source in ("date", "timestamp", "boolean"))
        )
        if not is_safe:
            fix = f"write TRY_CAST(… AS {node.to.sql('duckdb')}): NULL where it does not read so"
            self._refuse("PT628", "CAST fails where a value does not read so", node, fix)

    def _compared(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Between):
            sides = [node.this, node.args["low"], node.args["high"]]
        elif isinstance(node, exp.In):
            sides = [node.this, *node.expressions]
        else:
            sides = [node.this, node.expression]
        kinds = {self.kind(side) for side in sides if not _is_text_literal(side)} - {"null"}
        if not _are_comparable(kinds):
            message = "values of different kinds are compared: one is cast, and that can fail"
            self._refuse("PT628", message, node, "cast it yourself: TRY_CAST(… AS …)")

    def _alike(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Case):
            parts = [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default")]
            if node.this is not None:
                conditions = {self.kind(branch.this) for branch in node.args["ifs"]} | {self.kind(node.this)}
                if not _are_comparable(conditions - {"null"}):
                    fix = "cast it yourself: TRY_CAST(… AS …)"
                    self._refuse("PT628", "values of different kinds are compared", node, fix)
        elif isinstance(node, exp.If):
            parts = [node.args.get("true"), node.args.get("false")]
        elif isinstance(node, exp.Nullif):
            parts = [node.this, node.expression]
        else:
            parts = [node.this, *node.expressions]
        kinds = {self.kind(part) for part in parts if isinstance(part, exp.Expr)} - {"null"}
        if not _are_comparable(kinds):
            message = "branches are of different kinds: one is cast, and that can fail"
            self._refuse("PT628", message, node, "cast it yourself: TRY_CAST(… AS …)")

    def _function(self, node: exp.Expr, name: str) -> None:
        if name not in OF_COLUMNS:
            self._refuse("PT627", f"{name}() can fail, or run over, for some value", node, _TRY)
        columns = [part for part in node.iter_expressions() if not _is_constant(part)]
        if name in _ONE_COLUMN and len(columns) > 1:
            message = f"{name}() takes a written value here: one of a column could make it fail"
            self._refuse("PT627", message, columns[1], _TRY)

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> NoReturn:
        raise Refused(self._tree.refusal(code, message, node, *fixes))


def _is_constant(node: exp.Expr) -> bool:
    """Whether it is the same for every row, so that it fails always or never."""
    return not isinstance(node, exp.Star) and not any(
        isinstance(part, exp.Column | exp.Query | exp.AggFunc | exp.Window | exp.Star) for part in node.walk()
    )


def _is_text_literal(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _are_comparable(kinds: set[str]) -> bool:
    return len(kinds) < 2 or kinds <= {"integer", "number"} or kinds <= {"date", "timestamp"}


def _shown(node: exp.Expr) -> str:
    """An operator as it is written, without what it is applied to."""
    signs = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.IntDiv: "//", exp.Mod: "%", exp.Neg: "-"}
    return next((sign for kind, sign in signs.items() if isinstance(node, kind)), node.key.upper())
