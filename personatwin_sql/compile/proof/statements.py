"""Cuts a script into its statements, as DuckDB would read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from personatwin_sql.compile.proof.proof import NotProvableError, need, of_kind
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

_NAMED: Final = ("create", "type", None, ".", None, "as", "enum", "(")
"""How the making of a type begins; None stands for a name."""


@dataclass(frozen=True)
class EnumType:
    """`CREATE TYPE name AS ENUM (SELECT …)`: a text of this type is that text, or the build stops."""

    name: str


@lru_cache(maxsize=2)  # the script of a model and the author's SELECT in it, of which several proofs ask
def statements(sql: str) -> tuple[exp.Expr | EnumType, ...]:
    """The statements of a script, for reading only; raises NotProvableError where they cannot be read."""
    try:
        return tuple(_statement(_Written(tokens, sql)) for tokens in _cut(DuckDB().tokenize(sql)))
    except (ParseError, TokenError):
        raise NotProvableError("the SQL cannot be read") from None
    except RecursionError:
        raise NotProvableError("the SQL is nested too deeply to be read") from None


def only_reads(query: exp.Expr) -> None:
    """Goes on when a query changes no table: DuckDB runs INSERT, UPDATE and DELETE in a WITH clause."""
    is_query = all(isinstance(cte.this, exp.Query) for cte in query.find_all(exp.CTE))
    need(is_query, "a query changes a table")


def _cut(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    statement: list[Token] = []
    for token in tokens:
        if token.token_type != TokenType.SEMICOLON:
            statement.append(token)
        elif statement:
            yield statement
            statement = []
    if statement:
        yield statement


class _Written:
    """A statement as it is written, by which two are the same, and where it stands in its script."""

    def __init__(self, tokens: list[Token], sql: str) -> None:
        self.tokens, self.sql = tokens, sql
        self.text = sql[tokens[0].start : tokens[-1].end + 1], *(token.text for token in tokens)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Written) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=256)  # most of a script stands again in the script of the next build
def _statement(written: _Written) -> exp.Expr | EnumType:
    tokens, sql = written.tokens, written.sql
    if len(tokens) > 1 and [token.text.lower() for token in tokens[:2]] == ["create", "type"]:
        return _enum_type(tokens, sql)
    (tree,) = DuckDB().parser().parse(tokens, sql)
    if tree is None:
        raise NotProvableError("an empty statement")
    return tree


def _enum_type(tokens: list[Token], sql: str) -> EnumType:
    first = tokens[: len(_NAMED)]
    is_enum = len(first) == len(_NAMED) and all(
        word is None or token.text.lower() == word for token, word in zip(first, _NAMED, strict=True)
    )
    need(is_enum and tokens[-1].token_type == TokenType.R_PAREN, "a type that is no ENUM")
    (query,) = DuckDB().parser().parse(tokens[len(_NAMED) : -1], sql)
    only_reads(of_kind(query, exp.Query, "an ENUM without a SELECT"))
    return EnumType(f"{folded(first[2].text)}.{folded(first[4].text)}")
