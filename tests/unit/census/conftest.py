"""The county tables that travel with the tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.census.table import CensusTable, bundled_file, read_table

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "census"


@pytest.fixture(scope="session")
def table() -> CensusTable:
    return read_table(bundled_file())


@pytest.fixture(scope="session")
def figures() -> Path:
    """The bureau's figures as CSV; tests that need them skip where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not here")
    return SHARED
