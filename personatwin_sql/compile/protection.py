"""A compiled model and its levels become the SQL of the protection, written by the macros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from personatwin_sql.compile.canonical import without_semicolon
from personatwin_sql.compile.class_rules import class_rules, macro_of
from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.model import CompiledModel, Levels, PublishedColumn
from personatwin_sql.compile.persona_models import persona_rules
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.preset import SENSITIVE_OUTCOME_CAP
from personatwin_sql.spec.privacy_models import DeclaredModel
from personatwin_sql.spec.protection import KAnonymity, LockedRecoding, Personas


@dataclass(frozen=True)
class MacroModel:
    """The author's model as macros see it."""

    name: str
    path: str
    line: int
    sql: str


@dataclass(frozen=True)
class Chosen:
    """What a build chose from the data within the rules: it stands in the lock."""

    k: int
    levels: Levels = field(default_factory=dict)
    """The level of each column; where classes differ, the finest of a class."""
    recoding: LockedRecoding = "global"
    coarsest: Levels = field(default_factory=dict)
    """Where classes differ: the coarsest level of a class."""
    loss: str = ""
    """Which declared loss the levels were searched by; empty where none was declared."""
    microaggregate: Mapping[str, str] = field(default_factory=dict)
    """The columns that are published as numbers of groups, and how; their levels are the top."""


def macro_model(model: CompiledModel) -> MacroModel:
    """The authored SELECT, indented to stand in a CTE, and where it begins."""
    first, lines = _as_written(model)
    sql = "\n".join(f"    {line}".rstrip() for line in lines)
    return MacroModel(model.name, model.parsed.path, first + 1, sql)


def _as_written(model: CompiledModel) -> tuple[int, list[str]]:
    """How many empty lines come before the SELECT, and its lines."""
    lines = without_semicolon(model.parsed.sql).rstrip().splitlines()
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    return first, lines[first:]


def at_levels(columns: tuple[PublishedColumn, ...], levels: Levels) -> tuple[PublishedColumn, ...]:
    """The columns with the levels that were chosen."""
    return tuple(
        replace(column, level=levels.get(column.name, column.floor)) if column.is_quasi_identifier else column
        for column in columns
    )


def recoded(model: CompiledModel, chosen: Chosen) -> tuple[PublishedColumn, ...]:
    """The columns with what was chosen: a level for all, or a table that says it of each combination."""
    columns = at_levels(model.columns, chosen.levels)
    if chosen.recoding == "global":
        return columns
    promise = model.protection
    table = promise.within if isinstance(promise, Personas) and promise.within else model.name
    return tuple(
        replace(column, recoding=table, coarsest=chosen.coarsest.get(column.name, column.level))
        if column.is_quasi_identifier
        else column
        for column in columns
    )


def recoding_of(model: CompiledModel, below: CompiledModel | None) -> LockedRecoding:
    """The recoding that a model declares; personas have that of the classes that they are cut inside of."""
    of = below if isinstance(model.protection, Personas) else model
    promise = of.protection if of is not None else None
    return promise.recoding.name if isinstance(promise, KAnonymity) else "global"


def is_recoded_so(model: CompiledModel, chosen: Chosen | None, below: CompiledModel | None) -> bool:
    """Whether something was chosen, under the recoding that was declared."""
    if chosen is None or chosen.recoding != recoding_of(model, below):
        return False
    return chosen.microaggregate == grouped_columns(model)


def grouped_columns(model: CompiledModel) -> dict[str, str]:
    """The columns that are published as numbers of groups, and how, as the lock says it."""
    return {
        column.name: column.microaggregate.words
        for column in model.columns
        if column.microaggregate is not None
    }


def _select(model: CompiledModel) -> str:
    """The authored SELECT where it stands by itself."""
    return "\n".join(line.rstrip() for line in _as_written(model)[1])


def render_private(model: CompiledModel) -> str:
    """A private model is its SELECT as written: a table, or a view where it only picks columns."""
    kind = "VIEW" if model.authored.picks_columns_only else "TABLE"
    return f"CREATE {kind} private.{identifier(model.name)} AS\n{_select(model)};"


def render_derived(model: CompiledModel) -> str:
    """A derived model adds nothing to the author's SELECT over released tables."""
    return f"CREATE TABLE release.{identifier(model.name)} AS\n{_select(model)};"


def render_k_anonymity(loaded: Loaded, model: CompiledModel, chosen: Chosen) -> str:
    """The SQL of `macros/protection/k_anonymity.sql`; of classes where nothing but they is published."""
    rules = class_rules([declared.model for declared in models_in(model)], model.columns)
    return call_macro(
        loaded,
        "k_anonymity_of_classes" if publishes_classes_only(model) else "k_anonymity",
        model=macro_model(model),
        unit=model.unit,
        columns=recoded(model, chosen),
        k=chosen.k,
        one_row_per_unit=model.authored.one_row_per_unit,
        **({"sensitive": rules} if rules else {}),
        **({"in_population": True} if asks_population(model) else {}),
    )


def asks_population(model: CompiledModel) -> bool:
    """Whether classes are published only where enough people of the population share them."""
    return any(declared.model.name == "k_map" for declared in models_in(model))


def least_in_population(promise: Personas) -> int:
    """How many people of the population may at least be behind each persona; 0 where nobody asks."""
    asked = (int(each.model.required) for each in promise.models if each.model.name == "k_map")
    return max(asked, default=0)


def models_in(model: CompiledModel) -> tuple[DeclaredModel, ...]:
    """The privacy models that classes satisfy beside k."""
    return model.protection.models if isinstance(model.protection, KAnonymity) else ()


def spread_columns(model: CompiledModel) -> tuple[PublishedColumn, ...]:
    """The sensitive columns whose hierarchy says how far apart values are."""
    promise = model.protection
    declared = promise.models if isinstance(promise, KAnonymity | Personas) else ()
    names = {each.model.column for each in declared if macro_of(each.model) == "t_closeness_hierarchical"}
    return tuple(column for column in model.columns if column.name in names)


def publishes_classes_only(model: CompiledModel) -> bool:
    """Whether a k_anonymity model publishes no column of single people beside its classes."""
    return isinstance(model.protection, KAnonymity) and len(model.quasi_identifiers) == len(model.columns)


def render_personas(
    loaded: Loaded,
    model: CompiledModel,
    promise: Personas,
    chosen: Chosen,
    within: CompiledModel | None = None,
    inside: str | None = None,
) -> str:
    """The SQL of `macros/protection/personas.sql`; `within` is the model whose classes they do not cross.

    `inside` names the map of finer classes, which they do not cross either.
    """
    columns = tuple(
        replace(
            column,
            never_merges=never_merges(column),
            raised_in_round=_raised_in_round(column, promise),
        )
        for column in recoded(model, chosen)
    )
    names = {column.name for column in columns}
    rules = persona_rules(promise.models, columns)
    return call_macro(
        loaded,
        "personas",
        model=macro_model(model),
        unit=model.unit,
        columns=columns,
        block=gathering_blocks(model, promise),
        within_block=tuple(name for name in promise.within_block if name in names),
        within=inside or promise.within,
        within_columns=() if inside else _columns_of_classes(model, within),
        k=chosen.k,
        k_event=int(promise.k_event.value),
        cap=SENSITIVE_OUTCOME_CAP,
        one_row_per_unit=model.authored.one_row_per_unit,
        **({"sensitive": rules} if rules else {}),
        **({"in_population": least} if (least := least_in_population(promise)) else {}),
        **({"left_alike": True} if _leaves_out_many_alike(within) else {}),
    )


def _leaves_out_many_alike(within: CompiledModel | None) -> bool:
    """Whether a table may leave out k people who are alike: those whose class fails a privacy model."""
    return within is not None and isinstance(within.protection, KAnonymity) and bool(within.protection.models)


def _columns_of_classes(model: CompiledModel, within: CompiledModel | None) -> tuple[str, ...]:
    """The columns that tell the class of a person of `within`, where both read the same; otherwise none."""
    if within is None or not publishes_classes_only(within):
        return ()
    reads_alike = model.parsed.sql.split() == within.parsed.sql.split() and model.authored.picks_columns_only
    return tuple(column.name for column in within.columns) if reads_alike else ()


def blocks_of(model: CompiledModel, promise: Personas) -> tuple[str, ...]:
    """The block columns that the model selects, in the order of the rules."""
    names = {column.name for column in model.quasi_identifiers}
    return tuple(name for name in promise.block if name in names)


def gathering_blocks(model: CompiledModel, promise: Personas) -> tuple[str, ...]:
    """The columns in which people who gather beyond their class still agree: those with a tolerance too."""
    block = blocks_of(model, promise)
    bound = (column.name for column in model.quasi_identifiers if never_merges(column))
    return (*block, *(name for name in bound if name not in block))


def never_merges(column: PublishedColumn) -> bool:
    """Whether a persona publishes one value of the column, at its level, and never `*` in its place."""
    return column.never_merges or column.ceiling is not None


def _raised_in_round(column: PublishedColumn, promise: Personas) -> int:
    if never_merges(column):
        return 4
    return 3 if column.name in promise.block else 2


def age_of(personas: CompiledModel, promise: Personas) -> str | None:
    """The column of the personas that stands beside the block in the roll-up: the first of within_block."""
    names = {column.name for column in personas.quasi_identifiers}
    return next((name for name in promise.within_block if name in names), None)
