"""In which class of the release before the people of each combination of values were."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.earlier import EARLIER
from personatwin_sql.engine.offers import people_of
from personatwin_sql.engine.sensitive_counts import entries
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.recoding.keep import NEW, OUT, Before


def classes_before(
    session: Session, model: CompiledModel, frequency: FrequencySet, folder: Path | None
) -> Before | None:
    """Where the people of each tuple of the frequency set stood; None where no release of them is known."""
    path = None if folder is None else folder / f"{model.name}.parquet"
    if path is None or not path.is_file():
        return None
    own = identifier(str(model.unit))
    names = ", ".join(f"people.{identifier(column.name)}" for column in model.quasi_identifiers)
    table, coded = (f"private.{identifier(f'{model.name} {name}')}" for name in ("before", "classes before"))
    session.run(
        f"""CREATE OR REPLACE TABLE {table} AS
        WITH keyed AS (SELECT *, {KEYED_UNIT.format(own)} AS keyed FROM ({people_of(model)}) AS people)
        SELECT {names}, count(*) AS people,
            CASE WHEN before.class_id IS NOT NULL THEN before.class_id
                WHEN earlier.unit IS NOT NULL THEN {OUT} ELSE {NEW} END AS class_before
        FROM keyed AS people
        LEFT JOIN read_parquet({literal(str(path))}) AS before ON people.keyed = before.unit
        LEFT JOIN {EARLIER} AS earlier ON people.keyed = earlier.unit
        WHERE people.{own} IS NOT NULL
        GROUP BY ALL""",
        model.name,
    )
    session.run(
        f"""CREATE OR REPLACE TABLE {coded} AS
        SELECT DISTINCT class_before, class_before AS code FROM {table}""",
        model.name,
    )
    lowest = frequency.lowest or (0,) * len(frequency.names)
    arrays = session.arrays(entries(model, table, coded, "class_before", lowest), None, model.name)
    rows, classes, people = (np.asarray(arrays[name], dtype=np.int64) for name in ("tuple", "code", "people"))
    return Before(rows, classes, people)
