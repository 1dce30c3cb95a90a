"""One SELECT as a tree that is understood whole: anything that is not on the lists is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.sql_functions import TYPES
from personatwin_sql.compile.sql_text import SqlText, function_names, groups_by_sets, spelling, unread_words
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.frozen import dataclass

_SHAPES: Final[Mapping[type[exp.Expr], tuple[str, ...]]] = {
    exp.Select: (
        "expressions", "from_", "joins", "where", "group", "having", "qualify", "windows", "distinct",
        "order", "limit", "offset", "with_",
    ),
    exp.Union: ("this", "expression", "distinct", "with_", "order", "limit", "offset"),
    exp.Except: ("this", "expression", "distinct", "with_", "order", "limit", "offset"),
    exp.Intersect: ("this", "expression", "distinct", "with_", "order", "limit", "offset"),
    exp.Subquery: ("this", "alias"),
    exp.With: ("expressions",),
    exp.CTE: ("this", "alias", "materialized"),
    exp.From: ("this",),
    exp.Join: ("this", "on", "using", "side", "kind", "method"),
    exp.Table: ("this", "db", "alias"),
    exp.TableAlias: ("this", "columns"),
    exp.Values: ("expressions", "alias"),
    exp.Where: ("this",),
    exp.Group: ("expressions", "all"),
    exp.Having: ("this",),
    exp.Qualify: ("this",),
    exp.Order: ("this", "expressions"),
    exp.Ordered: ("this", "desc", "nulls_first"),
    exp.Limit: ("expression",),
    exp.Offset: ("expression",),
    exp.Distinct: ("expressions", "on"),
    exp.Window: ("this", "partition_by", "order", "spec", "alias", "over"),
    exp.WindowSpec: ("kind", "start", "start_side", "end", "end_side"),
    exp.Alias: ("this", "alias"),
    exp.Column: ("this", "table"),
    exp.Star: ("except_", "replace", "rename"),
    exp.Identifier: ("this", "quoted"),
    exp.Literal: ("this", "is_string"),
    exp.Boolean: ("this",),
    exp.Null: (),
    exp.Var: ("this",),
    exp.Paren: ("this",),
    exp.Tuple: ("expressions",),
    exp.Cast: ("this", "to"),
    exp.TryCast: ("this", "to", "safe"),
    exp.DataType: ("this", "expressions", "nested"),
    exp.DataTypeParam: ("this",),
    exp.Interval: ("this", "unit"),
    exp.In: ("this", "expressions", "query", "field"),
    exp.Any: ("this",),
    exp.Exists: ("this", "expression"),
    exp.Bracket: ("this", "expressions", "offset", "safe"),
    exp.Slice: ("this", "expression"),
    exp.PropertyEQ: ("this", "expression"),
    exp.Filter: ("this", "expression"),
    exp.WithinGroup: ("this", "expression"),
    exp.IgnoreNulls: ("this",),
    exp.RespectNulls: ("this",),
    exp.Escape: ("this", "expression"),
}  # fmt: skip
"""Each kind of node that is followed, and the parts of it that may be there."""

_OPERATORS: Final[tuple[type[exp.Expr], ...]] = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow, exp.DPipe, exp.And, exp.Or, exp.Not,
    exp.Neg, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is,
    exp.Between, exp.Like, exp.ILike, exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseLeftShift,
    exp.BitwiseRightShift,
)  # fmt: skip
"""Operators: their inputs are their parts, whatever these are."""

_SETS: Final = (exp.GroupingSets, exp.Rollup, exp.Cube)
"""Several sets of keys, which differentially private models may group by."""

_NAMING: Final[tuple[type[exp.Expr], ...]] = (
    exp.Alias, exp.Column, exp.CTE, exp.Join, exp.PropertyEQ, exp.Subquery, exp.Table, exp.TableAlias,
    exp.Values, exp.Window,
)  # fmt: skip
"""What a name may be a part of."""

_STATEMENTS: Final = frozenset({"select", "from", "with", "("})


@dataclass(frozen=True)
class SelectTree:
    """The tree of one SELECT and the text that it was read from."""

    query: exp.Query
    text: SqlText

    def place(self, node: exp.Expr) -> Place:
        """Where a part of the SELECT stands in the model file."""
        spans = [
            (start, end)
            for part in node.walk()
            if isinstance(start := part.meta.get("start"), int)
            and isinstance(end := part.meta.get("end"), int)
        ]
        if spans:
            start, end = min(spans)
            return self.text.place(start, end - start + 1)
        return self.place(node.parent) if node.parent is not None else self.text.place(0)

    def refusal(
        self, code: str, message: str, node: exp.Expr, *fixes: str, label: str | None = None
    ) -> Diagnostic:
        return Diagnostic(code, message, self.place(node), label=label, fixes=fixes)

    def function(self, node: exp.Expr) -> str:
        """The name of a called function in lower case; empty for anything else."""
        start = node.meta.get("start")
        written = self.text.functions.get(start, "") if isinstance(start, int) else ""
        if written or not isinstance(node, exp.Func):
            return written
        if isinstance(node, exp.GroupConcat):
            return "string_agg"
        return next((name.lower() for name in node.sql_names() if name.lower() in TYPES), "")


def read_tree(parsed: ParsedModel) -> SelectTree:
    """The author's SELECT; raises ProjectError with every word and construct that cannot be followed."""
    tokens = _tokens(parsed)
    text = SqlText(parsed, tokens, function_names(tokens))
    found = _statement(text) or spelling(text)
    if found:
        raise ProjectError(found)
    query = _query(text)
    tree = SelectTree(query, text)
    named = frozenset(
        start for node in query.find_all(exp.Identifier) if isinstance(start := node.meta.get("start"), int)
    )
    found = _first_of_each_line(unread_words(text, named)) or list(_shapes(tree))
    if found:
        raise ProjectError(found)
    return tree


def _tokens(parsed: ParsedModel) -> tuple[Token, ...]:
    try:
        return _cut(parsed.sql)
    except TokenError:
        fix = "close each quote and each comment"
        message = "the SQL cannot be cut into words"
        raise ProjectError(Diagnostic("PT124", message, Place(parsed.path, 1), fixes=(fix,))) from None


def _statement(text: SqlText) -> list[Diagnostic]:
    """Exactly one statement, and it begins like a SELECT."""
    if not text.tokens:
        return [Diagnostic("PT123", "the model is empty", text.place(0), fixes=("write one SELECT",))]
    first = text.tokens[0]
    if first.text.lower() not in _STATEMENTS:
        message = f"a model is one SELECT, not {first.text.upper()}"
        fix = "write the SELECT alone: its table is made for it"
        return [text.refusal("PT123", message, first, fix)]
    ends = [index for index, token in enumerate(text.tokens) if token.token_type == TokenType.SEMICOLON]
    if ends and ends[0] < len(text.tokens) - 1:
        after = text.tokens[ends[0] + 1]
        return [
            text.refusal(
                "PT123", "a model is one statement", after, "put the second one into a model of its own"
            )
        ]
    if ends and text.sql[text.tokens[-1].end + 1 :].strip():
        return [
            text.refusal(
                "PT123", "something follows the semicolon", text.tokens[-1], "leave the semicolon out"
            )
        ]
    return []


def _query(text: SqlText) -> exp.Query:
    try:
        tree = _parsed(text.sql)
    except ParseError as error:
        raise ProjectError(_unread(text, error.errors[0] if error.errors else {})) from None
    except RecursionError:
        message = "the SQL is nested too deeply to be read"
        raise ProjectError(Diagnostic("PT124", message, text.place(0), fixes=(_WRITE,))) from None
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise ProjectError(Diagnostic("PT123", "a model is one SELECT", text.place(0), fixes=(_WRITE,)))
    return tree


def _unread(text: SqlText, details: Mapping[str, object]) -> Diagnostic:
    """The word at which the reader stopped, and what it looked for, where it can say so in a user's words."""
    expected = str(details.get("description", "")).rstrip(".")
    message = "the SQL cannot be read here" + (
        f": {expected[0].lower()}{expected[1:]}" if expected.startswith("Expecting") else ""
    )
    where = (details.get("line"), details.get("col"))
    word = next((token for token in text.tokens if (token.line, token.col) == where), None)
    if word is None:
        return Diagnostic("PT124", message, text.place(0), fixes=(_WRITE,))
    return text.refusal("PT124", message, word, _WRITE)


_WRITE: Final = "write one plain SELECT"


@lru_cache(maxsize=16)
def _cut(sql: str) -> tuple[Token, ...]:
    """The words of a text, which several steps in a row ask for."""
    return tuple(DuckDB().tokenize(sql))


@lru_cache(maxsize=1024)
def _parsed(sql: str) -> exp.Expr | None:
    statements = [tree for tree in DuckDB().parser().parse(list(_cut(sql)), sql) if tree is not None]
    return statements[0] if len(statements) == 1 else None


def _shapes(tree: SelectTree) -> Iterator[Diagnostic]:
    """Nodes, and parts of nodes, that are on no list; what lies below them is not looked at."""
    refused: set[int] = set()
    for node in tree.query.walk(prune=lambda node: id(node) in refused):
        problem = _shape(tree, node)
        if problem is not None:
            refused.add(id(node))
            yield problem


def _shape(tree: SelectTree, node: exp.Expr) -> Diagnostic | None:
    kind = type(node)
    if kind in _OPERATORS or (kind in _SETS and groups_by_sets(tree.text.parsed)):
        return None
    allowed = _SHAPES.get(kind)
    if allowed is None:
        if isinstance(node, exp.Func) and not isinstance(node, exp.Unnest | exp.Explode | exp.Columns):
            return None
        return tree.refusal("PT125", f"{_called(kind)} cannot be followed", node, _WRITE)
    for name, part in node.args.items():
        if part not in (None, False, []) and name not in allowed:
            return tree.refusal(
                "PT125", f"{_called(kind)} with {_words(name)} cannot be followed", node, _WRITE
            )
    if kind is exp.Identifier and not isinstance(node.parent, _NAMING):
        return tree.refusal("PT125", f"`{node.name}` cannot be followed here", node, _WRITE)
    return None


def _called(kind: type[exp.Expr]) -> str:
    return "".join(f" {letter}" if letter.isupper() else letter for letter in kind.__name__).strip().upper()


def _words(name: str) -> str:
    return name.strip("_").replace("_", " ").upper()


def _first_of_each_line(found: list[Diagnostic]) -> list[Diagnostic]:
    """The rest of a construct that is not taken is not taken either: its first word is enough."""
    first: dict[int | None, Diagnostic] = {}
    for diagnostic in found:
        if diagnostic.code == "PT125" and diagnostic.place is not None:
            first.setdefault(diagnostic.place.line, diagnostic)
    return [diagnostic for diagnostic in found if diagnostic.code != "PT125" or diagnostic in first.values()]
