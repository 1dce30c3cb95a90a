"""The table of what each combination of values is published as, for the SQL of the protection to join.

It is private: `private.<model>__recoding`, a row for each combination that somebody has; it is never written
out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import asks_population
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.grouped_numbers import GroupedNumbers, write_numbers
from personatwin_sql.engine.ranges import write_ranges
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, NodeError, Place
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.recoding.recoding import Recoding

_PLACED, _CLASSES = "recoding_placed", "recoding_classes"


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
