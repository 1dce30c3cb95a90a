"""How the strategy of persona events shapes what is counted, rendered and released."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.randomised import told
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.domain import OrderRules
from personatwin_sql.spec.hierarchy import Flat
from personatwin_sql.spec.order import closings, needs, ranks
from personatwin_sql.spec.protection import PersonaEvents, Strategy
from personatwin_sql.spec.role import Role

EVENT_TYPE: Final = "event_type"
"""The column of which order rules speak."""
IS_ADDED: Final = "is_added"


@dataclass(frozen=True)
class StrategyMacro:
    """A strategy as macros see it."""

    name: str
    is_repaired: bool
    max_rows: int | None = None
    event_type: str = EVENT_TYPE
    ranks: Mapping[str, int] | None = None


@dataclass(frozen=True)
class RepairMacro:
    """Order rules as the macro of the repair sees them; types are named by their numbers."""

    event_type: str
    types: tuple[str, ...]
    needed: tuple[tuple[int, tuple[int, ...]], ...]
    """Each type that may be added, and all that need it, to closure."""
    closed: tuple[tuple[int, tuple[int, ...]], ...]
    """Each closing type, and what it closes."""


def is_repaired(model: CompiledModel) -> bool:
    """Whether events are added before they are counted."""
    return isinstance(model.protection, PersonaEvents) and model.protection.strategy.repaired_by is not None


def counted(model: CompiledModel) -> CompiledModel:
    """The model whose SELECT is counted: the author's, that of randomised outcomes, or that of the
    repaired events, with `is_added`."""
    if not is_repaired(model):
        return told(model)
    names = [str(model.unit), *(column.name for column in model.columns), IS_ADDED]
    table = f"private.{identifier(model.name + '__repaired')}"
    sql = f"SELECT {', '.join(map(identifier, names))} FROM {table}"
    added = PublishedColumn(IS_ADDED, Role.INSENSITIVE, "boolean", Flat())
    parsed = replace(model.parsed, sql=sql, text="", lines=())
    return replace(model, parsed=parsed, columns=(*model.columns, added))


def when_columns(strategy: Strategy) -> tuple[str, ...]:
    """The columns that say when the events of a row happened, and in which order."""
    if strategy.name == "representative":
        return ("period_from", "period_to")
    return ("step", "period") if strategy.name == "sequence" else ("period",)


def strategy_macro(strategy: Strategy) -> StrategyMacro | None:
    """None where every cell is a row, and none was added."""
    is_added = strategy.repaired_by is not None
    if strategy.name == "aggregate" and not is_added:
        return None
    return StrategyMacro(
        name=strategy.name,
        is_repaired=is_added,
        max_rows=int(strategy.max_rows.value) if strategy.max_rows is not None else None,
        ranks=ranks(strategy.repaired_by) if strategy.repaired_by is not None else None,
    )


def repair_macro(rules: OrderRules) -> RepairMacro:
    """All that the rules ask for, to closure."""
    before, closed = needs(rules), closings(rules)
    wanted: dict[str, list[str]] = {}
    for event, names in before.items():
        for name in names:
            wanted.setdefault(name, []).append(event)
    types = tuple(
        dict.fromkeys((*before, *wanted, *closed, *(each for names in closed.values() for each in names)))
    )
    number = {name: place for place, name in enumerate(types)}
    return RepairMacro(
        EVENT_TYPE,
        types,
        tuple((number[name], tuple(number[each] for each in by)) for name, by in wanted.items()),
        tuple((number[name], tuple(number[each] for each in by)) for name, by in closed.items()),
    )


def release_of_cells(model: str, about: Sequence[str]) -> str:
    """The release of every cell as it is, by which the proof of the cells reads them: it never runs."""
    listed = [identifier(name) for name in (*about, "period")]
    return (
        f"CREATE TABLE release.{identifier(model)} AS SELECT {', '.join(listed)}, people, events "
        f"FROM private.{identifier(model + '__cells')} ORDER BY level_number, {', '.join(listed)}"
    )


def check_strategy(model: CompiledModel, promise: PersonaEvents) -> Iterator[Diagnostic]:
    """PT192 where a repair has no column to speak of."""
    if promise.strategy.repaired_by is None:
        return
    place = model.parsed.places.get("strategy", Place(model.parsed.path, 1))
    names = {column.name for column in model.columns}
    if EVENT_TYPE not in names:
        yield Diagnostic(
            "PT192",
            f"order rules add events to `{model.name}`, which has no column `{EVENT_TYPE}`",
            place,
            fixes=(f"select it, or rename it in the SELECT: type AS {EVENT_TYPE}",),
        )
    if promise.outcome == EVENT_TYPE:
        yield Diagnostic(
            "PT192",
            f"an added event has no outcome, but `outcome` names `{EVENT_TYPE}`",
            place,
            fixes=("name the column that holds the outcome, or select it apart from the type",),
        )
