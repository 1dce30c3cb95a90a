"""`ls`: the nodes of the project."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format, print_rows
from personatwin_sql.cli.graph import options_of, selection

_COLUMNS = ("id", "kind", "access", "protection", "path")


@click.command(cls=Command)
@selection
@output_format("text", "json", "csv")
@click.pass_obj
def ls(console: Console, select: tuple[str, ...], exclude: tuple[str, ...], form: str) -> None:
    """List sources and models, in the order in which a build takes them.

    \b
    Examples:
      personatwin ls
      personatwin ls --select people_public+ --format json
    """
    from personatwin_sql.workflow import list_nodes

    nodes = list_nodes(options_of(console, select, exclude))
    if form == "json":
        console.result(json_text(nodes))
        return
    absent = None if form == "csv" else "-"
    rows = [[node.get(column) or absent for column in _COLUMNS] for node in nodes]
    print_rows(console, form, _COLUMNS, rows)
