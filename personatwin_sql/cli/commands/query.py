"""`query`: SQL over the release file, which is opened with nothing else in reach."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.formats import output_format
from personatwin_sql.cli.graph import options_of
from personatwin_sql.cli.tables import limit_option, print_table


@click.command(cls=Command)
@click.argument("sql")
@limit_option
@output_format("text", "json", "csv")
@click.pass_obj
def query(console: Console, sql: str, limit: int, form: str) -> None:
    """Run SQL over the release: released tables and `_personatwin`, read only.

    \b
    Examples:
      personatwin query "FROM personas ORDER BY people DESC"
      personatwin query "SELECT * FROM _personatwin.guarantees" --format json
    """
    from personatwin_sql import workflow

    print_table(console, workflow.query(options_of(console), sql, limit + 1), limit, form)
