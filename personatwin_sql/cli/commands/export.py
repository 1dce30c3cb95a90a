"""`export`: released tables as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text, shown_path
from personatwin_sql.cli.graph import options_of

if TYPE_CHECKING:
    from personatwin_sql.engine.export import ExportForm


@click.command(cls=Command)
@click.argument("nodes", nargs=-1)
@click.option(
    "--format",
    "export_format",
    type=click.Choice(["csv", "parquet", "json"]),
    default="csv",
    show_default=True,
    help="Kind of the files.",
)
@click.option(
    "--output",
    "export_output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to; otherwise a folder named after the format, beside the release.",
)
@click.option("--force", is_flag=True, help="Replace what stands in the folder under the same names.")
@click.pass_obj
def export(
    console: Console,
    nodes: tuple[str, ...],
    export_format: ExportForm,
    export_output: Path | None,
    force: bool,
) -> None:
    """Write released tables, all or those named, as CSV, Parquet or JSON.

    Beside them manifest.json says what each file and column is, with digests, the guarantees, and what is not
    promised. In CSV, NULL is an empty field and `*` a text; a text that a spreadsheet would run as a formula
    (it begins with = + - @) gets an apostrophe before it, a number never does.

    \b
    Examples:
      personatwin export
      personatwin export personas --format parquet --output shared/
    """
    from personatwin_sql import workflow
    from personatwin_sql.release.export_manifest import MANIFEST

    files = workflow.export(options_of(console), nodes, export_format, export_output, force)
    paths = [*(file.path for file in files), *([files[0].path.with_name(MANIFEST)] if files else [])]
    if console.is_json:
        console.result(json_text({"files": [shown_path(path) for path in paths]}))
    else:
        for path in paths:
            console.result(shown_path(path))
    guarded = sum(file.guarded_cells for file in files)
    if guarded:
        texts = f"{guarded:,} text{' begins' if guarded == 1 else 's begin'}"
        console.message(f"{texts} as a formula would: an apostrophe stands before.")
