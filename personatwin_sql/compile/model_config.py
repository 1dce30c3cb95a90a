"""Privacy models of a release model, resolved: project < model, and never looser; and whether its SELECT has
what they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar, cast

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.document import Document, Plain, Span, Trail
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.privacy_models import (
    KEYS,
    DeclaredModel,
    DeclaredRule,
    WrittenModels,
    models_of,
    rules_of,
)
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.validation import validated

_Declared = TypeVar("_Declared", DeclaredModel, DeclaredRule)
Models = tuple[DeclaredModel, ...]
Rules = tuple[DeclaredRule, ...]


def read_models(parsed: ParsedModel, loaded: Loaded, diagnostics: list[Diagnostic]) -> tuple[Models, Rules]:
    """The models and rules in force; what is wrong with them is added to the diagnostics.

    PT010 to PT015 for the form of a key, PT152 for one that is looser than the project's.
    """
    try:
        written = validated(WrittenModels, _document(parsed))
    except ProjectError as error:
        diagnostics.extend(error.diagnostics)
        return (), ()
    diagnostics.extend(_says_nothing(written, parsed))
    privacy = loaded.project.privacy
    of_project = [
        DeclaredModel(model, loaded.place(f"project.privacy.{key}"), is_default=True)
        for key, model in models_of(privacy)
    ]
    own = [DeclaredModel(model, _place(parsed, key)) for key, model in models_of(written)]
    rules = [DeclaredRule(rule, loaded.place(f"project.privacy.{key}")) for key, rule in rules_of(privacy)]
    own_rules = [DeclaredRule(rule, _place(parsed, key)) for key, rule in rules_of(written)]
    return (
        tuple(_tightened(of_project, own, diagnostics)),
        tuple(_tightened(rules, own_rules, diagnostics)),
    )


def _document(parsed: ParsedModel) -> Document:
    """The keys of `config()` that say models, as a document of which the places are known."""
    places: dict[Trail, Place] = {(key,): parsed.places[key] for key in KEYS if key in parsed.places}
    lines = tuple(parsed.text.split("\n"))
    spans = {
        trail: Span(place.line - 1, place.column - 1, place.column - 1 + place.length)
        for trail, place in places.items()
        if place.line is not None and place.column is not None and place.line <= len(lines)
    }
    data = {key: value for key, value in parsed.config.items() if key in KEYS and value is not None}
    return Document(parsed.path, cast("Mapping[str, Plain]", data), lines, spans, {}, {})


def _place(parsed: ParsedModel, key: str) -> Place:
    return parsed.places.get(key.partition(".")[0], Place(parsed.path, 1))


def _says_nothing(written: WrittenModels, parsed: ParsedModel) -> Iterator[Diagnostic]:
    said = {key for key, _ in (*models_of(written), *rules_of(written))}
    for name in ("l_diversity", "delta_presence"):
        for column in getattr(written, name) or ():
            if f"{name}.{column}" not in said:
                message = f"`{name}` says nothing of `{column}`"
                fix = (
                    "write `distinct`, `entropy` or `recursive`" if name == "l_diversity" else "write `most`"
                )
                yield Diagnostic("PT183", message, _place(parsed, name), fixes=(fix,))


def _tightened(
    of_project: Iterable[_Declared], own: Iterable[_Declared], diagnostics: list[Diagnostic]
) -> Iterator[_Declared]:
    """The project's, each replaced by the model's where that says the same with a number as strong."""
    mine = {_meaning(declared): declared for declared in own}
    for declared in of_project:
        tighter = mine.pop(_meaning(declared), None)
        if tighter is not None and _is_looser(tighter, declared):
            name = _meaning(declared)[1]
            message = f"`{name}` is looser than in the project"
            fix = f"keep it or tighten it, or change it in {declared.place}"
            diagnostics.append(Diagnostic("PT152", message, tighter.place, fixes=(fix,)))
        yield tighter or declared
    yield from mine.values()


def _meaning(declared: DeclaredModel | DeclaredRule) -> tuple[object, ...]:
    """What a model speaks of, whatever its number is."""
    said = declared.model if isinstance(declared, DeclaredModel) else declared.rule
    column = getattr(said, "column", None)
    is_recursive = hasattr(said, "c")
    return (type(said), said.name, column, getattr(said, "l", None) if is_recursive else None)


def _is_looser(asked: DeclaredModel | DeclaredRule, in_force: DeclaredModel | DeclaredRule) -> bool:
    if isinstance(asked, DeclaredModel) and isinstance(in_force, DeclaredModel):
        if asked.model.direction == "at_least":
            return asked.model.required < in_force.model.required
        return asked.model.required > in_force.model.required
    if isinstance(asked, DeclaredRule) and isinstance(in_force, DeclaredRule):
        return asked.rule.required > in_force.rule.required
    return False


def with_models(model: CompiledModel, declared: Models) -> tuple[CompiledModel, Models, list[Diagnostic]]:
    """The model, the privacy models that speak of its columns, and what is wrong with them.

    Columns that only say who is in a study are hidden. A model of the project speaks of those tables that
    select its column. PT181 a column that is not selected,
    PT182 one that is not sensitive, PT183 models that contradict each other.
    """
    columns = {column.name: column for column in model.columns}
    kept: list[DeclaredModel] = []
    diagnostics: list[Diagnostic] = []
    for item in declared:
        name = item.model.column
        if name is None:
            kept.append(item)
        elif name in columns:
            kept.append(item)
            diagnostics.extend(_unfit(item, columns[name]))
        elif not item.is_default:
            message = f"`{item.model.name}` speaks of `{name}`, which the SELECT does not have"
            label = suggestion(name, columns)
            fixes = ("select it: what is sensitive is published with its class",)
            diagnostics.append(Diagnostic("PT181", message, item.place, label=label, fixes=fixes))
    diagnostics.extend(_contradictions(kept))
    hidden = {item.model.column for item in kept if item.model.name == "delta_presence"}
    shown = tuple(replace(column, is_hidden=column.name in hidden) for column in model.columns)
    return replace(model, columns=shown if hidden else model.columns), tuple(kept), diagnostics


def check_unused(loaded: Loaded, models: Mapping[str, CompiledModel]) -> Iterator[Diagnostic]:
    """PT181: a model of the project that speaks of a column that no source and no table of people has.

    A slip in a name would bind nothing, unseen. A column that is only not selected is not published either.
    """
    tables = [model for model in models.values() if isinstance(model.protection, KAnonymity | Personas)]
    there = {column.name for model in tables for column in model.columns}
    there.update(name for columns in loaded.domain.sources.values() for name in columns)
    for key, model in models_of(loaded.project.privacy):
        if model.column is not None and model.column not in there:
            message = f"`{model.name}` speaks of `{model.column}`, which no source and no table of people has"
            place = loaded.place(f"project.privacy.{key}")
            fixes = ("name a sensitive column that a table of people publishes",)
            yield Diagnostic("PT181", message, place, suggestion(model.column, there), fixes)


def _unfit(item: DeclaredModel, column: PublishedColumn) -> Iterator[Diagnostic]:
    name, role = item.model.name, column.role
    if name == "delta_presence":
        if column.is_quasi_identifier or column.type != "boolean":
            message = f"`{name}` needs a column that is true for who is in the study, not `{column.name}`"
            fix = "write a condition under a name of its own: enrolled_on IS NOT NULL AS in_study"
            yield Diagnostic("PT182", message, item.place, fixes=(fix,))
        return
    if role != Role.SENSITIVE:
        message = f"`{name}` speaks of `{column.name}`, whose role is `{role.value}`, not `sensitive`"
        fix = f"give `{column.name}` the role `sensitive` in the domain, or leave it out of `{name}`"
        yield Diagnostic("PT182", message, item.place, fixes=(fix,))
    if type(item.model).__name__ == "HierarchicalCloseness" and column.hierarchy.height < 2:
        message = f"`{name}` is asked for by the hierarchy of `{column.name}`, which has none"
        fix = "name its hierarchy in the domain, or write `distance: equal`"
        yield Diagnostic("PT183", message, item.place, fixes=(fix,))


def _contradictions(models: Iterable[DeclaredModel]) -> Iterator[Diagnostic]:
    """Rules of which no class can satisfy both, whatever the data are."""
    least: dict[str | None, DeclaredModel] = {}
    most: dict[str | None, DeclaredModel] = {}
    for item in models:
        if item.model.name == "delta_presence":
            (least if item.model.direction == "at_least" else most)[item.model.column] = item
    for column, low in least.items():
        high = most.get(column)
        if high is not None and low.model.required > high.model.required:
            message = f"`delta_presence` of `{column}` asks for at least more than it allows at most"
            yield Diagnostic("PT183", message, low.place, fixes=("write `least` below `most`",))
