"""A part of the court's sample data, in the forms that programs have it in."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from personatwin_sql.spec.library import demo

PEOPLE = 800


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("people") / "people.csv"
    lines = (demo() / "data" / "people.csv").read_text().splitlines(keepends=True)
    file.write_text("".join(lines[: PEOPLE + 1]))
    return file


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
