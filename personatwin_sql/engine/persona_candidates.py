"""Who of the population has what each person of the personas has: a table that the SQL of a release keeps to.

Personas are ordered by values as they are given, so only those of the population who have exactly these could
stand in a person's place without changing what is published (`privacy.candidates`).
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import least_in_population
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.frequencies import frequency_set
from personatwin_sql.engine.populations import published_texts, with_population
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.errors.suggestion import listed
from personatwin_sql.privacy.candidates import Candidates, candidates
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import Personas


def write_candidates(
    session: Session,
    loaded: Loaded,
    model: CompiledModel,
    known: FrequencySet | None,
    within: CompiledModel | None = None,
) -> None:
    """`private."candidates of <model>"`: values as given, and each cell of the population that has them.

    Its columns are given_1 …, cell, people. `known`: the frequency set of these personas, where it was made.
    `within`: the table inside whose classes they are cut. Nothing is written for personas that ask nothing of
    a population. Withheld PT260 where who has these values cannot be told.
    """
    promise = model.protection
    if not isinstance(promise, Personas) or not least_in_population(promise):
        return
    if loaded.project.population is None:
        message = "no release can satisfy `k_map`: no population is known"
        raise Withheld(_refused(model, promise, "PT251", message, "name one in project.yml: `population:`"))
    _refuse_other_columns(model, promise, within)
    frequency = with_population(session, loaded, model, known or frequency_set(session, loaded, model))
    if not frequency.total or frequency.population is None:
        found = Candidates(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), are_apart=True)
    else:
        _refuse_unknown(model, promise, frequency)
        found = candidates(frequency.population, (0,) * len(frequency.names), frequency.codes)
    texts = [
        [published_texts(session, model, number, column)[0][code] for code in frequency.codes[:, number]]
        for number, column in enumerate(model.quasi_identifiers)
    ]
    columns = [
        *texts,
        list(range(len(frequency.codes))),
        found.tuples.tolist(),
        found.cells.tolist(),
        found.people[found.cells].tolist(),
    ]
    session.rows(_query(model), columns, model.name)


def _query(model: CompiledModel) -> str:
    names = [identifier(column.name) for column in model.quasi_identifiers]
    tuples = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS c{number}" for number in range(len(names)))
    joins = " ".join(
        f"INNER JOIN private.{identifier(f'{model.name}__values_{number}')} AS v{number} "
        f"ON tuples.c{number} IS NOT DISTINCT FROM v{number}.level_0"
        for number in range(len(names))
    )
    given = ", ".join(f"v{number}.{name} AS given_{number + 1}" for number, name in enumerate(names))
    return f"""
        CREATE OR REPLACE TABLE private.{identifier(f"candidates of {model.name}")} AS
        WITH tuples AS (SELECT {tuples}, unnest(CAST(? AS BIGINT[])) AS number),
        cells AS (
            SELECT
                unnest(CAST(? AS BIGINT[])) AS number,
                unnest(CAST(? AS BIGINT[])) AS cell,
                unnest(CAST(? AS DOUBLE[])) AS people
        )
        SELECT {given}, cells.cell, cells.people
        FROM tuples {joins} INNER JOIN cells ON tuples.number = cells.number"""


def _refuse_unknown(model: CompiledModel, promise: Personas, frequency: FrequencySet) -> None:
    """Personas are ordered by all their columns, so each must be known of the population, as given."""
    unknown = frequency.population.unknown if frequency.population is not None else ()
    if unknown:
        names = [model.quasi_identifiers[column].name for column, _ in unknown]
        message = f"the population does not know {listed(names)}, and personas are cut by it"
    elif any(frequency.lowest):
        message = "there are too many combinations of values to look each up in the population"
    else:
        return
    fixes = (
        "leave it out of the SELECT of the personas",
        "or give a table of your own that knows it: `population: {path: …, count: …}`",
    )
    message = f"{message}, so how many people of it are alike cannot be told"
    raise Withheld(_refused(model, promise, "PT260", message, *fixes))


def _refuse_other_columns(model: CompiledModel, promise: Personas, within: CompiledModel | None) -> None:
    """Whoever differs from a person in a column of the classes would be in another class."""
    own = {column.name for column in model.quasi_identifiers}
    names = [column.name for column in within.quasi_identifiers if column.name not in own] if within else []
    if within is None or not names:
        return
    message = (
        f"the classes of `{within.name}` tell people apart by {listed(names)}, which these personas do not "
        "have, so how many people of the population are alike cannot be told"
    )
    fixes = ("select it for the personas too", f"or ask `k_map` of `{within.name}` and not of them")
    raise Withheld(_refused(model, promise, "PT260", message, *fixes))


def _refused(model: CompiledModel, promise: Personas, code: str, message: str, *fixes: str) -> Diagnostic:
    place = next((each.place for each in promise.models if each.model.name == "k_map"), None)
    place = place or Place(model.parsed.path, 1)
    return Diagnostic(code, f"`{model.name}` withheld: {message}", place, fixes=fixes)
