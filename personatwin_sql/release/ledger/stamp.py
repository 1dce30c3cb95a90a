"""Whether a ledger's files are those that a build left, told from names, sizes and times alone."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from personatwin_sql.release.ledger.folders import Folders

NONE = ""
"""Of a project that never spent anything."""


def ledger_stamp(folders: Folders) -> str:
    """Of every file of the ledger, of its frozen tables and of the copy that is remembered.

    Another stamp says only that the ledger must be read again: then it is found sound, or refused.
    """
    of_which = (folders.ledger, folders.frozen, folders.memory)
    found = [line for place, folder in enumerate(of_which) for line in _lines(f"{place}", folder)]
    return hashlib.sha256("\n".join(found).encode()).hexdigest() if found else NONE


def _lines(place: str, folder: Path) -> list[str]:
    """Hidden files are none of the ledger's: locks, and what a crash left half written."""
    try:
        with os.scandir(folder) as entries:
            stats = [(entry.name, entry.stat()) for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
    return sorted(f"{place}/{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats if "." in name)
