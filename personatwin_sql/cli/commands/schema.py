"""`schema`: JSON Schema of every file that people write or builds leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, shown_path
from personatwin_sql.cli.formats import output_format, print_rows

FILES: Mapping[str, tuple[str, str]] = {
    "project": ("project.yml", "The name, the sources, the level, the targets."),
    "domain": ("domains/*.yml", "What each column is, and how it becomes coarser."),
    "models": ("models/**/*.yml", "Descriptions and tests of models and columns."),
    "lock": ("project.lock", "What builds chose."),
    "ledger": ("ledger/*.json", "What was spent of people's privacy, one entry a file."),
    "manifest": ("target/manifest.json", "What a build is made of."),
    "run_results": ("target/run_results.json", "How a build went."),
    "report": ("release/report.json", "The report for programs; the owner's says more."),
    "export": ("manifest.json", "What an export holds."),
}


@click.command(cls=Command, project_flags=())
@click.argument("kind", required=False, type=click.Choice(list(FILES)))
@click.option(
    "--output",
    "schema_output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A file; without KIND a folder, which gets all of them.",
)
@output_format("text", "json", "csv")
@click.pass_obj
def schema(console: Console, kind: str | None, schema_output: Path | None, form: str) -> None:
    """JSON Schema of a file, for editors and programs; without KIND the files there are.

    In an editor with the YAML language server, a first line says which schema a file has:
    `# yaml-language-server: $schema=schemas/project.json`.

    \b
    Examples:
      personatwin schema project
      personatwin schema --output schemas
    """
    from personatwin_sql.release.durable_file import public_folder, write_durably

    if kind is None and schema_output is None:
        rows = [(name, file, meaning) for name, (file, meaning) in FILES.items()]
        print_rows(console, form, ("kind", "file", "holds"), rows)
    elif schema_output is None:
        console.result(_text(str(kind)))
    elif kind is not None:
        write_durably(schema_output, f"{_text(kind)}\n".encode())
        console.result(shown_path(schema_output))
    else:
        folder = public_folder(schema_output)
        for name in FILES:
            write_durably(folder / f"{name}.json", f"{_text(name)}\n".encode())
            console.result(shown_path(folder / f"{name}.json"))


def _text(kind: str) -> str:
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False)


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of one of FILES."""
    from personatwin_sql.release import file_schemas as left
    from personatwin_sql.release.ledger.schema import ledger_schema
    from personatwin_sql.spec import json_schema as written

    schemas: Mapping[str, Callable[[], dict[str, Any]]] = {
        "project": written.project_schema,
        "domain": written.domain_schema,
        "models": written.models_schema,
        "lock": left.lock_schema,
        "ledger": ledger_schema,
        "manifest": left.manifest_schema,
        "run_results": left.run_results_schema,
        "report": left.report_schema,
        "export": left.export_schema,
    }
    return schemas[kind]()
