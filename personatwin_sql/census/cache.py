"""Where tables of other vintages are kept: the cache folder that the system gives each user."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from personatwin_sql.census.table import BUNDLED, CensusTable, bundled_file, read_table
from personatwin_sql.errors import Diagnostic, Place, ProjectError


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on a Mac; `%LOCALAPPDATA%` on Windows."""
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if given and Path(given).is_absolute() and sys.platform != "darwin":
        return Path(given) / "personatwin"
    usual = {"win32": Path("AppData", "Local"), "darwin": Path("Library", "Caches")}
    return Path.home() / usual.get(sys.platform, Path(".cache")) / "personatwin"


def cached_file(vintage: int) -> Path:
    return cache_folder() / f"counties_{vintage}.npz"


def file_of(vintage: int, place: Place | None = None) -> Path:
    """The file of a vintage, which travels with the tool or was fetched; `place` is where it was asked for.

    Raises ProjectError PT423 where it is neither: a build fetches nothing.
    """
    file = bundled_file() if vintage == BUNDLED else cached_file(vintage)
    if not file.is_file():
        message = f"the census tables of {vintage} are not here, and a build fetches nothing"
        fixes = (f"fetch them: personatwin census refresh --year {vintage}", f"or use those of {BUNDLED}")
        raise ProjectError(Diagnostic("PT423", message, place, fixes=fixes))
    return file


def table_of(vintage: int, place: Place | None = None) -> CensusTable:
    """The tables of a vintage. Raises ProjectError PT423 and Unavailable PT422."""
    return _read(file_of(vintage, place))


@cache
def _read(file: Path) -> CensusTable:
    return read_table(file)
