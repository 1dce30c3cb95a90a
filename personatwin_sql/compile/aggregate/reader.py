"""An aggregate over people, read into keys and measures; what is not on the lists is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from personatwin_sql.compile.aggregate.flow import Flow, Refused
from personatwin_sql.compile.aggregate.form import CHARGE, Aggregate, KeyItem, Measure, MeasureKind
from personatwin_sql.compile.aggregate.frame import Frame
from personatwin_sql.compile.aggregate.grouping import Grouping, is_never_null
from personatwin_sql.compile.aggregate.key_kinds import unfit_key
from personatwin_sql.compile.aggregate.kinds import NUMBERS, WHOLE, public
from personatwin_sql.compile.aggregate.pieces import Call, Pieces, call, pieces, without_alias, written
from personatwin_sql.compile.aggregate.stability import Relations, Stability
from personatwin_sql.compile.aggregate.total import Total
from personatwin_sql.compile.aggregate.written_values import written_values
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.compile.sql_functions import AGGREGATES
from personatwin_sql.compile.sql_reader import SelectTree, read_tree
from personatwin_sql.errors import ProjectError

_KINDS: Final[Mapping[str, MeasureKind]] = {
    "count": "count", "count_if": "count", "countif": "count", "sum": "sum", "avg": "avg", "mean": "avg",
    "variance": "variance", "var_samp": "variance", "var_pop": "variance",
    "stddev": "stddev", "stddev_samp": "stddev", "stddev_pop": "stddev",
    "median": "quantile", "quantile": "quantile", "quantile_cont": "quantile", "quantile_disc": "quantile",
    "percentile_cont": "quantile", "percentile_disc": "quantile",
    "min": "quantile", "max": "quantile",
}  # fmt: skip
"""The aggregates that are released, and what each is of."""
_QUANTILES: Final = {"median": "0.5", "min": "0", "max": "1"}
_PARTS: Final = ("__values", "__centred", "__squares", "__agreed")
"""How names end of what averages, variances and totals are computed of."""
_OWN_QUERIES: Final = frozenset(
    {"contributions", "gathered", "crowded", "ranked", "chosen", "numbered", "bounded"}
)
_CLAUSES: Final = {
    "having": ("HAVING keeps groups by what was counted, before any noise", "filter the released table"),
    "qualify": ("QUALIFY chooses among groups before any noise", "filter the released table"),
    "order": ("the order of a release is that of its keys", "leave ORDER BY out"),
    "limit": ("LIMIT chooses groups before any noise", "leave it out, and choose from the released table"),
    "offset": ("OFFSET chooses groups before any noise", "leave it out"),
    "distinct": ("DISTINCT compares groups before any noise", "leave DISTINCT out"),
    "windows": ("a window compares groups before any noise", "compute it in a derived model"),
}
"""Parts of a SELECT that would look at exact aggregates."""


def read_aggregate(parsed: ParsedModel, relations: Relations) -> Aggregate:
    """The parts of a protected aggregate; raises ProjectError with the first that cannot be released.

    Everything that it reads keeps persons apart.
    """
    tree = read_tree(parsed)
    try:
        return _Reader(tree, relations).read()
    except Refused as refused:
        raise ProjectError(refused.diagnostic) from None


class _Reader:
    def __init__(self, tree: SelectTree, relations: Relations) -> None:
        self._tree = tree
        self._stability = Stability(tree, relations)

    def read(self) -> Aggregate:
        node = self._tree.query
        if not isinstance(node, exp.Select):
            fix = "write one SELECT … GROUP BY; put UNION into a private model"
            raise self._refused("PT629", "an aggregate is one SELECT", node, fix)
        if not _begins_with_select(self._tree):
            raise self._refused("PT629", "the SELECT list stands first", node, "write SELECT … FROM …")
        if node.args.get("from_") is None:
            raise self._refused("PT629", "nothing is aggregated", node, "name a model: FROM {{ ref('…') }}")
        for clause, (message, fix) in _CLAUSES.items():
            part = node.args.get(clause)
            if part:
                raise self._refused("PT629", message, part[0] if isinstance(part, list) else part, fix)
        self._no_foreign_marks(node)
        named = self._stability.with_queries(node, {})
        frame = self._stability.frame(node, named)
        if not frame.is_of_persons:
            message = "nobody's rows are aggregated here: no relation has a privacy unit"
            raise self._refused("PT629", message, node, "config(protection='derived') where all is released")
        text = pieces(self._tree.text)
        keys, measures = self._items(node, text, frame, named)
        return Aggregate(
            unit=_unit(frame),
            keys=keys,
            measures=measures,
            sets=Grouping(self._tree, node, keys, frame).sets(),
            columns=tuple(item.alias_or_name for item in node.expressions),
            with_sql=text.with_sql,
            rows_sql=text.rows_sql,
            line=self._tree.text.place(text.rows_at).line or 1,
        )

    def _items(
        self, node: exp.Select, text: Pieces, frame: Frame, named: Mapping[str, Flow]
    ) -> tuple[tuple[KeyItem, ...], tuple[Measure, ...]]:
        total = self._stability.total(frame, named)
        keys, measures = [], []
        for item, tokens in zip(node.expressions, text.items, strict=True):
            if _is_star(item):
                fix = "name keys and aggregates: SELECT county, count(*) AS visits"
                raise self._refused("PT629", "a star would show rows as they are", item, fix)
            value = item.this if isinstance(item, exp.Alias) else item
            if len(tokens) > 1 and tokens[1].text == ":":
                raise self._refused("PT629", "a name before its value", item, "write … AS name")
            own = without_alias(tokens, has_alias=isinstance(item, exp.Alias))
            if self._has_aggregate(value):
                measures.append(self._measure(item.alias_or_name, value, own, frame, total))
            else:
                keys.append(self._key(item.alias_or_name, value, own, frame, total))
        if not measures:
            fix = "add count(*), count(DISTINCT person_id), sum(…), avg(…) or median(…)"
            raise self._refused("PT629", "raw values are selected, and nothing is aggregated", node, fix)
        return tuple(keys), tuple(measures)

    def _key(
        self, name: str, node: exp.Expr, tokens: tuple[Token, ...], frame: Frame, total: Total
    ) -> KeyItem:
        if frame.is_unit(node):
            fix = "leave it out: it is counted, never released"
            raise self._refused("PT629", "the person is a column of the release", node, fix)
        kind, sql = total.kind(node), written(self._tree.text, tokens)
        if (unfit := unfit_key(kind, " ".join(sql.split()), name)) is not None:
            raise self._refused("PT650", unfit[0], node, unfit[1])
        return KeyItem(
            name=name,
            sql=sql,
            kind=public(kind),
            exact_kind=kind,
            place=self._tree.place(node),
            domain=frame.origin(node),
            can_be_null=not is_never_null(node),
            written=written_values(node),
        )

    def _measure(
        self, name: str, node: exp.Expr, tokens: tuple[Token, ...], frame: Frame, total: Total
    ) -> Measure:
        function = node.this if isinstance(node, exp.Filter) else node
        called = self._tree.function(function)
        if called not in AGGREGATES:
            fix = "release its parts, and compute it in a derived model"
            raise self._refused("PT629", "an expression over aggregates is no aggregate", node, fix)
        if called not in _KINDS:
            fix = "take count, sum, avg, variance, stddev, median, quantile_cont, min or max"
            message = f"{called}() is not released: no noise is known that hides one person in it"
            raise self._refused("PT630", message, function, fix)
        if isinstance(node, exp.Filter):
            total.condition(node.expression.this)
        parts = call(self._tree.text, tokens)
        if isinstance(node, exp.Filter) and not parts.only:
            raise self._refused("PT629", "FILTER without WHERE", node, "write FILTER (WHERE …)")
        inputs = [part for part in function.iter_expressions() if not isinstance(part, exp.Star)]
        return self._of_kind(name, called, function, inputs, parts, frame, total)

    def _of_kind(
        self,
        name: str,
        called: str,
        node: exp.Expr,
        inputs: list[exp.Expr],
        parts: Call,
        frame: Frame,
        total: Total,
    ) -> Measure:
        kind, place = _KINDS[called], self._tree.place(node)
        if inputs and isinstance(inputs[0], exp.Distinct):
            counted = inputs[0].expressions
            if called == "count" and len(counted) == 1 and frame.is_unit(counted[0]):
                return Measure(name, "people", "", "", place, parts.only)
            fix = "count rows, or people: count(DISTINCT person_id)"
            message = "DISTINCT of values: one value can be of many people, and its count of one"
            raise self._refused("PT630", message, node, fix)
        if len(inputs) > (2 if called.startswith(("quantile", "percentile")) else 1):
            raise self._refused("PT630", f"{called}() is of one column", node, "leave the rest out")
        if kind == "count":
            return Measure(name, kind, "", "", place, self._counted(called, inputs, parts, total))
        value = inputs[0]
        if self._has_aggregate(value):
            raise self._refused("PT630", "an aggregate of an aggregate", value, "aggregate per person below")
        value_kind = total.kind(value)
        if value_kind not in NUMBERS | {"boolean"}:
            fix = "cast it: TRY_CAST(… AS DOUBLE); what does not read so counts as NULL"
            raise self._refused("PT630", f"{called}() of what is no number", value, fix)
        return Measure(
            name=name,
            kind=kind,
            value=parts.arguments[0],
            value_kind="integer" if value_kind in WHOLE | {"boolean"} else "number",
            place=place,
            only=parts.only,
            quantile=self._quantile(called, node, inputs) if kind == "quantile" else "",
            is_sample=not called.endswith("_pop"),
            column=value.name if isinstance(value, exp.Column) else name,
            domain=frame.origin(value),
        )

    def _counted(self, called: str, inputs: list[exp.Expr], parts: Call, total: Total) -> str:
        """The condition of the rows that are counted; empty for all."""
        if not inputs:
            return parts.only
        if called == "count":
            total.kind(inputs[0])
            condition = f"({parts.arguments[0]}) IS NOT NULL"
        else:
            total.condition(inputs[0])
            condition = f"({parts.arguments[0]})"
        return f"({parts.only}) AND {condition}" if parts.only else condition

    def _no_foreign_marks(self, node: exp.Select) -> None:
        """Names that the SQL around this SELECT needs for itself."""
        clause = node.args.get("with_")
        for query in clause.expressions if clause is not None else ():
            if folded(query.alias) in _OWN_QUERIES:
                message = f"`{query.alias}` is the name of a query that is made around this one"
                raise self._refused("PT629", message, query.args["alias"], "give it another name")
        seen: set[str] = set()
        for item in node.expressions:
            name = folded(item.alias_or_name)
            if not name and not _is_star(item):
                raise self._refused("PT629", "a column of the release has no name", item, "… AS name")
            if name in seen or name.startswith("pt_") or name.endswith(_PARTS):
                why = (
                    "stands there twice"
                    if name in seen
                    else "begins or ends like the columns that are made around it"
                )
                raise self._refused(
                    "PT629", f"the name `{item.alias_or_name}` {why}", item, "rename it: … AS name"
                )
            seen.add(name)
        if CHARGE in self._tree.text.sql:
            raise self._refused("PT629", "this text divides the SQL that is made", node, "change the text")

    def _quantile(self, called: str, node: exp.Expr, inputs: list[exp.Expr]) -> str:
        if called in _QUANTILES:
            return _QUANTILES[called]
        asked = inputs[1] if len(inputs) == 2 else None
        if not isinstance(asked, exp.Literal) or asked.is_string or not 0 <= float(asked.this) <= 1:
            fix = f"write one number from 0 to 1: {called}(x, 0.9)"
            raise self._refused("PT630", f"{called}() takes one written quantile", node, fix)
        return str(asked.this)

    def _has_aggregate(self, node: exp.Expr) -> bool:
        return any(
            isinstance(part, exp.AggFunc | exp.Window) or self._tree.function(part) in AGGREGATES
            for part in node.walk()
        )

    def _refused(self, code: str, message: str, node: exp.Expr, *fixes: str) -> Refused:
        return Refused(self._tree.refusal(code, message, node, *fixes))


def _begins_with_select(tree: SelectTree) -> bool:
    first = tree.text.tokens[0].text.lower()
    following = tree.text.tokens[1].text.lower() if len(tree.text.tokens) > 1 else ""
    return first == "with" or (first == "select" and following != "all")


def _is_star(item: exp.Expr) -> bool:
    return isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))


def _unit(frame: Frame) -> str:
    """The unit column of a relation that has a name, if there is one."""
    live = [alias for alias in frame.inputs if alias in frame.live]
    alias = next((alias for alias in live if not alias.startswith("\0")), live[0])
    fact = next(fact for fact in frame.inputs[alias].columns if fact.is_unit)
    column = identifier(fact.name)
    return column if alias.startswith("\0") else f"{identifier(alias)}.{column}"
