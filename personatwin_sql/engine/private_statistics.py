"""Differentially private tables in the session: drawn once, or put back as they were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import _duckdb as duckdb

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.noise import noise_functions
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.noise.randomness import Bits

Columns = tuple[tuple[str, str], ...]
"""Name and DuckDB type of each column."""
Rows = tuple[tuple[Any, ...], ...]
_FIRST_IN_MEMORY = "top_n_window_elimination"
"""Keeps a heap for each group of `row_number() … <= n`, which cannot spill. Those of half a million groups of
ten million rows took more than 2 GB, where sorting takes 1 GB and two thirds of the time."""


def made_exact(session: Session, name: str, script: str) -> None:
    """Run what comes before the charge; rows and groups of people above their bounds are sorted."""
    with suppress(duckdb.Error):  # an engine that has no such optimizer sorts anyway
        session.attempt(f"SET disabled_optimizers = {literal(_FIRST_IN_MEMORY)}")
    try:
        session.run(script, name)
    finally:
        with suppress(duckdb.Error):  # the error of the script is the one to tell
            session.attempt("RESET disabled_optimizers")


def drawn(session: Session, name: str, script: str, bits: Bits) -> tuple[Columns, Rows]:
    """Run what comes after the charge, with noise of these bits; the released table as it came out.

    `forget` its exact and its noisy table before anything else runs.
    """
    with noise_functions(session.connection, bits):
        session.run(script, name)
    return released(session, name)


def released(session: Session, name: str) -> tuple[Columns, Rows]:
    """A released table, rows in their order."""
    relation = f"release.{identifier(name)}"
    return session.columns(relation), tuple(session.rows(f"SELECT * FROM {relation}"))


def exact_types(session: Session, name: str) -> dict[str, str]:
    """Column of the exact table → its DuckDB type."""
    return dict(session.columns(f"private.{identifier(f'{name}__exact')}"))


def put_back(session: Session, name: str, columns: Columns, rows: Sequence[Sequence[Any]]) -> None:
    """A table that was drawn before, as it was."""
    relation = f"release.{identifier(name)}"
    declared = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns)
    session.run(f"CREATE TABLE {relation} ({declared})", name)
    if rows and columns:
        lists = ", ".join(f"unnest(CAST(? AS {kind}[]))" for _, kind in columns)
        values = [list(column) for column in zip(*rows, strict=True)]
        session.attempt(f"INSERT INTO {relation} SELECT {lists}", values, name)


def forget(session: Session, name: str) -> None:
    """Drop the exact and the noisy tables of a model: nothing that comes later can read them."""
    for step in ("exact", "noisy", "agreeing"):
        session.run(f"DROP TABLE IF EXISTS private.{identifier(f'{name}__{step}')}", name)
