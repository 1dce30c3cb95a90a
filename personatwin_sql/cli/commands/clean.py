"""`clean`: removes target/."""

from __future__ import annotations

from pathlib import Path

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, shown_path


@click.command(cls=Command, project_flags=("project_dir",))
@click.pass_obj
def clean(console: Console) -> None:
    """Remove target/, which any command makes again; releases, private state and lock stay.

    \b
    Example:
      personatwin clean
    """
    from personatwin_sql.scaffold.clean import clean as clean_project
    from personatwin_sql.spec.loader import find_root

    removed = clean_project(find_root(console.flags.project_dir or Path()))
    for path in removed:
        console.result(shown_path(path))
    if not removed:
        console.message("Nothing to remove.")
