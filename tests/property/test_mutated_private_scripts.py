"""Scripts of differentially private models, changed at random: what is still proven still holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import duckdb
import pytest

from personatwin_sql.compile.aggregate.render import CHARGE
from personatwin_sql.frozen import replace
from tests.private_shapes import Shape, shapes
from tests.property.neighbours import database, exact, moved
from tests.unit.compile.aggregate.test_proof_of_privacy import NAMES
from tests.unit.compile.script_mutants import mutant, statements, text

EXAMPLES = int(os.environ.get("PERSONATWIN_EXAMPLES", "14"))


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_script_that_is_still_proven_keeps_its_bounds(
    name: str, connection: duckdb.DuckDBPyConnection
) -> None:
    shape = shapes()[name]
    trees = statements(shape.before)
    for seed in range(EXAMPLES):
        script = f"{text(mutant(trees, Random(seed)))};\n\n{CHARGE}\n{shape.after}"
        if all(guarantee.is_proven for guarantee in shape.guarantees(script).values()):
            assert list(_beyond(connection, replace(shape, script=script), seed)) == []


def _beyond(connection: duckdb.DuckDBPyConnection, shape: Shape, seed: int) -> Iterator[object]:
    """What somebody moves further than is declared; a script that the engine refuses moves nothing."""
    random = Random(seed)
    for _ in range(2):
        rows = database(random)
        try:
            with_all = exact(connection, shape, rows)
        except duckdb.Error:
            return
        for person in ("p1", "P1"):
            without = exact(connection, shape, rows.without(person).shuffled(random))
            yield from (each for each in moved(shape, with_all, without) if not each.is_within)
