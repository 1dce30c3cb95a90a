"""SQL without what changes nothing: comments, spaces, line breaks."""

from __future__ import annotations

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokens import TokenType


def canonical(sql: str) -> str:
    """The tokens of a query, one space apart; quoted names and texts keep their quotes."""
    return " ".join(_text(token.token_type, token.text) for token in DuckDB().tokenize(sql))


def _text(kind: TokenType, text: str) -> str:
    if kind == TokenType.STRING:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"' if kind == TokenType.IDENTIFIER else text
