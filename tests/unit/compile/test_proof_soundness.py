"""Whatever a changed script is proven to promise, it keeps when it runs.

Scripts are changed at random and proven; those of which something is still proven run over small tables, and
what they release is counted from the rows, by a path that shares nothing with the proof.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proven_scripts import (
    classes_script,
    events_script,
    people_script,
    personas_script,
    prove_classes,
    prove_events,
    prove_merged,
    prove_people,
)
from script_mutants import mutant, statements, text
from small_court import (
    assert_cells_of_k_event,
    assert_classes_of_k,
    assert_counted_classes_of_k,
    assert_events_counted_once,
    assert_nobody_or_enough_left,
    assert_outcomes_capped,
    assert_personas_of_k,
    assert_personas_say_what_is_so,
    court,
    released_before,
)
from sqlglot import exp

from personatwin_sql.compile.proof import Proof

Connection = duckdb.DuckDBPyConnection
SEEDS = st.integers(0, 2**32)
COURTS = st.integers(0, 5)
CHANGES = st.integers(1, 3)
EXAMPLES = int(os.environ.get("PERSONATWIN_EXAMPLES", "0"))
"""More than what a quick run takes, where somebody looks for holes."""
quick = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@cache
def prepared(seed: int, *models: str) -> Connection:
    connection = court(seed, people=24 + 8 * seed)
    released_before(connection, *models)
    return connection


@contextmanager
def running(connection: Connection, script: str) -> Iterator[bool]:
    """The tables of a script, gone afterwards; false where the database refuses it.

    Not in a transaction: rows that are not committed have other numbers.
    """
    before = _made(connection)
    try:
        try:
            connection.execute(script)
            is_run = True
        except duckdb.Error:
            is_run = False
        yield is_run
    finally:
        for kind, name in _made(connection) - before:
            connection.execute(f"DROP {kind} {name}")


def _made(connection: Connection) -> set[tuple[str, str]]:
    return set(
        connection.execute(
            "SELECT 'TABLE', concat(schema_name, '.', table_name) FROM duckdb_tables() UNION ALL "
            "SELECT 'VIEW', concat(schema_name, '.', view_name) FROM duckdb_views() WHERE NOT internal "
            "UNION ALL "
            "SELECT 'TYPE', concat(schema_name, '.', type_name) FROM duckdb_types() WHERE NOT internal"
        ).fetchall()
    )


@cache
def tree_of(write: Callable[[], str]) -> list[exp.Expr]:
    return statements(write())


def changed(write: Callable[[], str], seed: int, changes: int) -> str:
    return text(mutant(tree_of(write), Random(seed), changes))


def known(proofs: Mapping[str, Proof], name: str) -> float | None:
    return proofs[name].value if name in proofs else None


@given(seed=SEEDS, changes=CHANGES, rows=COURTS)
@settings(max_examples=EXAMPLES or 120, **quick)
def test_a_proven_k_is_kept(seed: int, changes: int, rows: int) -> None:
    script = changed(people_script, seed, changes)
    proof = prove_people(script)
    if proof.value is None:
        return
    with running(prepared(rows), script) as is_run:
        if is_run:
            assert_classes_of_k(prepared(rows), proof.value)


@given(seed=SEEDS, changes=CHANGES, rows=COURTS)
@settings(max_examples=EXAMPLES or 90, **quick)
def test_a_proven_k_of_classes_is_kept(seed: int, changes: int, rows: int) -> None:
    script = changed(classes_script, seed, changes)
    proof = prove_classes(script)
    if proof.value is None:
        return
    with running(prepared(rows), script) as is_run:
        if is_run:
            assert_counted_classes_of_k(prepared(rows), script, proof.value)


@given(seed=SEEDS, changes=CHANGES, rows=COURTS)
@settings(max_examples=EXAMPLES or 60, **quick)
def test_proven_personas_are_kept(seed: int, changes: int, rows: int) -> None:
    script = changed(personas_script, seed, changes)
    proofs = prove_merged(script)
    k = proofs["k"].value
    if k is None:
        return
    connection = prepared(rows, "people_public")
    with running(connection, script) as is_run:
        if is_run:
            assert_personas_of_k(
                connection, script, k, known(proofs, "k_event"), known(proofs, "outcome_cap")
            )


@given(seed=SEEDS, changes=CHANGES, rows=COURTS)
@settings(max_examples=EXAMPLES or 30, **quick)
def test_proven_cells_are_kept(seed: int, changes: int, rows: int) -> None:
    script = changed(events_script, seed, changes)
    proofs = prove_events(script)
    k_event, cap = known(proofs, "k_event"), known(proofs, "outcome_cap")
    if all(proof.value is None for proof in proofs.values()):
        return
    connection = prepared(rows, "people_public", "personas")
    with running(connection, script) as is_run:
        if not is_run:
            return
        if k_event is not None:
            assert_cells_of_k_event(connection, k_event)
        if known(proofs, "partition") == 1:
            assert_events_counted_once(connection)
        left = known(proofs, "people_left")
        if left is not None:
            assert_nobody_or_enough_left(connection, left)
        if cap is not None:
            assert_outcomes_capped(connection, cap)


@pytest.mark.parametrize(
    ("write", "prove"),
    [
        (people_script, lambda script: {"k": prove_people(script)}),
        (classes_script, lambda script: {"k": prove_classes(script)}),
        (personas_script, prove_merged),
    ],
)
def test_the_changes_are_neither_all_harmless_nor_all_found_out(
    write: Callable[[], str], prove: Callable[[str], Mapping[str, Proof]]
) -> None:
    proven = sum(prove(changed(write, seed, 1))["k"].value is not None for seed in range(40))
    assert 4 <= proven <= 36


def test_the_scripts_themselves_run_and_keep_their_promise() -> None:
    for rows in range(6):
        with running(prepared(rows), people_script()) as is_run:
            assert is_run
            assert_classes_of_k(prepared(rows), 3)
        with running(prepared(rows), classes_script()) as is_run:
            assert is_run
            assert_counted_classes_of_k(prepared(rows), classes_script(), 3)
        connection = prepared(rows, "people_public")
        with running(connection, personas_script()) as is_run:
            assert is_run
            assert_personas_of_k(connection, personas_script(), 3, 2, 0.8)
            assert_personas_say_what_is_so(connection, personas_script())
        connection = prepared(rows, "people_public", "personas")
        with running(connection, events_script()) as is_run:
            assert is_run
            assert_cells_of_k_event(connection, 2)
            assert_events_counted_once(connection)
            assert_nobody_or_enough_left(connection, 2)
            assert_outcomes_capped(connection, 0.8)
