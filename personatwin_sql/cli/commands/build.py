"""`build`: everything, in dependency order; gates cannot be skipped."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.graph import options_of, selection


@click.command(cls=Command)
@selection
@click.option("--full-refresh", is_flag=True, help="Build everything anew, unchanged or not.")
@click.option("--locked", is_flag=True, help="Publish nothing if project.lock would change.")
@click.option(
    "--allow-spend", is_flag=True, help="Draw private statistics that changed anew, and pay for them."
)
@click.pass_obj
def build(
    console: Console,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    full_refresh: bool,
    locked: bool,
    allow_spend: bool,
) -> None:
    """Build, prove, measure and publish the release.

    Private models, levels, release models, the gate, the released file and the reports, in the order in
    which they need each other. Nothing is published unless every guarantee of every release model is
    proven and measured. What has not changed since the last build is replayed.

    \b
    Examples:
      personatwin build
      personatwin build --select +people_public
    """
    from dataclasses import replace

    from personatwin_sql.cli.narration import Narration
    from personatwin_sql.errors import PersonaTwinError
    from personatwin_sql.workflow import BuildResult
    from personatwin_sql.workflow import build as build_project

    narration = Narration(console)
    try:
        with narration.under_way():
            result = build_project(
                replace(options_of(console, select, exclude, full_refresh, locked), allow_spend=allow_spend),
                narration.observe,
            )
    except PersonaTwinError as error:
        partial = getattr(error, "result", None)
        if isinstance(partial, BuildResult):
            narration.end(partial)
        else:
            narration.break_off()
        raise
    narration.conclude(result)
