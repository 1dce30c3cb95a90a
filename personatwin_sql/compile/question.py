"""Questions: SELECTs over released tables, with a header that says what is asked and of whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

from jinja2 import Template, TemplateError

from personatwin_sql.compile.builtin_code import builtin_code
from personatwin_sql.compile.canonical import without_semicolon
from personatwin_sql.compile.config_call import call_places, plain
from personatwin_sql.compile.macro_library import environment
from personatwin_sql.compile.parsed_model import Plain, Relation
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.sandbox import FAILURES, Sandbox, diagnostic_of, joined
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.loaded import Loaded, SqlFile

Measure = Literal["share", "band"]
Unit = Literal["people", "events"]

WORTH_KNOWING: Final = 0.05
"""The power of a question is told for differences of five points: smaller ones are seldom acted on."""
_TEXTS: Final = ("title", "question", "of", "counted")
_KEYS: Final = (*_TEXTS, "groups", "among", "measure", "unit", "worth_knowing", "unknown")


@dataclass(frozen=True)
class Header:
    """What a question says of itself."""

    title: str
    question: str
    """In plain language."""
    of: str
    """Who or what is counted: `decided events`."""
    counted: str
    """Of them: `ended in a conviction`."""
    groups: tuple[str, ...]
    """Columns whose values are compared, each by itself."""
    among: tuple[str, ...] = ()
    """Columns within whose values like is compared with like; the first that the release has."""
    measure: Measure = "share"
    """`share`: the columns `counted` and `total`. `band`: `value`, a band of numbers, and `total`."""
    unit: Unit = "events"
    worth_knowing: float = WORTH_KNOWING
    unknown: str = ""
    """Who of a group has no answer in the release, where the SELECT counts them as `unknown`."""


@dataclass(frozen=True)
class Question:
    """A question as written. `header` is None for a SELECT that asks nothing."""

    name: str
    path: str
    header: Header | None
    render: Callable[[Mapping[str, object]], str]

    def sql(self, group: str, among: str | None, relation_of: Callable[[str], str]) -> str:
        """The SELECT for one group column; `relation_of` gives the SQL of each table that it refers to."""
        return without_semicolon(
            self.render(
                {
                    "ref": lambda name: Relation(name, relation_of(name)),
                    "group": identifier(group),
                    "among": identifier(among) if among else "NULL",
                }
            )
        )


def read_questions(loaded: Loaded, files: tuple[SqlFile, ...]) -> tuple[Question, ...]:
    """The questions of a project, headers checked; raises ProjectError with all that is wrong (PT417)."""
    sandbox, problems, found = Sandbox(), list[Diagnostic](), []
    for file in files:
        try:
            found.append(_question(loaded, sandbox, file))
        except ProjectError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise ProjectError(problems)
    return tuple(found)


def _question(loaded: Loaded, sandbox: Sandbox, file: SqlFile) -> Question:
    library = environment(loaded)
    texts = {**library.texts, file.path: file.text}
    try:
        code = builtin_code(file, lambda: sandbox.compile(file.text))
    except TemplateError as error:
        raise ProjectError(diagnostic_of(error, texts, file.path, ())) from None
    template = Template.from_code(sandbox, code, sandbox.make_globals(None))

    def var(name: str, default: object = None) -> object:
        return loaded.project.vars.get(name, default)

    def render(values: Mapping[str, object]) -> str:
        library.begin()
        sandbox.loops.renew()
        names = {**library.macros, "var": var, "config": lambda **_: "", **values}
        try:
            return joined(template.generate(names))
        except FAILURES as error:
            raise ProjectError(diagnostic_of(error, texts, file.path, tuple(names))) from None

    config: dict[str, Plain] = {}

    def keep(**named: object) -> str:
        for key, value in named.items():
            try:
                config[key] = plain(value)
            except TypeError as error:
                raise _refused(sandbox, file, key, f"`{key}`: {error}") from None
        return ""

    render({"ref": lambda name: Relation(name, identifier(name)), "group": "g", "among": "a", "config": keep})
    return Question(file.name, file.path, _header(sandbox, file, config) if config else None, render)


def _header(sandbox: Sandbox, file: SqlFile, config: Mapping[str, Plain]) -> Header:
    def refuse(key: str, message: str, label: str | None = None) -> ProjectError:
        return _refused(sandbox, file, key, message, label)

    for key in config:
        if key not in _KEYS:
            raise refuse(key, f"a question has no `{key}`", suggestion(key, _KEYS))
    for key in (*_TEXTS, "groups"):
        if key not in config:
            raise refuse(key, f"a question needs `{key}`")
    texts = {key: config[key] for key in (*_TEXTS, *(("unknown",) if "unknown" in config else ()))}
    for key, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise refuse(key, f"`{key}` is a text")
    measure, unit = config.get("measure", "share"), config.get("unit", "events")
    for key, value, allowed in (("measure", measure, get_args(Measure)), ("unit", unit, get_args(Unit))):
        if value not in allowed:
            raise refuse(key, f"`{key}` is {' or '.join(allowed)}")
    known = config.get("worth_knowing", WORTH_KNOWING)
    if isinstance(known, bool) or not isinstance(known, int | float) or not 0 < known < 1:
        raise refuse("worth_knowing", "`worth_knowing` is a difference between 0 and 1: 0.05 is five points")
    groups = _names(config["groups"])
    if not groups:
        raise refuse("groups", "`groups` is a column, or a list of columns")
    among = _names(config.get("among", ()))
    if among is None:
        raise refuse("among", "`among` is a column, or a list of columns")
    return Header(
        **{key: str(value).strip() for key, value in texts.items()},
        groups=groups,
        among=among,
        measure="band" if measure == "band" else "share",
        unit="people" if unit == "people" else "events",
        worth_knowing=float(known),
    )


def _names(value: Plain) -> tuple[str, ...] | None:
    """Names of columns; None where something else is written."""
    given = (value,) if isinstance(value, str) else value
    if not isinstance(given, tuple) or not all(isinstance(name, str) and name for name in given):
        return None
    return tuple(str(name) for name in given)


def _refused(
    sandbox: Sandbox, file: SqlFile, key: str, message: str, label: str | None = None
) -> ProjectError:
    fix = (
        "write it as {{ config(title='…', question='…?', groups=['gender'], of='…', counted='…') }}, "
        "above a SELECT of {{ group }}, counted and total"
    )
    place = call_places(sandbox, file.path, file.text).config.get(key, Place(file.path, 1))
    return ProjectError(Diagnostic("PT417", message, place, label=label, fixes=(fix,)))
