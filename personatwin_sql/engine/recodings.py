"""What each combination of values is published as, where classes differ in levels: chosen, and tabled.

The table is private: `private.<model>__recoding`, a row for each combination that somebody has. It is never
written out; the SQL of the protection joins it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, asks_population, grouped_columns
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.grouped_numbers import GroupedNumbers, with_groups, write_numbers
from personatwin_sql.engine.ranges import ranks, write_ranges
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, NodeError, Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.cells import with_cells_suppressed
from personatwin_sql.privacy.recoding.grouped import at_levels
from personatwin_sql.privacy.recoding.recode import recode
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.spec.protection import KAnonymity, RecodingRule

if TYPE_CHECKING:
    from personatwin_sql.engine.levels import Choice

_NONE: Mapping[str, Codes] = MappingProxyType({})
_PLACED, _CLASSES = "recoding_placed", "recoding_classes"


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
) -> ChosenRecoding | None:
    """The recoding of a model, its classes cut into groups where numbers are published as those of groups.

    `at_one_level`: chooses one level for all, given what is locked.
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
        found = recoding_of_people(session, model, promise, frequency, demand, known, node)
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
) -> ChosenRecoding | None:
    """The recoding of a model.

    Columns in which people never merge are as fine in every class as they may be, if that can be.
    """
    numbers = ranks(session, model, frequency) if promise.recoding.kind == "multidimensional" else _NONE
    never = {each.name: demand.floor[each.name] for each in model.quasi_identifiers if each.never_merges}
    demands = (replace(demand, fixed={**never, **demand.fixed}), demand) if never else (demand,)
    tried = (choose_recoding(frequency, each, promise.recoding, locked, node, numbers) for each in demands)
    return next((found for found in tried if found is not None), None)


def choose_recoding(
    frequency: FrequencySet,
    demand: Demand,
    rule: RecodingRule,
    locked: Chosen | None,
    node: Sequence[int] = (),
    numbers: Mapping[str, Codes] = _NONE,
) -> ChosenRecoding | None:
    """The recoding that loses little; None where none satisfies the demand.

    `node`: the levels at which single cells are suppressed, for a recoding that does nothing else; `numbers`:
    columns that may be published as ranges, with the ranks of their base values. A lock
    says how fine and how coarse classes are, and at which k: a recoding of the people of today that keeps to
    it is taken before one that does not.
    """
    found = _recoded(frequency, demand, rule, node, numbers)
    chosen = None if found is None else _chosen(frequency, found, rule)
    if found is not None and chosen is not None and chosen == locked:
        return ChosenRecoding(chosen, found, from_lock=True)
    if locked is not None and _is_within(locked, demand, rule, frequency):
        bounded = replace(demand, k=locked.k, floor=locked.levels, ceiling=locked.coarsest, fixed={})
        at = [locked.levels[name] for name in frequency.names]
        kept = _recoded(frequency, bounded, rule, at, numbers)
        if kept is not None and kept.k == locked.k:
            return ChosenRecoding(locked, kept, from_lock=True)
    return None if found is None or chosen is None else ChosenRecoding(chosen, found)


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


def write_recoding(
    session: Session,
    model: CompiledModel,
    frequency: FrequencySet,
    recoding: Recoding,
    lowest: Sequence[int],
    numbers: GroupedNumbers | None = None,
) -> None:
    """Table what each combination is published as, in the texts that the columns have at their levels.

    Whoever is in no class stands there at the `lowest` levels: by those they are too few to be published.
    Raises NodeError PT390 where the combinations are not what was searched, or one stands there twice.
    """
    names = [column.name for column in model.quasi_identifiers]
    levels = np.vstack((recoding.levels, np.asarray(lowest, dtype=np.int64)[None, :]))
    placed = np.where(recoding.classes < 0, len(recoding.levels), recoding.classes)
    tuples = {"tuple": np.arange(len(placed)), "class": placed, "people": frequency.people}
    classes = {f"level_{number}": np.ascontiguousarray(column) for number, column in enumerate(levels.T)}
    session.connection.register(_PLACED, tuples)
    session.connection.register(_CLASSES, {"class": np.arange(len(levels)), **classes})
    try:
        ranges = write_ranges(session, model, recoding, lowest)
        if numbers is not None:
            ranges = write_numbers(session, model, numbers, ranges)
        session.run(_script(model.name, names, levels, frequency.lowest, ranges), model.name)
        if asks_population(model):
            session.run(
                _script(model.name, names, levels, frequency.lowest, ranges, published_alone=True), model.name
            )
    finally:
        session.connection.unregister(_PLACED)
        session.connection.unregister(_CLASSES)
    _check(session, model, len(names))


def _script(
    model: str,
    names: Sequence[str],
    levels: np.ndarray,
    known: Levels,
    ranges: Sequence[int],
    *,
    published_alone: bool = False,
) -> str:
    """In the order of the frequency set, in which those are one who are alike at the `known` levels.

    `ranges`: the columns, by place, that some class publishes as a range. `published_alone`: what the classes
    publish, as `write_in_population` tables it; enough people of the population stand behind each.
    """
    numbers = range(len(names))
    values = [f"private.{identifier(f'{model}__values_{n}')} AS v{n}" for n in numbers]
    joins = " ".join(
        f"INNER JOIN {value} ON {agree('frequencies', f'v{n}', [names[n]])}" for n, value in enumerate(values)
    )
    as_given = ", ".join(f"frequencies.{identifier(name)} AS given_{n + 1}" for n, name in enumerate(names))
    texts = ", ".join(f"v{n}.level_{level} AS c{n}_{level}" for n in numbers for level in _used(levels, n))
    codes = ", ".join(f"v{n}.value_code AS place_{n}" for n in numbers)
    people = "frequencies.people"
    if any(known):
        alike = ", ".join(f"v{n}.level_{level}" for n, level in enumerate(known))
        codes = ", ".join(f"min(v{n}.value_code) OVER (PARTITION BY {alike}) AS place_{n}" for n in numbers)
        people = f"CAST(sum(frequencies.people) OVER (PARTITION BY {alike}) AS BIGINT)"
    order = ", ".join(f"place_{n}" for n in numbers)
    published = ", ".join(
        f"{_published(levels, n, n in ranges)} AS {identifier(name)}" for n, name in enumerate(names)
    )
    given = ", ".join(f"tuples.given_{n + 1}" for n in numbers)
    table = f"private.{identifier(model + '__ranges')}"
    joined = " ".join(
        f"LEFT JOIN {table} AS r{n} ON placed.class = r{n}.class AND r{n}.place = {n}" for n in ranges
    )
    written = f"in population of {model}" if published_alone else f"{model}__recoding"
    items = f"DISTINCT {published}" if published_alone else f"{given}, {published}"
    of_classes = f"WHERE placed.class < {len(levels) - 1}" if published_alone else ""
    return f"""CREATE OR REPLACE TABLE private.{identifier(written)} AS
        WITH coded AS (
            SELECT {as_given}, {texts}, {codes}, {people} AS people
            FROM private.{identifier(model + "__frequencies")} AS frequencies {joins}
        ),
        tuples AS (SELECT *, dense_rank() OVER (ORDER BY {order}) - 1 AS tuple FROM coded)
        SELECT {items}
        FROM tuples
        INNER JOIN {_PLACED} AS placed ON tuples.tuple = placed.tuple AND tuples.people = placed.people
        INNER JOIN {_CLASSES} AS classes ON placed.class = classes.class {joined} {of_classes}"""


def _used(levels: np.ndarray, column: int) -> list[int]:
    found: list[int] = np.unique(levels[:, column]).tolist()
    return found


def _published(levels: np.ndarray, column: int, has_ranges: bool) -> str:
    cases = " ".join(f"WHEN {level} THEN tuples.c{column}_{level}" for level in _used(levels, column))
    at_level = f"CASE classes.level_{column} {cases} END"
    return f"coalesce(r{column}.text, {at_level})" if has_ranges else at_level


def _check(session: Session, model: CompiledModel, columns: int) -> None:
    table = f"private.{identifier(model.name + '__recoding')}"
    given = ", ".join(f"given_{number + 1}" for number in range(columns))
    frequencies = f"private.{identifier(model.name + '__frequencies')}"
    tuples = int(session.value(f"SELECT count(*) FROM {frequencies}"))
    rows = int(session.value(f"SELECT count(*) FROM {table}"))
    distinct = int(session.value(f"SELECT count(*) FROM (SELECT DISTINCT {given} FROM {table})"))
    if rows == distinct == tuples:
        return
    raise NodeError(
        Diagnostic(
            "PT390",
            f"`{model.name}`: a combination of values has no one place in the recoding",
            Place(model.parsed.path, 1),
            fixes=("let the built-in macros `frequency_set` and `level_values` count: remove the override",),
        )
    )
