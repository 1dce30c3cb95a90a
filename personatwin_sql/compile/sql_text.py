"""The words of a SELECT, checked one by one: what sqlglot skips or renames, DuckDB could still run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from itertools import pairwise
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.sql_functions import OUTSIDE, REFUSED, TYPES, VOLATILE, words
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.frozen import dataclass

DECLARE: Final = "declare it under `sources:` in project.yml, and read it with source()"
"""The way out for whoever reads a file in a model."""

_GAP: Final = re.compile(r"(?:[ \t\n]|--[^\n]*(?:\n|\Z)|/\*(?:(?!/\*|\*/).)*\*/)*", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d]\w*(?:[ \t\n]+[^\W\d]\w*)*")
_NAME: Final = re.compile(r'"(?:[^"\0]|"")+"')
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_NUMBER: Final = re.compile(r"(?:[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIGNS: Final = words(", . ( ) [ ] { } + - * / // % ^ ** = == != <> < <= > >= || :: : := & | << >> ;")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_SYNTAX: Final = words(
    """
    select from where group by having qualify window order limit offset distinct on union all except intersect
    with as materialized join inner left right full outer cross natural semi anti using and or not in is null
    true false between like ilike escape case when then else end cast try_cast exists any over partition rows
    range groups unbounded preceding following exclude replace rename values asc desc nulls filter within
    interval extract ignore respect
    """
)
_BEFORE_PARENTHESIS: Final = _SYNTAX - {"replace", "true", "false", "null", "end"}
_UNITS: Final = words(
    """
    century centuries day days decade decades dow doy epoch hour hours isodow isoyear microsecond microseconds
    millennium millisecond milliseconds minute minutes month months quarter quarters second seconds week weeks
    year years
    """
)
TYPE_WORDS: Final = {"double precision"} | words(
    """
    bigint blob bool boolean char date decimal double float float4 float8 hugeint int int1 int2 int4 int8
    integer interval long numeric real short signed smallint string text time timestamp timestamptz tinyint
    ubigint uhugeint uinteger usmallint utinyint uuid varchar
    """
)
_TYPED_LITERALS: Final = frozenset({"date", "timestamp", "timestamptz", "time", "interval"})
_REFUSED_WORDS: Final[Mapping[str, str]] = {
    "asof": "join by equality, and choose the row with QUALIFY row_number() OVER (…) = 1",
    "collate": "compare lower(…) instead",
    "columns": "write each column",
    "cube": "group by columns",
    "for": "write the arguments of the function with commas",
    "glob": "use LIKE",
    "grouping": "group by columns",
    "into": "a model is a SELECT; its table is made for it",
    "lambda": "compute with columns",
    "lateral": "join the relation",
    "pivot": "write one sum(CASE WHEN … THEN … END) a column",
    "positional": "join by equality of columns",
    "recursive": "a recursive query cannot be followed column by column",
    "rollup": "group by columns",
    "sample": "a sample is drawn anew at each build",
    "sets": "group by columns",
    "similar": "use LIKE or regexp_matches()",
    "tablesample": "a sample is drawn anew at each build",
    "unpivot": "write one SELECT a column, with UNION ALL",
}
_SETS: Final = words("cube rollup sets") | {"grouping sets"}


def groups_by_sets(parsed: ParsedModel) -> bool:
    """Whether a model may group by several sets of keys: each one's noise is paid for."""
    return parsed.config.get("protection") == "differential_privacy"


@dataclass(frozen=True)
class SqlText:
    """The tokens of one model, and a way to say where they stand."""

    parsed: ParsedModel
    tokens: tuple[Token, ...]
    functions: Mapping[int, str] = field(default_factory=dict)
    """Offset of a function's name → the name in lower case."""

    @property
    def sql(self) -> str:
        return self.parsed.sql

    def place(self, start: int, length: int = 1) -> Place:
        """The place in the model file of an offset in the SQL."""
        line = self.sql.count("\n", 0, start) + 1
        return self.parsed.place(line, start - (self.sql.rfind("\n", 0, start) + 1) + 1, length)

    def refusal(
        self, code: str, message: str, token: Token, *fixes: str, label: str | None = None
    ) -> Diagnostic:
        place = self.place(token.start, token.end - token.start + 1)
        return Diagnostic(code, message, place, label=label, fixes=fixes)


def function_names(tokens: tuple[Token, ...]) -> dict[int, str]:
    """Words directly before a parenthesis that are functions: offset → name in lower case."""
    return {
        token.start: token.text.lower()
        for token, following in pairwise(tokens)
        if following.token_type == TokenType.L_PAREN and token.text.lower() in TYPES
    }


def spelling(text: SqlText) -> list[Diagnostic]:
    """Characters and tokens that DuckDB and sqlglot could read in two ways."""
    found: list[Diagnostic] = []
    control = _CONTROL.search(text.sql)
    if control is not None:
        place = text.place(control.start())
        fix = "delete it: DuckDB may end a comment or a word there"
        return [Diagnostic("PT132", "the SQL contains a control character", place, fixes=(fix,))]
    end = 0
    for token in text.tokens:
        found.extend(_gap(text, end, token.start))
        raw = text.sql[token.start : token.end + 1]
        touches = token.start == end and end > 0
        if not _is_plain(token, raw, touches, text.sql[token.start - 1] if token.start else ""):
            message = f"`{raw[:20]}` is a spelling that is not taken in models"
            fix = "use plain words, \"quoted names\", 'texts', numbers and the usual operators"
            found.append(text.refusal("PT132", message, token, fix))
        end = token.end + 1
    found.extend(_gap(text, end, len(text.sql)))
    return found


def _gap(text: SqlText, start: int, end: int) -> Iterator[Diagnostic]:
    gap = text.sql[start:end]
    read = _GAP.match(gap)
    if read is None or read.end() != len(gap):
        offset = start + (read.end() if read else 0)
        fix = "write spaces, `-- comment` or `/* comment */` (comments do not nest)"
        yield Diagnostic(
            "PT132", "something between two words is no plain space", text.place(offset), fixes=(fix,)
        )


def _is_plain(token: Token, raw: str, touches: bool, before: str) -> bool:
    """`touches`: no space before it, so that `x'41'` or `1a` could be one word to DuckDB."""
    follows_word = touches and (before.isalnum() or before in "_'\"")
    if token.token_type == TokenType.STRING:
        return _TEXT.fullmatch(raw) is not None and not follows_word
    if raw[:1] == '"':
        return _NAME.fullmatch(raw) is not None and not follows_word
    if raw[:1].isdigit() or (raw[:1] == "." and len(raw) > 1):
        return _NUMBER.fullmatch(raw) is not None and not follows_word
    return raw in _SIGNS or (_WORD.fullmatch(raw) is not None and not follows_word)


def is_word(token: Token) -> bool:
    """Whether the token could name something: a bare word or a quoted name."""
    return token.token_type not in (TokenType.STRING, TokenType.NUMBER) and (
        token.text[:1].isalpha() or token.text[:1] == "_" or token.token_type == TokenType.IDENTIFIER
    )


def unread_words(text: SqlText, named: frozenset[int]) -> list[Diagnostic]:
    """Words that are neither names in the tree (`named`: their offsets), nor allowed functions, nor syntax.

    Without this, `date_trunc(a_column, …)` would hide a column: sqlglot reads it as a keyword.
    """
    found: list[Diagnostic] = []
    brackets: list[str] = []
    for index, token in enumerate(text.tokens):
        if token.text in "([{" and token.token_type != TokenType.STRING:
            brackets.append(token.text)
        elif token.text in ")]}" and token.token_type != TokenType.STRING and brackets:
            brackets.pop()
        if not is_word(token) or token.start in named:
            continue
        near = _Near(text.tokens, index, brackets[-1] if brackets else "")
        if _is_type(token, near):
            continue
        problem = _word(text, token, near)
        if problem is not None:
            found.append(problem)
    return found


@dataclass(frozen=True)
class _Near:
    tokens: tuple[Token, ...]
    index: int
    bracket: str

    def text(self, steps: int) -> str:
        index = self.index + steps
        return self.tokens[index].text.lower() if 0 <= index < len(self.tokens) else ""

    def kind(self, steps: int) -> TokenType | None:
        index = self.index + steps
        return self.tokens[index].token_type if 0 <= index < len(self.tokens) else None


def _is_type(token: Token, near: _Near) -> bool:
    word = token.text.lower()
    return word in TYPE_WORDS and near.text(-1) in ("::", "as")


def _word(text: SqlText, token: Token, near: _Near) -> Diagnostic | None:
    word = token.text.lower()
    is_quoted = token.token_type == TokenType.IDENTIFIER
    if near.kind(1) == TokenType.L_PAREN and (is_quoted or not _BEFORE_PARENTHESIS.issuperset(word.split())):
        return _function(text, token, word, is_quoted)
    if not is_quoted and any(allowed(word, near) for allowed in _CONTEXTS):
        return None
    if word in VOLATILE:
        return _volatile(text, token, word)
    if word.split()[0] in _REFUSED_WORDS:
        return None if _is_of_sets(text, word) else _construct(text, token, word)
    if word in _UNITS:
        fix = f"write it as a text: '{word}'"
        return text.refusal("PT125", f"`{word}` could be a column here or a part of a date", token, fix)
    return text.refusal("PT125", f"`{token.text}` is not understood here", token, "write it in plain SQL")


def _function(text: SqlText, token: Token, word: str, is_quoted: bool) -> Diagnostic | None:
    if word in TYPES and not is_quoted:
        return None
    if word in VOLATILE:
        return _volatile(text, token, word)
    if word in REFUSED:
        fix = DECLARE if word in OUTSIDE else "write it in plain SQL"
        return text.refusal("PT126", f"{word}() is not taken in models: {REFUSED[word]}", token, fix)
    if word.split(maxsplit=1)[0] in _REFUSED_WORDS:
        return None if _is_of_sets(text, word) else _construct(text, token, word)
    near = closest(word, TYPES)
    label = f"did you mean `{near}`?" if near else None
    fix = "use a listed function: `personatwin explain PT126`"
    return text.refusal(
        "PT126", f"`{token.text}` is not among the functions that can be followed", token, fix, label=label
    )


def _construct(text: SqlText, token: Token, word: str) -> Diagnostic:
    fix = _REFUSED_WORDS[word.split(maxsplit=1)[0]]
    return text.refusal("PT125", f"{word.upper()} is not taken in models", token, fix)


def _is_of_sets(text: SqlText, word: str) -> bool:
    return word in _SETS and groups_by_sets(text.parsed)


def _volatile(text: SqlText, token: Token, word: str) -> Diagnostic:
    message = f"`{word}` is not taken in models: {VOLATILE[word]}, so two builds could differ"
    return text.refusal("PT127", message, token, "write the value, or take it from var()")


_CONTEXTS: Final[tuple[Callable[[str, _Near], bool], ...]] = (
    lambda word, _: _SYNTAX.issuperset(word.split()),
    lambda word, near: word == "first" and near.text(-1) == "nulls",
    lambda word, near: word == "last" and near.text(-1) == "nulls",
    lambda word, near: word == "current" and near.text(1) == "row",
    lambda word, near: word == "row" and near.text(-1) == "current",
    lambda word, _: word == "current row",
    lambda _, near: near.bracket == "{" and near.text(1) == ":" and near.text(-1) in ("{", ","),
    lambda word, near: word in _TYPED_LITERALS and near.kind(1) == TokenType.STRING,
    lambda word, near: (
        word in _UNITS
        and near.text(-2) == "interval"
        and near.kind(-1) in (TokenType.STRING, TokenType.NUMBER)
    ),
    lambda word, near: (
        word in _UNITS and near.text(-2) == "extract" and near.text(-1) == "(" and near.text(1) == "from"
    ),
)
