"""An unchanged build is found out without reading SQL or data, and its release stands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from personatwin_sql.release.fingerprint import is_same_file, is_same_source, project_digest
from personatwin_sql.release.state import State


def is_unchanged(
    root: Path,
    state: State,
    settings: Mapping[str, str],
    secret: bytes,
    *,
    library: Iterable[Path] = (),
    artefacts: Iterable[Path] = (),
) -> bool:
    """Whether a build would give what lies there: same files, settings and sources, and all still there.

    `artefacts` are files beside the released database that must exist (the report, the manifest).
    """
    return (
        is_same_file(root, state.file)
        and all(path.exists() for path in artefacts)
        and whole(root, settings, state.extra_files, state.environment, library) == state.whole
        and all(is_same_source(root, stamp, secret) for stamp in state.sources)
    )


def whole(
    root: Path,
    settings: Mapping[str, str],
    extra_files: Iterable[str] = (),
    environment: Iterable[str] = (),
    library: Iterable[Path] = (),
) -> str:
    """`State.whole` of a build as it would be now; computed after the build has written project.lock."""
    read = {
        f"environment {name}": f"={os.environ[name]}" if name in os.environ else "unset"
        for name in environment
    }
    return project_digest(root, {**settings, **read}, extra_files, library)
