"""Models as Jinja text become plain SQL with their config, and macros become callable."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from jinja2 import Template, TemplateError, Undefined

from personatwin_sql.compile.config_call import CallPlaces, call_places, plain, plain_keys, plain_nulls
from personatwin_sql.compile.events_form import Events, of_events
from personatwin_sql.compile.line_marks import mark, unmark
from personatwin_sql.compile.macro_library import MacroLibrary, call_macro, environment
from personatwin_sql.compile.parsed_model import Access, ParsedModel, Plain, Relation
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.sandbox import FAILURES, Sandbox, VariableRefused, diagnostic_of, joined
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.loaded import Loaded, SqlFile

__all__ = ["Draft", "ParsedModel", "Relation", "call_macro", "environment", "render", "source_table"]

VARIABLE_PREFIX: Final = "PERSONATWIN_VAR_"
"""Only these environment variables can be read in a model: a secret has another name."""
_PLAIN: Final = {"keys": plain_keys, "nulls": plain_nulls}
"""Keys of config() in which `none` has a meaning."""
_UNSET: Final = object()


@dataclass(frozen=True)
class TargetName:
    """`target` in models."""

    name: str
    publish: bool


def source_table(source: str, table: str) -> str:
    """The table inside a build that holds a source: `court`, `people` → `court__people`."""
    return f"{source}__{table}"


def render(loaded: Loaded) -> tuple[ParsedModel, ...]:
    """Every model as plain SQL, in the order of the project; raises ProjectError with all that is wrong."""
    library = environment(loaded)
    problems = list(library.problems())
    problems.extend(_duplicates(loaded.models))
    sandbox = Sandbox()
    drafts = [Draft(loaded, library, sandbox, model) for model in loaded.models]
    parsed: dict[str, ParsedModel] = {}
    for draft in drafts:
        model = draft.render({})
        problems.extend(draft.problems)
        if model is not None:
            parsed[model.name] = model
    if problems:
        raise ProjectError(problems)
    access = {name: model.access for name, model in parsed.items()}
    strategies = {name: of_events(model, loaded) for name, model in parsed.items()}
    for draft in drafts:
        if "release" in {access[name] for name in (draft.model.name, *parsed[draft.model.name].refs)}:
            again = draft.render(access, strategies)
            problems.extend(draft.problems)
            parsed[draft.model.name] = again or parsed[draft.model.name]
    if problems:
        raise ProjectError(problems)
    return tuple(parsed[draft.model.name] for draft in drafts)


def _duplicates(models: tuple[SqlFile, ...]) -> list[Diagnostic]:
    first: dict[str, str] = {}
    found: list[Diagnostic] = []
    for model in models:
        other = first.setdefault(model.name, model.path)
        if other != model.path:
            message = f"two models are called `{model.name}`: {other} is the other"
            fix = "rename one: names are unique across folders"
            found.append(Diagnostic("PT119", message, Place(model.path, 1), fixes=(fix,)))
    return found


@dataclass
class _Calls:
    """What one rendering of one model asked for."""

    config: dict[str, Plain] = field(default_factory=dict)
    refs: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


class Draft:
    """One model, compiled once and rendered once or twice: the second time with the access of all models."""

    def __init__(self, loaded: Loaded, library: MacroLibrary, sandbox: Sandbox, model: SqlFile) -> None:
        self.model = model
        self.problems: list[Diagnostic] = []
        self._loaded = loaded
        self._library = library
        self._sandbox = sandbox
        self._texts = {**library.texts, model.path: model.text}
        self._names = {other.name for other in loaded.models}
        self._places = CallPlaces()
        self._template = self._compiled()

    def _compiled(self) -> Template | None:
        path = self.model.path
        try:
            tree = mark(self._sandbox.parse(self.model.text, name=path, filename=path))
            code = self._sandbox.compile(tree, name=path, filename=path)
            self._places = call_places(self._sandbox, path, self.model.text)
        except TemplateError as error:
            self.problems.append(diagnostic_of(error, self._texts, path, ()))
            return None
        template_globals = self._sandbox.make_globals(None)
        return self._sandbox.template_class.from_code(self._sandbox, code, template_globals)

    def render(
        self, access: Mapping[str, Access], strategies: Mapping[str, Events | None] = MappingProxyType({})
    ) -> ParsedModel | None:
        """The model; None when something is wrong, which then stands in `problems`."""
        if self._template is None:
            return None
        calls = _Calls()
        self._library.begin()
        self._sandbox.loops.renew()
        values = {**self._library.macros, **self._values(calls, access, strategies)}
        try:
            written = joined(self._template.generate(values))
        except ProjectError as error:
            self.problems.extend((*calls.problems, *error.diagnostics))
            return None
        except FAILURES as error:
            self.problems.extend(calls.problems)
            self.problems.append(diagnostic_of(error, self._texts, self.model.path, tuple(values)))
            return None
        self.problems = calls.problems
        if self.problems:
            return None
        sql, lines = unmark(written)
        named = (*calls.refs, *calls.sources)
        return ParsedModel(
            name=self.model.name,
            path=self.model.path,
            sql=sql,
            config=calls.config,
            places={key: self._places.config.get(key, self._anywhere()) for key in calls.config},
            refs=tuple(calls.refs),
            sources=tuple(calls.sources),
            ref_places={name: self._named(name) for name in named},
            access="release" if "protection" in calls.config else "private",
            text=self.model.text,
            lines=lines,
        )

    def _anywhere(self) -> Place:
        return Place(self.model.path, 1)

    def _named(self, name: str) -> Place:
        return self._places.names.get(name, self._anywhere())

    def _values(
        self, calls: _Calls, access: Mapping[str, Access], strategies: Mapping[str, Events | None]
    ) -> dict[str, object]:
        """The names that a model sees."""

        def relation(name: str) -> Relation:
            table, events = f"{access.get(name, 'private')}.{identifier(name)}", strategies.get(name)
            if events is None:
                return Relation(name, table)
            return Relation(name, table, events.strategy, has_added_events=events.are_repaired)

        def ref(name: str) -> Relation:
            calls.refs[name] = None
            if name not in self._names:
                calls.problems.append(self._unknown("PT112", "model", name, self._names))
            return relation(name)

        def source(source: str, table: str) -> Relation:
            name = f"{source}.{table}"
            calls.sources[name] = None
            known = [f"{s}.{t}" for s, tables in self._loaded.project.sources.items() for t in tables]
            if name not in known:
                calls.problems.append(self._unknown("PT113", "source", name, known))
            return Relation(name, f"source.{identifier(source_table(source, table))}")

        def var(name: str, default: object = _UNSET) -> object:
            value = self._loaded.project.vars.get(name, default)
            if value is _UNSET:
                known = self._loaded.project.vars
                place = self._named(f"var {name}")
                fix = "add it under `vars:` in project.yml, or give a default: var('name', value)"
                label = suggestion(name, known)
                calls.problems.append(
                    Diagnostic("PT111", f"there is no variable `{name}`", place, label=label, fixes=(fix,))
                )
                return ""
            return value

        def config(*values: object, **named: object) -> str:
            if values:
                raise TypeError("config() takes keywords only: config(protection='k_anonymity')")
            for key, value in named.items():
                calls.problems.extend(self._keep(calls, key, value))
            return ""

        return {
            "ref": ref,
            "source": source,
            "var": var,
            "env_var": _env_var,
            "config": config,
            "this": relation(self.model.name),
            "target": TargetName(self._loaded.target, self._loaded.publishes),
        }

    def _keep(self, calls: _Calls, key: str, value: object) -> list[Diagnostic]:
        place = self._places.config.get(key, self._anywhere())
        if isinstance(value, Undefined):
            str(value)
        if key in calls.config:
            return [Diagnostic("PT117", f"`{key}` is set twice", place, fixes=("keep one of them",))]
        try:
            calls.config[key] = _PLAIN.get(key, plain)(value)
        except TypeError as error:
            return [Diagnostic("PT117", f"`{key}`: {error}", place)]
        return []

    def _unknown(self, code: str, kind: str, name: str, known: Iterable[object]) -> Diagnostic:
        names = sorted(str(other) for other in known)
        message = f"there is no {kind} `{name}`"
        return Diagnostic(code, message, self._named(name), label=suggestion(name, names))


def _env_var(name: str, default: object = _UNSET) -> object:
    if not name.startswith(VARIABLE_PREFIX):
        raise VariableRefused(
            f"env_var() reads only variables that start with {VARIABLE_PREFIX}: secrets never pass through "
            "Jinja, they are named in project.yml as env:NAME and resolved by the engine"
        )
    value = os.environ.get(name, default)
    if value is _UNSET:
        raise VariableRefused(
            f"the environment variable {name} is not set; env_var(name, default) gives a default"
        )
    return value
