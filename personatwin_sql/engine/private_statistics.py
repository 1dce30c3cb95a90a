"""Differentially private tables in the session: drawn once, or put back as they were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.noise import noise_functions
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.noise.randomness import Bits

Columns = tuple[tuple[str, str], ...]
"""Name and DuckDB type of each column."""
Rows = tuple[tuple[Any, ...], ...]


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
