"""`report`: the privacy reports, public and for the owner."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.graph import options_of


@click.command(cls=Command)
@click.pass_obj
def report(console: Console) -> None:
    """Write the privacy reports of the last build.

    The public one holds nothing that was computed from unreleased rows; the owner's one does, and stays
    in .personatwin/.

    \b
    Example:
      personatwin report
    """
    from personatwin_sql import workflow
    from personatwin_sql.cli.narration import print_paths

    public, owner = workflow.report(options_of(console))
    print_paths(console, {"public": public, "owner": owner})
