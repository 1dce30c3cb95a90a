"""Which table a source reads: two names of one file are the same people, and the same events."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from personatwin_sql.compile.column import Origin
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import SourceTable


def tables_of(loaded: Loaded) -> Mapping[str, str]:
    """Source → a digest of the file it reads, or of its server, and of the table there.

    Of what a link leads to, from the project's folder on; a digest, for the ledger is shown to others.
    """
    return {
        f"{source}.{name}": _digest(_place(loaded.root, table), table.table or "")
        for source, tables in loaded.project.sources.items()
        for name, table in tables.items()
    }


def _place(root: Path, table: SourceTable) -> str:
    if table.file is None:
        return table.shown
    return Path(os.path.relpath(os.path.realpath(root / table.file), os.path.realpath(root))).as_posix()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def columns_read(origins: Iterable[Origin], tables: Mapping[str, str]) -> frozenset[str]:
    """Columns by the names of their sources, and by those of their tables: one name in common is enough."""
    names = ((each.source, tables.get(each.source, each.source), each.column) for each in origins)
    return frozenset(f"{name}.{column}" for source, table, column in names for name in (source, table))
