"""The sandbox in which Jinja runs: nothing is changed, nothing undefined passes, nothing runs for ever."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Final, NoReturn

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import closest

MOST_ROUNDS: Final = 100_000
"""Rounds of `range()` in one rendering, all loops together."""
MOST_CHARACTERS: Final = 2_000_000
"""A model or macro that renders to more has run away."""

_log = logging.getLogger("personatwin_sql.jinja")


class StoppedByAuthor(Exception):
    """`exceptions.raise_compiler_error()` was called."""


class VariableRefused(Exception):
    """`env_var()` was asked for a variable that is not set, or not meant for models."""


class WrittenTwice(TemplateSyntaxError):
    """Two arguments of a call, or two keys of a mapping, have one name: Python takes the last or stops."""


class RanAway(Exception):
    """A template loops too often or writes too much."""


FAILURES: Final = (
    TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    MemoryError,
    StoppedByAuthor,
    VariableRefused,
    RanAway,
)
"""What the text of a template can make happen while it runs."""


class LoopBudget:
    """`range()` whose rounds add up over a rendering."""

    def __init__(self) -> None:
        self._left = MOST_ROUNDS

    def renew(self) -> None:
        self._left = MOST_ROUNDS

    def __call__(self, *bounds: int) -> range:
        numbers = range(*bounds)
        self._left -= len(numbers)
        if self._left < 0:
            raise RanAway(f"more than {MOST_ROUNDS:,} rounds of range()")
        return numbers


class Exceptions:
    """`exceptions` in templates."""

    def raise_compiler_error(self, message: object) -> NoReturn:
        raise StoppedByAuthor(str(message))


def log(message: object) -> str:
    """`log()` in templates: a line in the log, nothing in the SQL."""
    _log.info("%s", message)
    return ""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without file access, imports, private attributes, or large powers and repetitions."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
        self.loops = LoopBudget()
        self.globals = {
            "range": self.loops,
            "namespace": Namespace,
            "dict": dict,
            "exceptions": Exceptions(),
            "log": log,
        }
        self.filters.update(identifier=identifier, literal=literal)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for keys in _named(tree):
            known: set[object] = set()
            for key, line in keys:
                if key in known:
                    raise WrittenTwice(f"`{key}` is written twice", line, name, filename)
                known.add(key)
        return tree

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if operator == "**" and (_is_large(left, 10**9) or _is_large(right, 1000)):
            raise RanAway("a power of this size")
        for one, other in ((left, right), (right, left)):
            if isinstance(one, str | bytes | list | tuple) and _is_large(other, MOST_ROUNDS):
                raise RanAway("a repetition of this length")
        return super().call_binop(context, operator, left, right)


def _named(tree: nodes.Template) -> Iterator[list[tuple[object, int]]]:
    """The names of each call's arguments, and the keys of each mapping, with their lines."""
    for node in tree.find_all((nodes.Call, nodes.Filter, nodes.Dict)):
        if isinstance(node, nodes.Dict):
            pairs = ((pair.key, pair.lineno) for pair in node.items)
            yield [(key.value, line) for key, line in pairs if isinstance(key, nodes.Const)]
        elif isinstance(node, nodes.Call | nodes.Filter):
            yield [(keyword.key, keyword.lineno) for keyword in node.kwargs]


def _is_large(value: object, limit: int) -> bool:
    return isinstance(value, int | float) and abs(value) > limit


def joined(chunks: Iterable[str]) -> str:
    """The chunks of a rendering as one text; raises RanAway beyond MOST_CHARACTERS."""
    parts: list[str] = []
    length = 0
    for chunk in chunks:
        parts.append(chunk)
        length += len(chunk)
        if length > MOST_CHARACTERS:
            raise RanAway(f"more than {MOST_CHARACTERS:,} characters of SQL")
    return "".join(parts)


_MEANINGS: Final[tuple[tuple[type[Exception], str, str, tuple[str, ...]], ...]] = (
    (WrittenTwice, "PT117", "{}", ("keep one of them",)),
    (
        TemplateSyntaxError,
        "PT110",
        "Jinja cannot read this: {}",
        ("text that looks like a tag goes into {% raw %}",),
    ),
    (
        UndefinedError,
        "PT111",
        "{}",
        ("set it, pass it as an argument, or use var() with a value in project.yml",),
    ),
    (VariableRefused, "PT114", "{}", ()),
    (StoppedByAuthor, "PT115", "{}", ()),
    (RecursionError, "PT115", "macros call each other without end", ("let the recursion end",)),
    (
        RanAway,
        "PT115",
        "the template does not end: {}",
        ("render less: a table of values belongs in a source or a taxonomy",),
    ),
    (Exception, "PT115", "the template fails: {}", ()),
)


def diagnostic_of(
    error: Exception, texts: Mapping[str, str], path: str, known: tuple[str, ...]
) -> Diagnostic:
    """What an exception of Jinja or of the template means to the author, at its place in `texts`."""
    place, callers = _place(error, texts, path)
    _, code, message, fixes = next(meaning for meaning in _MEANINGS if isinstance(error, meaning[0]))
    said = error.message if isinstance(error, TemplateError) else str(error)
    near = None
    if isinstance(error, UndefinedError) and "'" in str(said):
        name = str(said).split("'")[1]
        near, place = closest(name, known), _at_name(place, name)
    label = f"did you mean `{near}`?" if near else None
    notes = tuple(f"called from {caller}" for caller in callers)
    return Diagnostic(code, message.format(said), place, label=label, fixes=fixes, notes=notes)


def _place(error: Exception, texts: Mapping[str, str], path: str) -> tuple[Place, tuple[str, ...]]:
    if isinstance(error, TemplateSyntaxError):
        return _at(texts, error.filename or path, error.lineno), ()
    found: list[tuple[str, int]] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        filename, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if filename in texts:
            found.append((filename, line if template is None else template.get_corresponding_lineno(line)))
        trace = trace.tb_next
    if not found:
        return _at(texts, path, None), ()
    callers = dict.fromkeys(f"{name}:{line}" for name, line in reversed(found[:-1][-3:]))
    return _at(texts, *found[-1]), tuple(caller for caller in callers if caller != "{}:{}".format(*found[-1]))


def _at_name(place: Place, name: str) -> Place:
    """The place of a name in its line, where it stands there once."""
    found = list(re.finditer(rf"\b{re.escape(name)}\b", place.text or ""))
    if len(found) != 1:
        return place
    return replace(place, column=found[0].start() + 1, length=len(name))


def _at(texts: Mapping[str, str], path: str, line: int | None) -> Place:
    lines = texts.get(path, "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = lines[line - 1] if line is not None and 0 < line <= len(lines) else None
    return Place(path, line, text=text)
