"""SQL without what changes nothing: comments, spaces, line breaks, the semicolon at its end."""

from __future__ import annotations

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokenizer_core import TokenType


def canonical(sql: str) -> str:
    """The tokens of a query, one space apart; quoted names and texts keep their quotes."""
    return " ".join(_text(token.token_type, token.text) for token in DuckDB().tokenize(sql))


def without_semicolon(sql: str) -> str:
    """The query without the semicolon that ends it, whatever comment follows."""
    tokens = DuckDB().tokenize(sql) if ";" in sql else []
    if not tokens or tokens[-1].token_type != TokenType.SEMICOLON:
        return sql
    return sql[: tokens[-1].start] + sql[tokens[-1].end + 1 :]


def _text(kind: TokenType, text: str) -> str:
    if kind == TokenType.STRING:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"' if kind == TokenType.IDENTIFIER else text
