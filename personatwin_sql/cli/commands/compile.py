"""`compile`: the SQL that a build would run, written to target/compiled; no data is read."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, shown_path
from personatwin_sql.cli.graph import options_of, selection


@click.command(cls=Command)
@selection
@click.pass_obj
def compile(console: Console, select: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """Write the SQL that a build would run, without reading data.

    Prints the files, or with --select the SQL itself. Levels that no build has chosen yet are named in a
    note, with the query that the search will ask.

    \b
    Examples:
      personatwin compile
      personatwin compile --select people_public
    """
    from personatwin_sql.workflow import compile_project_files

    compiled = compile_project_files(options_of(console, select, exclude))
    if select:
        for name, sql in compiled.sql.items():
            console.message(f"-- {name}", event="compiled", node=name)
            console.result(sql.rstrip("\n"))
    else:
        for path in compiled.files:
            console.result(shown_path(path))
    for note in compiled.notes:
        console.message(note)
