"""The levels that lose least beside earlier releases, those who must wait counted as suppressed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.earlier import EARLIER
from personatwin_sql.engine.levels import Choice, time_columns
from personatwin_sql.engine.model_demand import Asked
from personatwin_sql.engine.offers import lay_people_beside_earlier
from personatwin_sql.engine.sensitive_counts import entries
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.beside import CELLS, Earlier
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.ladder import climb
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.protection import KAnonymity


def levels_beside_earlier(session: Session, model: CompiledModel, choice: Choice) -> Chosen | None:
    """The levels at which the fewest is lost, those of the choice among them; None where none pass.

    The tables of the model's frequency set are still there.
    """
    promise = model.protection
    if not isinstance(promise, KAnonymity) or choice.demand is None:
        return None
    frequency, earlier = _with_cells(session, model, choice.frequency)
    ladder = climb(
        frequency,
        replace(choice.demand, earlier=earlier),
        target_risk=Asked.of(promise).target_risk,
        max_people=int(promise.k.value),
        time_columns=time_columns(model),
    )
    if not ladder.reached or ladder.release is None:
        return None
    levels = dict(zip(frequency.names, ladder.release.levels, strict=True))
    return Chosen(ladder.release.k, levels, loss=promise.search.loss)


def _with_cells(
    session: Session, model: CompiledModel, frequency: FrequencySet
) -> tuple[FrequencySet, Earlier]:
    """The people of each tuple by cell, beside what is asked of each cell."""
    table, coded = lay_people_beside_earlier(session, model), f"private.{identifier(f'{model.name} cells')}"
    session.run(
        f"CREATE OR REPLACE TABLE {coded} AS "
        f"SELECT DISTINCT cell, coalesce(cell + 1, 0) AS code FROM {table}",
        model.name,
    )
    lowest = frequency.lowest or (0,) * len(frequency.names)
    found = session.arrays(entries(model, table, coded, "cell", lowest), None, model.name)
    rows, values, people = (np.asarray(found[name], dtype=np.int64) for name in ("tuple", "code", "people"))
    asked = session.arrays(
        f"""SELECT cell::BIGINT + 1 AS cell, max(k)::BIGINT AS k, count(*) AS people
        FROM {EARLIER} GROUP BY cell""",
        None,
        model.name,
    )
    cells = np.asarray(asked["cell"], dtype=np.int64)
    size = int(cells.max(initial=0)) + 1
    k, all_people = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    k[cells], all_people[cells] = asked["k"], asked["people"]
    here = np.bincount(values, weights=people, minlength=size).astype(np.int64)
    gone = np.where(np.arange(size) > 0, all_people - here, 0)
    column = Sensitive(CELLS, rows, values, people, size)
    return replace(frequency, sensitive=(*frequency.sensitive, column)), Earlier(k, gone)
