"""At which levels a release would leave enough people together beside earlier ones, tried one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from personatwin_sql.compile.model import CompiledModel, Levels
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.earlier import EARLIER
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.holding import NO_CELL, Groups, Numbers, Table, to_leave_out


@dataclass(frozen=True)
class Tried:
    """What one choice of levels would cost, as shares of the people."""

    levels: Mapping[str, int]
    suppressed: float
    held_back: float


def coarser_levels(model: CompiledModel, levels: Levels) -> Iterator[dict[str, int]]:
    """Levels with one column raised, step by step, up to what its tolerance allows."""
    for column in model.quasi_identifiers:
        highest = column.hierarchy.height if column.ceiling is None else column.ceiling
        for level in range(levels.get(column.name, column.floor) + 1, highest + 1):
            yield {**levels, column.name: level}


def people_of(model: CompiledModel) -> str:
    """A query: each person of a model once, the unit and the quasi-identifiers; NULL where rows disagree."""
    unit, names = identifier(str(model.unit)), [identifier(column.name) for column in model.quasi_identifiers]
    if model.authored.one_row_per_unit:
        return f"SELECT {', '.join((unit, *names))} FROM ({macro_model(model).sql}\n)"
    agreed = (f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {name}" for name in names)
    return f"SELECT {', '.join((unit, *agreed))} FROM ({macro_model(model).sql}\n) GROUP BY {unit}"


def lay_people_beside_earlier(session: Session, model: CompiledModel) -> str:
    """How many people share each combination of values as given and each cell; the table of it."""
    table, unit = f"private.{identifier(f'{model.name} beside earlier')}", identifier(str(model.unit))
    names = [identifier(column.name) for column in model.quasi_identifiers]
    session.run(
        f"""CREATE OR REPLACE TABLE {table} AS
        SELECT earlier.cell, earlier.k, {", ".join(f"people.{name}" for name in names)}, count(*) AS people
        FROM ({people_of(model)}) AS people
        LEFT JOIN {EARLIER} AS earlier ON {KEYED_UNIT.format(f"people.{unit}")} = earlier.unit
        WHERE people.{unit} IS NOT NULL
        GROUP BY ALL""",
        model.name,
    )
    return table


def tried(session: Session, model: CompiledModel, table: str, levels: Mapping[str, int], k: int) -> Tried:
    """What these levels would cost a model that leaves at least k people together."""
    names = [column.name for column in model.quasi_identifiers]
    joins = " ".join(
        f"INNER JOIN private.{identifier(f'{model.name}__values_{n}')} AS v{n} "
        f"ON {agree('own', f'v{n}', [name])}"
        for n, name in enumerate(names)
    )
    published = ", ".join(f"v{n}.level_{levels[name]} AS q{n}" for n, name in enumerate(names))
    keys = ", ".join(f"q{n}" for n in range(len(names)))
    arrays = session.arrays(
        f"""
        WITH published AS (SELECT own.cell, own.k, own.people, {published} FROM {table} AS own {joins}),
        here AS (
            SELECT coalesce(cell, {NO_CELL})::BIGINT AS cell, coalesce(k, {k})::BIGINT AS k,
                dense_rank() OVER (ORDER BY {keys}) - 1 AS class, sum(people)::BIGINT AS people
            FROM published GROUP BY cell, k, {keys}
        ),
        gone AS (
            SELECT cell::BIGINT AS cell, max(k)::BIGINT AS k, count(*) AS people
            FROM {EARLIER} GROUP BY cell
        )
        SELECT cell, k, class, people FROM here
        UNION ALL
        SELECT gone.cell, gone.k, -1, gone.people - coalesce(sum(here.people), 0)::BIGINT
        FROM gone LEFT JOIN here ON gone.cell = here.cell
        GROUP BY gone.cell, gone.k, gone.people""",
        None,
        model.name,
    )
    cell, cell_k, number, people = (
        np.asarray(arrays[name], dtype=np.int64) for name in ("cell", "k", "class", "people")
    )
    everybody = int(people[number >= 0].sum())
    sizes = np.bincount(number[number >= 0], weights=people[number >= 0]).astype(np.int64)
    is_here = (number >= 0) & (sizes[np.maximum(number, 0)] >= k)
    suppressed = int(people[(number >= 0) & ~is_here].sum())
    found = _groups(cell, cell_k, people, is_here, k)
    held = int(to_leave_out(found, (Table.of_all(found, k, suppressed),)).sum())
    return Tried(levels, suppressed / max(everybody, 1), held / max(everybody, 1))


def _groups(cell: Numbers, cell_k: Numbers, people: Numbers, is_here: np.ndarray, k: int) -> Groups:
    """One group of each cell for all who are in no class; nothing is asked of those of no cell."""
    cells = int(cell.max(initial=NO_CELL)) + 1
    is_outside = ~is_here & (cell != NO_CELL)
    outside = np.bincount(cell[is_outside], weights=people[is_outside], minlength=cells).astype(np.int64)
    k_of = np.full(cells, k, dtype=np.int64)
    k_of[cell[cell != NO_CELL]] = cell_k[cell != NO_CELL]
    out = np.flatnonzero(outside)
    return Groups(
        cells=np.concatenate((cell[is_here], out)),
        people=np.concatenate((people[is_here], outside[out])),
        k=np.concatenate((np.minimum(cell_k[is_here], k), k_of[out])),
        cell_k=np.concatenate((cell_k[is_here], k_of[out])),
        is_out=np.concatenate(
            (np.zeros(int(is_here.sum()), dtype=np.bool_), np.ones(len(out), dtype=np.bool_))
        ),
    )
