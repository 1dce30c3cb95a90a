"""The court's sample data in the forms that programs have it in."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from personatwin_sql.spec.library import demo


@pytest.fixture
def people() -> Path:
    return demo() / "data" / "people.csv"


@pytest.fixture
def events() -> Path:
    return demo() / "data" / "events.csv"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything temporary of this process goes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
