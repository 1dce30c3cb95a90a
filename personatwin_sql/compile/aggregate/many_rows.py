"""Aggregates and windows of one person that do not depend on how rows happen to lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from sqlglot import exp

from personatwin_sql.compile.aggregate.calls import arguments
from personatwin_sql.compile.aggregate.flow import Refused
from personatwin_sql.compile.aggregate.frame import Frame
from personatwin_sql.compile.aggregate.total import Total
from personatwin_sql.compile.sql_functions import AGGREGATES, words
from personatwin_sql.compile.sql_reader import SelectTree

_COUNTS: Final = {"count": "integer", "count_if": "huge", "countif": "huge"}
_WHOLE: Final = words("sum avg mean")
"""Exact for whole numbers; of others rounding depends on the order of rows."""
_MIDDLE: Final = words("median quantile_cont percentile_cont")
_PICKED: Final = words("min max quantile_disc percentile_disc")
_RANKS: Final = {
    "rank": "integer", "dense_rank": "integer", "percent_rank": "number", "cume_dist": "number",
}  # fmt: skip
_ROWS: Final = "write rank() or dense_rank(), which give people with equal values the same number"


class ManyRows:
    """Reads items of one SELECT, its HAVING and QUALIFY: aggregates and windows of one person."""

    def __init__(self, tree: SelectTree, frame: Frame, query: Callable[[exp.Expr], Sequence[str]]) -> None:
        self._tree = tree
        self._frame = frame
        self.one = Total(tree, frame.kind, query)
        self.total = Total(tree, frame.kind, query, self._kind)
        """Of expressions over aggregates and windows too."""

    def _kind(self, node: exp.Expr) -> str:
        return self._window(node) if isinstance(node, exp.Window) else self._aggregate(node)

    def _aggregate(self, node: exp.Expr) -> str:
        call = node
        if isinstance(node, exp.Filter):
            self.one.condition(node.expression.this)
            call = node.this
        name = self._tree.function(call)
        if isinstance(call, exp.WithinGroup | exp.IgnoreNulls | exp.RespectNulls):
            self._refuse(
                "PT624", "this form of an aggregate is not followed", call, "write quantile_disc(x, 0.5)"
            )
        inputs = [
            one
            for part in arguments(call)
            for one in (part.expressions if isinstance(part, exp.Distinct) else [part])
            if not isinstance(one, exp.Star)
        ]
        written = inputs[1:] if name.startswith(("quantile", "percentile")) else []
        if len(inputs) - len(written) > 1 or any(not _is_share(part) for part in written):
            self._refuse("PT624", f"{name}() is followed with one column only", call, "leave the rest out")
        kinds = [self.one.kind(part) for part in inputs]
        kind = self._of(name, kinds[0] if kinds else "", call)
        if kind is None:
            message = f"{name or 'this aggregate'}() can depend on the order in which rows happen to lie"
            self._refuse("PT624", message, call, "use count(), min(), max(), sum() or median()")
        return kind

    def _of(self, name: str, value: str, call: exp.Expr) -> str | None:
        """The kind that an aggregate of values of a kind gives; None where it may depend on their order."""
        if name in ("count_if", "countif", "bool_and", "bool_or") and value != "boolean":
            self._refuse("PT628", f"{name}() takes a truth", call, "write a comparison")
        if name in _COUNTS:
            return _COUNTS[name]
        if name in ("bool_and", "bool_or"):
            return "boolean"
        if name in _PICKED:
            return value
        if name in _MIDDLE and value in ("integer", "number"):
            return "number"
        if name in _WHOLE and value in ("integer", "boolean"):
            return "huge" if name == "sum" else "number"
        if name in _WHOLE:
            message = f"{name}() of fractions depends on the order in which rows happen to lie"
            fix = f"aggregate whole numbers: {name}(TRY_CAST(100 * x AS BIGINT)), or in the protected SELECT"
            self._refuse("PT624", message, call, fix)
        return None

    def _window(self, node: exp.Window) -> str:
        frame, chain = self._frame, self._frame.window_and_those_it_extends(node)
        keys = [key for window in chain for key in window.args.get("partition_by") or ()]
        if frame.is_of_persons and not any(frame.is_unit(key) for key in keys):
            message = "a window looks over several people"
            self._refuse("PT620", message, node, "add the privacy unit to PARTITION BY")
        ordered = [
            part for window in chain if window.args.get("order") for part in window.args["order"].expressions
        ]
        for part in (*keys, *(each.this for each in ordered)):
            self.one.kind(part)
        if any(window.args.get("spec") for window in chain):
            message = "a frame counts rows that may be tied, or reaches for values that may not be there"
            self._refuse("PT624", message, node, "leave the frame out")
        function = node.this.this if isinstance(node.this, exp.Filter) else node.this
        name = self._tree.function(function)
        if name in _RANKS and not arguments(function) and not isinstance(node.this, exp.Filter):
            return _RANKS[name]
        if name not in AGGREGATES or isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
            message = "which of several tied rows comes first depends on how rows happen to lie"
            self._refuse("PT624", message, node, _ROWS)
        return self._aggregate(node.this)

    def _is_aggregate(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
            return True
        return isinstance(node, exp.AggFunc) or self._tree.function(node) in AGGREGATES

    def has_aggregate(self, node: exp.Expr) -> bool:
        """Whether rows become one: an aggregate that is not the function of a window."""
        if isinstance(node, exp.Query | exp.Window):
            return False
        return self._is_aggregate(node) or any(self.has_aggregate(part) for part in node.iter_expressions())

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> NoReturn:
        raise Refused(self._tree.refusal(code, message, node, *fixes))


def _is_share(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and 0 <= float(node.this) <= 1
