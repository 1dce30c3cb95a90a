"""`run`: the name that dbt users type first; the same as `build`."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.commands.build import build
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.graph import selection


@click.command(cls=Command)
@selection
@click.option("--full-refresh", is_flag=True, help="Build everything anew, unchanged or not.")
@click.option("--locked", is_flag=True, help="Publish nothing if project.lock would change.")
@click.pass_context
def run(
    context: click.Context,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    full_refresh: bool,
    locked: bool,
) -> None:
    """The same as `build`: there is no way to run models past the gate.

    \b
    Example:
      personatwin run
    """
    context.ensure_object(Console).message("`run` is `build`: models, gate, publishing and reports together.")
    context.invoke(build, select=select, exclude=exclude, full_refresh=full_refresh, locked=locked)
