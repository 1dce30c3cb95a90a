"""Which classes enough people of the population share: a table that the SQL of a release keeps to.

Only a class that is in it is published. The search has chosen the levels for that; what is published is
measured afterwards from its texts, on another path.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, asks_population
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.populations import published_texts
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.population import class_population
from personatwin_sql.spec.protection import KAnonymity


def write_in_population(
    session: Session, model: CompiledModel, frequency: FrequencySet, chosen: Chosen
) -> None:
    """`private."in population of <model>"`: the combinations that at least k people of the population share.

    Nothing is written for a model that asks nothing of a population; where classes have levels of their own,
    it was written as these were.
    """
    promise = model.protection
    if not isinstance(promise, KAnonymity) or promise.recoding.is_by_class or not asks_population(model):
        return
    least = max(int(each.model.required) for each in promise.models if each.model.name == "k_map")
    levels = tuple(chosen.levels[name] for name in frequency.names)
    classes = np.unique(frequency.at(levels), axis=0)
    alike = np.zeros(len(classes), dtype=np.int64)
    if frequency.population is not None:
        alike = class_population(frequency.population, levels, classes)
    kept = classes[alike >= least]
    texts = []
    for number, column in enumerate(model.quasi_identifiers):
        published = published_texts(session, model, number, column)[levels[number]]
        texts.append([published[code] for code in kept[:, number]])
    names = [identifier(column.name) for column in model.quasi_identifiers]
    items = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {name}" for name in names)
    table = f"private.{identifier(f'in population of {model.name}')}"
    session.rows(f"CREATE OR REPLACE TABLE {table} AS SELECT {items}", texts, model.name)
