"""`docs`: the project on one page."""

from __future__ import annotations

from pathlib import Path

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, shown_path
from personatwin_sql.cli.graph import options_of


@click.command(cls=Command)
@click.option(
    "--output",
    "docs_output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to; otherwise target/docs.html.",
)
@click.pass_obj
def docs(console: Console, docs_output: Path | None) -> None:
    """Write the project as one HTML page: graph, tables, columns with roles, promises and guarantees.

    The page needs nothing from elsewhere. No data is read; of a release it says what its public report says.

    \b
    Example:
      personatwin docs
    """
    from personatwin_sql import workflow

    console.result(shown_path(workflow.document_project(options_of(console), docs_output)))
