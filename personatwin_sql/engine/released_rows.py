"""A released table, or a query over the release, in whatever form a program wants it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb  # the whole package: its relations need the rest of it to become frames and Arrow tables

from personatwin_sql.compile.quoting import literal
from personatwin_sql.engine.reader import checked_query, failed, opened
from personatwin_sql.engine.session import LOCKED_DOWN
from personatwin_sql.errors import Diagnostic, ProjectError


class Rows:
    """Rows of one statement over a release file. They are read when they are asked for, and each time anew.

    Example:
        >>> result.personas.df().groupby("gender")["people"].sum()  # doctest: +SKIP
    """

    __slots__ = ("_keeper", "_release", "_sql")

    def __init__(self, release: Path, sql: str, keeper: object = None) -> None:
        """`keeper` is whatever keeps the file in place: as long as there are rows of it, it stays."""
        self._release = release
        self._sql = sql
        self._keeper = keeper

    def relation(self) -> duckdb.DuckDBPyRelation:
        """A DuckDB relation, in a connection of its own with nothing else in reach."""
        with opened(self._release) as checked:
            checked_query(checked, self._sql)
        connection = duckdb.connect(":memory:", config={**LOCKED_DOWN})
        try:
            connection.execute(f"ATTACH {literal(str(self._release))} AS released (READ_ONLY); USE released")
            connection.execute("SET enable_external_access = false; SET lock_configuration = true")
            return connection.sql(self._sql)
        except duckdb.Error as error:
            raise failed(error) from None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.relation().columns)

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows as tuples, in the order of the release."""
        return [tuple(row) for row in self._as(lambda relation: relation.fetchall(), "")]

    def df(self) -> Any:
        """A pandas frame. Raises ProjectError PT517 where pandas is not installed."""
        return self._as(lambda relation: relation.df(), "pandas")

    def arrow(self) -> Any:
        """An Arrow table. Raises ProjectError PT517 where pyarrow is not installed."""
        return self._as(lambda relation: relation.to_arrow_table(), "pyarrow")

    def __len__(self) -> int:
        return int(self._as(lambda relation: relation.count("*").fetchall(), "")[0][0])

    def __repr__(self) -> str:
        return f"<{len(self):,} released rows: {', '.join(self.columns)}>"

    def _as(self, form: Callable[[duckdb.DuckDBPyRelation], Any], needed: str) -> Any:
        relation = self.relation()
        if needed:
            from importlib.util import find_spec

            if find_spec(needed) is None:
                fixes = (f"pip install {needed}", "or take `.rows()`")
                raise ProjectError(Diagnostic("PT517", f"`{needed}` is not installed", fixes=fixes))
        try:
            return form(relation)
        except duckdb.Error as error:
            raise failed(error) from None
