"""`show`: the first rows of a released table."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.formats import output_format
from personatwin_sql.cli.graph import options_of
from personatwin_sql.cli.tables import limit_option, print_table


@click.command(cls=Command)
@click.argument("node")
@limit_option
@output_format("text", "json", "csv")
@click.pass_obj
def show(console: Console, node: str, limit: int, form: str) -> None:
    """Rows of a released table. Private models are never shown.

    \b
    Example:
      personatwin show personas --limit 20
    """
    from personatwin_sql import workflow

    print_table(console, workflow.show(options_of(console), node, limit + 1), limit, form)
