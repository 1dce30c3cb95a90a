"""Where the keys of `config()` and the names in `ref()` and `source()` stand in a model file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final

from jinja2 import Environment
from jinja2.lexer import newline_re

from personatwin_sql.compile.parsed_model import Plain, Relation
from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass

_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")


@dataclass(frozen=True)
class CallPlaces:
    """The places of what one file says inside Jinja tags, first mention each."""

    config: Mapping[str, Place] = field(default_factory=dict)
    names: Mapping[str, Place] = field(default_factory=dict)
    """Models of `ref('x')` as `x`, tables of `source('s', 't')` as `s.t`, `var('v')` as `var v`."""


@dataclass(frozen=True)
class _Token:
    start: int
    kind: str
    text: str


def call_places(environment: Environment, path: str, text: str) -> CallPlaces:
    """Reads the tags of a file that is known to have no syntax error."""
    text = newline_re.sub("\n", text)
    tokens = tuple(_tokens(environment, text))
    config: dict[str, Place] = {}
    names: dict[str, Place] = {}
    for index, token in enumerate(tokens[:-1]):
        is_call = token.kind == "name" and tokens[index + 1].text == "("
        if not is_call or (index and tokens[index - 1].text == "."):
            continue
        if token.text == "config":
            for keyword in _keywords(tokens, index + 2):
                config.setdefault(keyword.text, _place(path, text, keyword))
        elif token.text in ("ref", "source", "var"):
            strings = _leading_strings(tokens, index + 2)
            if strings:
                name = ".".join(string.text[1:-1] for string in strings)
                name = f"var {strings[0].text[1:-1]}" if token.text == "var" else name
                names.setdefault(name, _place(path, text, strings[-1]))
    return CallPlaces(config, names)


def _tokens(environment: Environment, text: str) -> Iterator[_Token]:
    """Tokens inside tags with their offsets; the lexer drops whitespace before `{%-`, hence the search."""
    position = 0
    for _, kind, value in environment.lex(text):
        if not value.strip():
            continue
        start = text.index(value, position)
        position = start + len(value)
        if kind not in ("data", "comment", "comment_begin", "comment_end"):
            yield _Token(start, kind, value)


def _keywords(tokens: tuple[_Token, ...], start: int) -> Iterator[_Token]:
    """The names before `=` directly inside the parentheses that open before `start`."""
    depth = 1
    for token, following in zip(tokens[start:], tokens[start + 1 :], strict=False):
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0:
            return
        if depth == 1 and token.kind == "name" and following.text == "=":
            yield token


def _leading_strings(tokens: tuple[_Token, ...], start: int) -> tuple[_Token, ...]:
    strings: list[_Token] = []
    for token in tokens[start : start + 3]:
        if token.kind == "string":
            strings.append(token)
        elif token.text != ",":
            break
    return tuple(strings)


def _place(path: str, text: str, token: _Token) -> Place:
    line = text.count("\n", 0, token.start) + 1
    begin = text.rfind("\n", 0, token.start) + 1
    end = text.find("\n", token.start)
    written = text[begin:] if end < 0 else text[begin:end]
    return Place(path, line, token.start - begin + 1, len(token.text), written)


def plain(value: object) -> Plain:
    """The value as config keeps it: a relation by its name, lists as tuples; TypeError for anything else."""
    if isinstance(value, Relation):
        return value.name
    if value is None:
        raise TypeError("none says nothing: leave it out, or give it a value")
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    raise TypeError("a value of config() is a text, number, boolean, list or mapping of these")


def plain_keys(value: object) -> Plain:
    """The same of `keys`, whose lists may have `none`: the group of rows without a value."""
    if not isinstance(value, Mapping):
        return plain(value)
    return {str(plain(key)): _plain_values(values) for key, values in value.items()}


def plain_nulls(value: object) -> Plain:
    """The same of `nulls`, where `none` stands for no value."""
    if not isinstance(value, Mapping):
        return plain(value)
    return {str(plain(key)): None if each is None else plain(each) for key, each in value.items()}


def _plain_values(values: object) -> Plain:
    if not isinstance(values, list | tuple):
        return plain(values)
    return tuple(None if value is None else plain(value) for value in values)
