"""Which table a source reads: two names of one file are the same people, and the same events."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from personatwin_sql.compile.column import Origin
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import SourceTable


def tables_of(loaded: Loaded) -> Mapping[str, str]:
    """Source → the file it reads, from the project's folder, or its server; and the table there."""
    return {
        f"{source}.{name}": _table(loaded.root, table)
        for source, tables in loaded.project.sources.items()
        for name, table in tables.items()
    }


def _table(root: Path, table: SourceTable) -> str:
    file = table.file
    if file is None:
        place = table.shown
    else:
        place = Path(os.path.relpath(os.path.realpath(root / file), os.path.realpath(root))).as_posix()
    return f"{place} {table.table}" if table.table else place


def columns_read(origins: Iterable[Origin], tables: Mapping[str, str]) -> frozenset[str]:
    """Columns by the names of their sources, and by those of their tables: one name in common is enough."""
    names = ((each.source, tables.get(each.source, each.source), each.column) for each in origins)
    return frozenset(f"{name}.{column}" for source, table, column in names for name in (source, table))
