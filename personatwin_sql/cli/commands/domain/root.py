"""The project whose own domains are known too, if there is one here."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.cli.console import Console


def root_of(console: Console) -> Path | None:
    """The project around this folder; an error only where a folder was named."""
    from personatwin_sql.errors import ProjectError
    from personatwin_sql.spec.loader import find_root

    if console.flags.project_dir is not None:
        return find_root(console.flags.project_dir)
    try:
        return find_root(Path())
    except ProjectError:
        return None
