"""One SELECT cut at its own clauses and commas, so that each part can stand elsewhere as written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from personatwin_sql.compile.sql_text import SqlText
from personatwin_sql.frozen import dataclass

_CLAUSES: Final = (
    "select",
    "from",
    "where",
    "group by",
    "having",
    "qualify",
    "window",
    "order by",
    "limit",
    "offset",
)
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True)
class Call:
    """`sum(DISTINCT x, 0.5) FILTER (WHERE y)`, in parts."""

    arguments: tuple[str, ...]
    """Without DISTINCT."""
    only: str = ""


@dataclass(frozen=True)
class Pieces:
    """The clauses of the outermost SELECT."""

    with_sql: str
    items: tuple[tuple[Token, ...], ...]
    rows_sql: str
    rows_at: int
    """The offset of FROM."""
    keys: tuple[tuple[Token, ...], ...]
    """Of GROUP BY; empty where there is none."""


def pieces(text: SqlText) -> Pieces:
    """Cut the SELECT; the reader has refused what is not one SELECT with FROM."""
    tokens = [token for token in text.tokens if token.token_type != TokenType.SEMICOLON]
    depths = list(_depths(tokens))
    at: dict[str, int] = {}
    for index, token in enumerate(tokens):
        word = " ".join(token.text.lower().split())
        if depths[index] == 0 and word in _CLAUSES and not _is_quoted(token):
            at.setdefault(word, index)
    select, start = at["select"], at["from"]
    after_rows = min([index for word, index in at.items() if word in _CLAUSES[3:]], default=len(tokens))
    group = at.get("group by")
    later = [index for word, index in at.items() if word in _CLAUSES[4:]]
    keys = tokens[group + 1 : min(later, default=len(tokens))] if group is not None else []
    return Pieces(
        with_sql=written(text, tokens[:select]),
        items=tuple(split(tokens[select + 1 : start])),
        rows_sql=written(text, tokens[start:after_rows]),
        rows_at=tokens[start].start,
        keys=tuple(split(keys)),
    )


def split(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """At the commas that stand in no bracket."""
    part: list[Token] = []
    for token, depth in zip(tokens, _depths(tokens), strict=True):
        if depth == 0 and token.text == "," and token.token_type == TokenType.COMMA:
            yield tuple(part)
            part = []
        else:
            part.append(token)
    if part:
        yield tuple(part)


def written(text: SqlText, tokens: Sequence[Token]) -> str:
    """The text from the first token to the last, comments between them included."""
    return text.sql[tokens[0].start : tokens[-1].end + 1] if tokens else ""


def without_alias(tokens: tuple[Token, ...], *, has_alias: bool) -> tuple[Token, ...]:
    """An item of the list without `AS name`."""
    if not has_alias:
        return tokens
    ends = 2 if len(tokens) > 2 and tokens[-2].text.lower() == "as" else 1
    return tokens[:-ends]


def call(text: SqlText, tokens: tuple[Token, ...]) -> Call:
    """A call of a function, cut at its brackets and commas."""
    end = _closing(tokens, 1)
    inside = list(tokens[2:end])
    if inside and inside[0].text.lower() == "distinct" and not _is_quoted(inside[0]):
        inside = inside[1:]
    rest = tokens[end + 1 :]
    has_where = len(rest) > 3 and rest[2].text.lower() == "where"
    only = written(text, rest[3:-1]) if has_where else ""  # FILTER ( WHERE … )
    return Call(tuple(written(text, part) for part in split(inside)), only)


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depths = list(_depths(tokens))
    return next(
        at for at in range(opening + 1, len(tokens)) if depths[at] == 0 and _is_bracket(tokens[at], _CLOSE)
    )


def _depths(tokens: Sequence[Token]) -> Iterator[int]:
    """How many brackets each token stands in; a bracket stands outside of itself."""
    depth = 0
    for token in tokens:
        if _is_bracket(token, _CLOSE):
            depth -= 1
        yield depth
        if _is_bracket(token, _OPEN):
            depth += 1


def _is_bracket(token: Token, signs: frozenset[str]) -> bool:
    return token.text in signs and token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER)


def _is_quoted(token: Token) -> bool:
    return token.token_type in (TokenType.IDENTIFIER, TokenType.STRING)
