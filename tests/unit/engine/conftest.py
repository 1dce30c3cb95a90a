"""A session in a folder of its own, and a planted name that nothing may ever repeat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from table_source import TableSource

from personatwin_sql.engine.session import Session, open_session
from personatwin_sql.spec.project import Resources


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / ".personatwin"


@pytest.fixture
def session(private: Path) -> Iterator[Session]:
    with open_session(private, Resources(threads=2), "America/New_York") as session:
        yield session


@pytest.fixture
def source(tmp_path: Path) -> TableSource:
    return TableSource(tmp_path)
