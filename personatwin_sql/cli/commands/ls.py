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
@click.option(
    "--resource-type",
    type=click.Choice(["source", "model", "test", "unit_test"]),
    multiple=True,
    help="Nodes of this kind only; may be given more than once.",
)
@output_format("text", "json", "csv")
@click.pass_obj
def ls(
    console: Console,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    resource_type: tuple[str, ...],
    form: str,
) -> None:
    """List sources, models and tests, in the order in which they need each other.

    \b
    Examples:
      personatwin ls
      personatwin ls --select people_public+ --format json
      personatwin ls --resource-type test
    """
    from personatwin_sql.workflow import list_nodes

    found = list_nodes(options_of(console, select, exclude))
    nodes = tuple(node for node in found if not resource_type or node["kind"] in resource_type)
    if form == "json":
        console.result(json_text(nodes))
        return
    absent = None if form == "csv" else "-"
    rows = [[node.get(column) or absent for column in _COLUMNS] for node in nodes]
    print_rows(console, form, _COLUMNS, rows)
