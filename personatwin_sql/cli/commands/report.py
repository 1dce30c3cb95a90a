"""`report`: the privacy reports, public and for the owner."""

from __future__ import annotations

from pathlib import Path

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, shown_path
from personatwin_sql.cli.graph import options_of

_FORMATS = ("html", "md", "json")
_WITHHELD = (
    "The owner's report is of a later build, which published nothing; "
    "`personatwin build --full-refresh` writes it anew."
)
_NEVER = "Nothing is published yet: the owner's report says what held the build back."


@click.command(cls=Command)
@click.option("--format", "report_format", type=click.Choice(_FORMATS), help="Print the report in this form.")
@click.option(
    "--owner", is_flag=True, help="The owner's report, with exact figures, instead of the public one."
)
@click.option(
    "--output",
    "report_output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it there; its ending says the form, unless --format does.",
)
@click.pass_obj
def report(console: Console, report_format: str | None, owner: bool, report_output: Path | None) -> None:
    """Write the privacy reports of the last build again, or print one.

    The public one holds nothing that was computed from unreleased rows. The owner's one does: it stays in
    .personatwin/ unless you take it out, and belongs in nobody else's hands.

    \b
    Examples:
      personatwin report
      personatwin report --format md
      personatwin report --owner --output owners-report.html
    """
    from personatwin_sql import workflow
    from personatwin_sql.cli.narration import print_paths

    is_listed = report_format is None and report_output is None and not owner
    found = workflow.report(options_of(console), needs_release=not (owner or is_listed))
    if found.is_withheld and (owner or is_listed):
        console.message(_WITHHELD if found.public else _NEVER)
    if is_listed:
        print_paths(console, {"public": found.public, "owner": found.owners})
        return
    form = report_format or _ending(report_output) or "html"
    text = _of_form(found.owners if owner else found.public, form).read_text(encoding="utf-8")
    if report_output is None:
        console.result(text.rstrip("\n"))
    else:
        _write(report_output, text, owner, found.public)
        console.result(shown_path(report_output))
    if owner:
        console.message("The owner's report: its exact figures, made public, would undo the protection.")


def _ending(path: Path | None) -> str | None:
    ending = "" if path is None else path.suffix.lower().removeprefix(".")
    return ending if ending in _FORMATS else None


def _of_form(paths: tuple[Path, ...], form: str) -> Path:
    return next(path for path in paths if path.suffix == f".{form}")


def _write(path: Path, text: str, is_owners: bool, released: tuple[Path, ...]) -> None:
    """The owner's is readable by its owner alone, and never lies beside the release."""
    from personatwin_sql.release.durable_file import PRIVATE, PUBLIC, write_durably

    folders = {file.parent.resolve() for file in released}
    if is_owners and any(path.resolve().is_relative_to(folder) for folder in folders):
        raise click.UsageError("the owner's report does not belong among what is released: name another file")
    write_durably(path, text.encode(), PRIVATE if is_owners else PUBLIC)
