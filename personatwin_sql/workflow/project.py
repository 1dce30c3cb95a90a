"""The project that a command speaks of."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import find_root, load
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.paths import Paths


def opened(options: Options) -> tuple[Loaded, Paths]:
    """The project around the folder of the command, loaded; raises ProjectError."""
    loaded = load(find_root(options.project_dir or Path.cwd()), options.target, options.vars)
    return loaded, Paths(loaded.root, loaded.project.name, loaded.publishes)
