"""Expressions that give a value whatever the row holds: an error would tell that somebody has such a row.

An allow-list: each node is read together with the kind of value that it gives. What is written out is checked
too, since the engine computes it only where a row needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from sqlglot import exp

from personatwin_sql.compile.aggregate.arithmetic import OPERATORS, calculated
from personatwin_sql.compile.aggregate.calls import (
    GIVES_IN_TRY,
    IN_TRY,
    OF_COLUMNS,
    PARTS,
    arguments,
    given,
    place_of,
    takes,
)
from personatwin_sql.compile.aggregate.casts import after_cast, is_safe_cast
from personatwin_sql.compile.aggregate.flow import Refused
from personatwin_sql.compile.aggregate.kinds import (
    DATES,
    NUMBERS,
    UNKNOWN,
    joined,
    of_number,
    reads_as,
    target_of,
    text_value,
    whole_value,
)
from personatwin_sql.compile.sql_functions import AGGREGATES, TYPES
from personatwin_sql.compile.sql_reader import SelectTree

_CONNECTED: Final = (exp.And, exp.Or, exp.Not)
_COMPARED: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_OF_MANY: Final = (exp.AggFunc, exp.Window, exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
_TRY: Final = "write TRY(…) around it: NULL where it has no value"
_CAST_IT: Final = "cast it yourself: TRY_CAST(… AS …)"


class Total:
    """Reads expressions of one SELECT; raises Refused at the first part that could fail."""

    def __init__(
        self,
        tree: SelectTree,
        column_kind: Callable[[exp.Column], str | None],
        query: Callable[[exp.Expr], Sequence[str]],
        many: Callable[[exp.Expr], str] | None = None,
    ) -> None:
        self._tree = tree
        self._column_kind = column_kind
        self._query = query
        self._many = many
        self._tries = False

    def kind(self, node: exp.Expr) -> str:
        """The kind of value that an expression of one row gives."""
        if isinstance(node, _OF_MANY) or self._tree.function(node) in AGGREGATES:
            return self._of_many(node)
        if isinstance(node, exp.Query | exp.Exists):
            self._refuse("PT626", "a subquery decides on rows of people", node, "join the relation instead")
        known = _READERS.get(type(node))
        return known(self, node) if known is not None else self._function(node, self._tree.function(node))

    def condition(self, node: exp.Expr) -> None:
        """What a row is chosen by: the engine would cast anything else to a truth."""
        if self.kind(node) not in ("boolean", "null"):
            message = "a condition that is no truth is cast to one, and that can fail"
            self._refuse("PT628", message, node, "write a comparison: … = 'yes', … > 0, … IS NOT NULL")

    def comparable(self, sides: Sequence[exp.Expr], node: exp.Expr, more: Sequence[str] = ()) -> None:
        """Whether comparing these, and columns of the kinds `more`, casts nothing that could fail."""
        kinds = [self.kind(side) for side in sides]
        texts = [text for side in sides if (text := text_value(side)) is not None]
        others = {kind for side, kind in zip(sides, kinds, strict=True) if text_value(side) is None}
        others = (others | set(more)) - {"null"}
        common = "integer" if others == {"boolean", "integer"} else joined(others)
        if common is None:
            message = "values of different kinds are compared: one is cast, and that can fail"
            self._refuse("PT628", message, node, _CAST_IT)
        if texts and common == "unit":
            message = "a person is compared with what is written"
            self._refuse("PT628", message, node, "compare units with units, or cast: CAST(… AS VARCHAR)")
        if not all(reads_as(text, common) for text in texts):
            message = f"a written text does not read as the {common} that it is compared with"
            self._refuse("PT628", message, node, "write numbers as 12, dates as '2020-01-31'")

    def _of_many(self, node: exp.Expr) -> str:
        if self._tries:
            self._refuse("PT626", "TRY takes an expression of one row", node, "leave it out of TRY(…)")
        if self._many is None:
            name = self._tree.function(node) or "an aggregate"
            message = f"{name}() stands where each row is looked at by itself"
            self._refuse("PT625", message, node, "aggregate per person in a model below, or in the SELECT")
        return self._many(node)

    def _tried(self, node: exp.Expr) -> str:
        before, self._tries = self._tries, True
        try:
            return self.kind(node.this)
        finally:
            self._tries = before

    def _column(self, node: exp.Expr) -> str:
        kind = self._column_kind(node) if isinstance(node, exp.Column) else None
        if kind is None or isinstance(node.this, exp.Star):
            message = f"`{node.name}` is no column of what this SELECT reads"
            fixes = ("write the expression instead of its alias", "join what a subquery looks up")
            self._refuse("PT625", message, node, *fixes)
        return kind

    def _literal(self, node: exp.Expr) -> str:
        kind = "text" if node.is_string else of_number(node.this)
        if kind == UNKNOWN:
            self._refuse("PT627", "a number with so many digits can run over", node, "write fewer digits")
        return kind

    def _connected(self, node: exp.Expr) -> str:
        for part in node.iter_expressions():
            self.condition(part)
        return "boolean"

    def _is(self, node: exp.Expr) -> str:
        if isinstance(node.expression, exp.Null):
            self.kind(node.this)
        else:
            self.condition(node.this)
            self.condition(node.expression)
        return "boolean"

    def _text_match(self, node: exp.Expr) -> str:
        for part in (node.this, node.expression):
            if self.kind(part) not in ("text", "null"):
                self._refuse("PT628", "LIKE compares texts", part, "write CAST(… AS VARCHAR)")
        return "boolean"

    def _compared(self, node: exp.Expr) -> str:
        self.comparable([node.this, node.expression], node)
        return "boolean"

    def _between(self, node: exp.Expr) -> str:
        self.comparable([node.this, node.args["low"], node.args["high"]], node)
        return "boolean"

    def _in(self, node: exp.Expr) -> str:
        if node.args.get("query") is not None:
            self.comparable([node.this], node, self._query(node.args["query"]))
        elif node.args.get("field") is not None:
            self._refuse("PT627", "IN looks into a value", node, "write a list: IN ('a', 'b')")
        else:
            self.comparable([node.this, *node.expressions], node)
        return "boolean"

    def _concatenated(self, node: exp.Expr) -> str:
        for part in (node.this, node.expression):
            if self.kind(part) not in NUMBERS | DATES | {"text", "boolean", "unit", "null"}:
                self._refuse(
                    "PT627", "`||` is followed for plain values only", part, "write CAST(… AS VARCHAR)"
                )
        return "text"

    def _calculated(self, node: exp.Expr) -> str:
        if whole_value(node) is not None:
            return "integer"
        parts = [node.this] if isinstance(node, exp.Neg) else [node.this, node.expression]
        kinds = [self.kind(part) for part in parts]
        kind = calculated(node, kinds, tries=self._tries)
        if kind is None or any(text_value(part) is not None for part in parts):
            sign = OPERATORS[type(node)]
            fixes = (_TRY, "or compute with DOUBLE, which never fails: CAST(… AS DOUBLE)")
            self._refuse("PT627", f"`{sign}` can fail, or run over, for some value", node, *fixes)
        return kind

    def _interval(self, node: exp.Expr) -> str:
        text = str(node.this.this) if isinstance(node.this, exp.Literal) else ""
        if not text.isdigit() or len(text) > 6:
            self._refuse("PT627", "an interval is a written number of days, months …", node, "INTERVAL 3 DAY")
        return "interval"

    def _cast(self, node: exp.Expr) -> str:
        source, target = self.kind(node.this), target_of(node.args["to"])
        is_safe = is_safe_cast(node, source, target)
        if not is_safe and not self._tries:
            fix = f"write TRY_CAST(… AS {_type(node)}): NULL where it does not read so"
            self._refuse("PT628", "CAST fails where a value does not read so", node, fix)
        return self._target(node, source, target)

    def _try_cast(self, node: exp.Expr) -> str:
        return self._target(node, self.kind(node.this), target_of(node.args["to"]))

    def _target(self, node: exp.Expr, source: str, target: str) -> str:
        if target == UNKNOWN:
            message = "what is compared or added up later could fail for values of this type"
            self._refuse(
                "PT628", message, node, "cast to BIGINT, DOUBLE, VARCHAR, DATE, TIMESTAMP or BOOLEAN"
            )
        return after_cast(node, source, target)

    def _case(self, node: exp.Expr) -> str:
        branches = node.args["ifs"]
        if node.this is not None:
            self.comparable([node.this, *(branch.this for branch in branches)], node)
        else:
            for branch in branches:
                self.condition(branch.this)
        return self._alike([*(branch.args["true"] for branch in branches), node.args.get("default")], node)

    def _if(self, node: exp.Expr) -> str:
        self.condition(node.this)
        return self._alike([node.args.get("true"), node.args.get("false")], node)

    def _coalesced(self, node: exp.Expr) -> str:
        return self._alike([node.this, *node.expressions], node)

    def _nullif(self, node: exp.Expr) -> str:
        self.comparable([node.this, node.expression], node)
        return self.kind(node.this)

    def _alike(self, parts: Sequence[exp.Expr | None], node: exp.Expr) -> str:
        common = joined(self.kind(part) for part in parts if part is not None)
        if common is None:
            message = "branches are of different kinds: one is cast, and that can fail"
            self._refuse("PT628", message, node, _CAST_IT)
        return common

    def _extract(self, node: exp.Expr) -> str:
        part = str(node.this.this).lower() if isinstance(node.this, exp.Literal | exp.Var) else ""
        if part not in PARTS or self.kind(node.expression) not in DATES | {"null"}:
            self._refuse(
                "PT627", "this part of a value is not followed", node, "write year(…), month(…) or day(…)"
            )
        return "integer"

    def _function(self, node: exp.Expr, name: str) -> str:
        """What is on no list of operators: a function by its name, or nothing that is followed."""
        call, parts = OF_COLUMNS.get(name), arguments(node)
        if self._tries and (call is not None or name in IN_TRY):
            kinds = [self.kind(part) for part in parts if not isinstance(part, exp.Var)]
            if "huge" in kinds:
                self._refuse("PT627", f"{name}() of so large numbers", node, "CAST(… AS DOUBLE) first")
            return GIVES_IN_TRY.get(name) or (
                given(name, kinds) if call is not None else TYPES.get(name) or "number"
            )
        if call is None:
            shown = f"{name}()" if name else f"`{node.key.upper()}`"
            self._refuse("PT627", f"{shown} can fail, or run over, for some value", node, _TRY)
        for at, part in enumerate(parts):
            place = place_of(call, at)
            if place is None or not takes(place, part, self.kind):
                message = f"{name}() is not known to give a value for whatever stands in place {at + 1}"
                self._refuse("PT627", message, part, f"it takes ({', '.join(call.places)}) here", _TRY)
        if len(parts) < call.needed:
            self._refuse("PT627", f"{name}() takes more values", node, f"it takes ({', '.join(call.places)})")
        return given(name, [self.kind(part) for part in parts[:1]] if name == "round" else [])

    def _refuse(self, code: str, message: str, node: exp.Expr, *fixes: str) -> NoReturn:
        raise Refused(self._tree.refusal(code, message, node, *fixes))


def _type(node: exp.Expr) -> str:
    return str(node.args["to"].sql("duckdb"))


_READERS: Final[dict[type[exp.Expr], Callable[[Total, exp.Expr], str]]] = {
    **dict.fromkeys(_CONNECTED, Total._connected),
    **dict.fromkeys(_COMPARED, Total._compared),
    **dict.fromkeys(OPERATORS, Total._calculated),
    exp.Column: Total._column,
    exp.Literal: Total._literal,
    exp.Boolean: lambda *_: "boolean",
    exp.Null: lambda *_: "null",
    exp.Paren: lambda total, node: total.kind(node.this),
    exp.Alias: lambda total, node: total.kind(node.this),
    exp.Try: Total._tried,
    exp.Is: Total._is,
    exp.Like: Total._text_match,
    exp.ILike: Total._text_match,
    exp.Between: Total._between,
    exp.In: Total._in,
    exp.DPipe: Total._concatenated,
    exp.Interval: Total._interval,
    exp.Cast: Total._cast,
    exp.TryCast: Total._try_cast,
    exp.Case: Total._case,
    exp.If: Total._if,
    exp.Coalesce: Total._coalesced,
    exp.Greatest: Total._coalesced,
    exp.Least: Total._coalesced,
    exp.Nullif: Total._nullif,
    exp.Extract: Total._extract,
}
"""How each kind of node is read; functions are read by their names."""
