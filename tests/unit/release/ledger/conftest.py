"""A project whose ledger begins empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_ledger import files, made, spent

from personatwin_sql.release.ledger.folders import Folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return made(tmp_path)[0]


@pytest.fixture
def key(folders: Folders) -> bytes:
    return (folders.private / "secret").read_bytes()


@pytest.fixture
def written(folders: Folders, key: bytes) -> list[Path]:
    """A genesis and four charges of a half each."""
    spent(folders, key, "0.5", "0.5", "0.5", "0.5")
    return files(folders)
