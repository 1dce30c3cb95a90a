"""The release that stands: the last good build of a target."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.errors import Diagnostic, Unavailable
from personatwin_sql.release.fingerprint import is_same_file
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import State, read_state
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.project import opened


def last_release(options: Options) -> tuple[Path, Release]:
    """The file of the last good build, and what the build said of it.

    Raises Unavailable: PT408 where there was none, PT416 where the file is no longer the one it wrote.
    """
    loaded, paths = opened(options)
    state = last_state(loaded, paths)
    if not is_same_file(loaded.root, state.file):
        fixes = ("build the project: personatwin build",)
        message = f"{state.file.path} is not the file that the last build wrote"
        raise Unavailable(Diagnostic("PT416", message, fixes=fixes))
    return paths.release, state.release


def last_state(loaded: Loaded, paths: Paths) -> State:
    """What is remembered of the last good build of a target; Unavailable PT408 where there was none."""
    state = read_state(paths.private, loaded.target)
    if state is None:
        fix = "build the project: personatwin build"
        if paths.owner_report.exists():
            where = paths.owner_report.relative_to(paths.root).as_posix()
            fix = f"mend what held the build back: the owner's report says it, {where}"
        raise Unavailable(Diagnostic("PT408", "there is no release yet", fixes=(fix,)))
    return state
