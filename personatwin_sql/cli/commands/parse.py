"""`parse`: the project read and checked, and nothing else."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format
from personatwin_sql.cli.graph import options_of


@click.command(cls=Command)
@output_format("text", "json")
@click.pass_obj
def parse(console: Console, form: str) -> None:
    """Read and check all files of the project: roles, lineage, promises. No data is read, nothing written.

    \b
    Example:
      personatwin parse
    """
    from personatwin_sql import workflow

    counts: dict[str, int] = {}
    nodes, warnings = workflow.check(options_of(console))
    for warning in warnings:
        console.diagnostic(warning)
    for node in nodes:
        counts[str(node["kind"])] = counts.get(str(node["kind"]), 0) + 1
    if form == "json":
        console.result(json_text({"sound": True, "nodes": counts}))
    else:
        told = ", ".join(
            f"{number:,} {kind.replace('_', ' ')}{'' if number == 1 else 's'}"
            for kind, number in counts.items()
        )
        console.result(f"sound: {told}")
