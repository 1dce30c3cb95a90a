"""One private session or connection for all generated tables of a module."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.spec.project import Resources
from tests.property.neighbours import connected


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with open_session(tmp_path_factory.mktemp("private"), Resources(threads=1), "UTC") as opened:
        yield opened


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """What the exact parts of differentially private models run in."""
    with connected() as opened:
        yield opened
