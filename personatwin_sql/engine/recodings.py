"""What each combination of values is published as, where classes differ in levels: anew, or as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, grouped_columns
from personatwin_sql.engine.grouped_numbers import GroupedNumbers, with_groups
from personatwin_sql.engine.ranges import ranks
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.grouped import at_levels
from personatwin_sql.privacy.recoding.keep import Before
from personatwin_sql.privacy.recoding.recode import as_before, recode
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.spec.protection import KAnonymity, RecodingRule

if TYPE_CHECKING:
    from personatwin_sql.engine.levels import Choice

_NONE: Mapping[str, Codes] = MappingProxyType({})


@dataclass(frozen=True)
class ChosenRecoding:
    """A recoding, and what the lock says of it."""

    chosen: Chosen
    recoding: Recoding
    from_lock: bool = False
    lowest: Levels = ()
    """Those at which whoever is in no class stands."""
    numbers: GroupedNumbers | None = None
    """Where columns are published as numbers of groups."""


def recoding_in_force(
    session: Session,
    model: CompiledModel,
    promise: KAnonymity,
    frequency: FrequencySet,
    demand: Demand,
    locked: Chosen | None,
    at_one_level: Callable[[Chosen | None], Choice],
    before: Before | None = None,
) -> ChosenRecoding | None:
    """The recoding of a model, its classes cut into groups where numbers are published as those of groups.

    `at_one_level`: chooses one level for all, given what is locked. `before`: the classes of the release
    before, where there is one.
    """
    loss, grouped = promise.search.loss, grouped_columns(model)
    is_same = locked is not None and (locked.loss, locked.microaggregate) == (loss, grouped)
    known = replace(locked, loss="", microaggregate={}) if locked is not None and is_same else None
    if promise.recoding.name == "means":
        known = None if known is None else replace(known, recoding="global", coarsest={}, loss=loss)
        found: ChosenRecoding | None = _at_one_node(frequency, demand, at_one_level(known))
    else:
        levels = at_one_level(None).chosen.levels if promise.recoding.name == "cell" else {}
        node = tuple(levels[name] for name in frequency.names if levels)
        found = recoding_of_people(session, model, promise, frequency, demand, known, node, before)
    if found is None:
        return None
    recoding, numbers = found.recoding, None
    if grouped:
        recoding, numbers = with_groups(session, model, frequency, recoding, demand)
    return replace(
        found,
        chosen=replace(found.chosen, loss=loss, microaggregate=grouped),
        recoding=recoding,
        lowest=found.lowest or demand.lattice(frequency).lowest,
        numbers=numbers,
    )


def _at_one_node(frequency: FrequencySet, demand: Demand, base: Choice) -> ChosenRecoding:
    """A release at one level for all as a recoding; who is left out stands at that level too."""
    chosen = base.chosen
    levels = tuple(chosen.levels[name] for name in frequency.names)
    recoding = at_levels(frequency, levels, chosen.k, demand.models)
    at = replace(chosen, recoding="means", coarsest=chosen.levels)
    return ChosenRecoding(at, recoding, base.from_lock, levels)


def recoding_of_people(
    session: Session,
    model: CompiledModel,
    promise: KAnonymity,
    frequency: FrequencySet,
    demand: Demand,
    locked: Chosen | None,
    node: Sequence[int] = (),
    before: Before | None = None,
) -> ChosenRecoding | None:
    """The recoding of a model.

    Columns in which people never merge are as fine in every class as they may be, if that can be.
    """
    numbers = ranks(session, model, frequency) if promise.recoding.kind == "multidimensional" else _NONE
    never = {each.name: demand.floor[each.name] for each in model.quasi_identifiers if each.never_merges}
    demands = (replace(demand, fixed={**never, **demand.fixed}), demand) if never else (demand,)
    tried = (
        choose_recoding(frequency, each, promise.recoding, locked, node, numbers, before) for each in demands
    )
    return next((found for found in tried if found is not None), None)


def choose_recoding(
    frequency: FrequencySet,
    demand: Demand,
    rule: RecodingRule,
    locked: Chosen | None,
    node: Sequence[int] = (),
    numbers: Mapping[str, Codes] = _NONE,
    before: Before | None = None,
) -> ChosenRecoding | None:
    """The recoding that loses little; None where none satisfies the demand.

    `node`: the levels at which single cells are suppressed, for a recoding that does nothing else; `numbers`:
    columns that may be published as ranges, with the ranks of their base values. A lock
    says how fine and how coarse classes are, and at which k: a recoding of the people of today that keeps to
    it is taken before one that does not, and the classes of `before` go before all others.
    """
    if before is not None and locked is not None and _is_within(locked, demand, rule, frequency):
        same = _as_before(frequency, demand, rule, locked, numbers, before)
        if same is not None:
            return same
    found = _recoded(frequency, demand, rule, node, numbers)
    chosen = None if found is None else _chosen(frequency, found, rule)
    if found is not None and chosen is not None and chosen == locked:
        return ChosenRecoding(chosen, found, from_lock=True)
    if locked is not None and _is_within(locked, demand, rule, frequency):
        at = [locked.levels[name] for name in frequency.names]
        kept = _recoded(frequency, _bounded(demand, locked), rule, at, numbers)
        if kept is not None and kept.k == locked.k and _spans(locked, _chosen(frequency, kept, rule)):
            return ChosenRecoding(locked, kept, from_lock=True)
    return None if found is None or chosen is None else ChosenRecoding(chosen, found)


def _as_before(
    frequency: FrequencySet,
    demand: Demand,
    rule: RecodingRule,
    locked: Chosen,
    numbers: Mapping[str, Codes],
    before: Before,
) -> ChosenRecoding | None:
    """The classes of the release before, within the levels of the lock if that can be.

    Ranges of numbers part people who are alike at the levels of the lock: there only the result is compared.
    """
    if rule.kind == "global":
        return None
    unbounded = replace(demand, k=locked.k)
    for each in (unbounded,) if numbers else (_bounded(demand, locked), unbounded):
        found = as_before(frequency, each, before, demand.k, numbers)
        if found is not None and len(found.levels):
            chosen = _chosen(frequency, found, rule)
            is_same = _spans(locked, chosen)
            return ChosenRecoding(locked if is_same else chosen, found, from_lock=is_same)
    return None


def _bounded(demand: Demand, locked: Chosen) -> Demand:
    """The demand at the k of the lock, within its levels.

    Whoever of the population stands for people here is told apart as finely as where nothing is locked, for
    whether the lock can be kept is read there: k-map leaves the finest levels open.
    """
    if any(model.name == "k_map" for model in demand.models):
        return replace(demand, k=locked.k, ceiling=locked.coarsest)
    return replace(demand, k=locked.k, floor=locked.levels, ceiling=locked.coarsest, fixed={})


def _spans(locked: Chosen, chosen: Chosen) -> bool:
    """Whether what was chosen is nowhere finer and nowhere coarser than the lock."""
    return all(
        locked.levels[name] <= level and chosen.coarsest[name] <= locked.coarsest[name]
        for name, level in chosen.levels.items()
    )


def _recoded(
    frequency: FrequencySet,
    demand: Demand,
    rule: RecodingRule,
    node: Sequence[int],
    numbers: Mapping[str, Codes],
) -> Recoding | None:
    if rule.kind == "global":
        found = with_cells_suppressed(frequency, demand, node)
    else:
        found = recode(frequency, demand, rule.kind, ranks=numbers)
    return found if found is not None and len(found.levels) else None


def _chosen(frequency: FrequencySet, recoding: Recoding, rule: RecodingRule) -> Chosen:
    finest, coarsest = recoding.levels.min(axis=0).tolist(), recoding.levels.max(axis=0).tolist()
    return Chosen(
        k=recoding.k,
        levels=dict(zip(frequency.names, finest, strict=True)),
        recoding=rule.name,
        coarsest=dict(zip(frequency.names, coarsest, strict=True)),
    )


def _is_within(locked: Chosen, demand: Demand, rule: RecodingRule, frequency: FrequencySet) -> bool:
    """Whether what is locked keeps to the rules."""
    names = set(frequency.names)
    if locked.recoding != rule.name or locked.k < demand.k:
        return False
    if set(locked.levels) != names or set(locked.coarsest) != names:
        return False
    bounds = demand.lattice(frequency)
    return all(
        low <= locked.levels[name] <= locked.coarsest[name] <= high
        for name, low, high in zip(frequency.names, bounds.lowest, bounds.highest, strict=True)
    )
