"""A project whose ledger begins empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_ledger import made

from personatwin_sql.release.ledger.folders import Folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return made(tmp_path)[0]


@pytest.fixture
def key(folders: Folders) -> bytes:
    return (folders.private / "secret").read_bytes()
