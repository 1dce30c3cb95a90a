"""Aggregates and windows of one person that do not depend on how rows happen to lie."""

from __future__ import annotations

from typing import Final, NoReturn

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Refused
from personatwin_sql.compile.aggregate.frame import Frame
from personatwin_sql.compile.aggregate.total import OF_WHOLE, RANKS, STABLE, Total
from personatwin_sql.compile.sql_functions import AGGREGATES
from personatwin_sql.compile.sql_reader import SelectTree

_MODIFIERS: Final = (exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
_ROWS: Final = "write rank() or dense_rank(), which give people with equal values the same number"


class ManyRows:
    """Checks items of one SELECT, its HAVING and QUALIFY; raises Refused."""

    def __init__(self, tree: SelectTree, frame: Frame, total: Total) -> None:
        self._tree = tree
        self._frame = frame
        self._total = total

    def check(self, node: exp.Expr) -> None:
        """An item of the list, HAVING or QUALIFY: windows and aggregates of one person, the rest total."""
        if isinstance(node, exp.Window):
            self._window(node)
        elif self._is_aggregate(node):
            self._aggregate(node)
        elif self._is_of_many(node):
            self._total.check_node(node)
            for part in node.iter_expressions():
                self.check(part)
        else:
            self._total.check(node)

    def _aggregate(self, node: exp.Expr) -> None:
        total = self._total
        call = node
        if isinstance(node, exp.Filter):
            total.check(node.expression.this)
            call = node.this
        while isinstance(call, _MODIFIERS):
            call = call.this
        name = self._tree.function(call)
        inputs = [part for part in call.iter_expressions() if not isinstance(part, exp.Star)]
        inputs = [
            one for part in inputs for one in (part.expressions if isinstance(part, exp.Distinct) else [part])
        ]
        for part in inputs:
            total.check(part)
        if name in STABLE:
            return
        if name in OF_WHOLE and inputs and total.kind(inputs[0]) in ("integer", "boolean"):
            return
        if name in OF_WHOLE:
            message = f"{name}() of fractions depends on the order in which rows happen to lie"
            fix = f"aggregate whole numbers: {name}(TRY_CAST(100 * x AS BIGINT)), or in the protected SELECT"
            self._refuse("PT624", message, call, fix)
        message = f"{name or 'this aggregate'}() can depend on the order in which rows happen to lie"
        self._refuse("PT624", message, call, "use count(), min(), max(), sum() or median()")

    def _window(self, node: exp.Window) -> None:
        frame, total = self._frame, self._total
        chain = frame.window_and_those_it_extends(node)
        keys = [key for window in chain for key in window.args.get("partition_by") or ()]
        if frame.is_of_persons and not any(frame.is_unit(key) for key in keys):
            message = "a window looks over several people"
            self._refuse("PT620", message, node, "add the privacy unit to PARTITION BY")
        ordered = [
            part for window in chain if window.args.get("order") for part in window.args["order"].expressions
        ]
        for part in (*keys, *(each.this for each in ordered)):
            total.check(part)
        if any(window.args.get("spec") for window in chain):
            message = "a frame counts rows that may be tied, or reaches for values that may not be there"
            self._refuse("PT624", message, node, "leave the frame out")
        function = node.this.this if isinstance(node.this, exp.Filter) else node.this
        if self._tree.function(function) in RANKS or isinstance(function, exp.Rank | exp.DenseRank):
            return
        if isinstance(function, exp.RowNumber) or self._tree.function(function) not in AGGREGATES:
            message = "which of several tied rows comes first depends on how rows happen to lie"
            self._refuse("PT624", message, node, _ROWS)
        self._aggregate(node.this)

    def _is_aggregate(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
            return True
        return isinstance(node, exp.AggFunc) or self._tree.function(node) in AGGREGATES

    def has_aggregate(self, node: exp.Expr) -> bool:
        """Whether rows become one: an aggregate that is not the function of a window."""
        if isinstance(node, exp.Query | exp.Window):
            return False
        return self._is_aggregate(node) or any(self.has_aggregate(part) for part in node.iter_expressions())

    def _is_of_many(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Query):
            return False
        is_own = isinstance(node, exp.Window) or self._is_aggregate(node)
        return is_own or any(self._is_of_many(part) for part in node.iter_expressions())

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> NoReturn:
        raise Refused(self._tree.refusal(code, message, node, *fixes))
