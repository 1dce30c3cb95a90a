"""`budget`: what of the people's privacy is spent, and what is left."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format
from personatwin_sql.cli.graph import options_of

_NO_KEY = (
    "The project's secret is not here: seals of the ledger were not checked, and nothing can be spent. "
    "Copy .personatwin/secret from where the ledger was written."
)


@click.command(cls=Command)
@output_format("text", "json", "md")
@click.pass_obj
def budget(console: Console, form: str) -> None:
    """What each budget allows, what is spent of it and left, and every charge with its model.

    It is told from the ledger; nothing is spent. A budget is for life: all epochs count. Whether sources have
    changed since a release was drawn is a fact about the data, for their owner alone.

    \b
    Examples:
      personatwin budget
      personatwin budget --format json
    """
    from personatwin_sql import workflow

    found = workflow.budget(options_of(console))
    for warning in found.warnings:
        console.diagnostic(warning)
    if form == "json":
        from personatwin_sql.release.codec import encoded

        warnings = [warning.as_dict() for warning in found.warnings]
        console.result(json_text({**encoded(found), "warnings": warnings}))
    else:
        from personatwin_sql.cli.budget_page import budget_parts
        from personatwin_sql.cli.page import markdown_page, terminal_page

        parts = budget_parts(found)
        text = (
            markdown_page(parts)
            if form == "md"
            else terminal_page(parts, lambda words: console.style(words, "bold", is_result=True))
        )
        console.result(text)
    if not found.has_key and any(standing.entries for standing in found.budgets):
        console.message(_NO_KEY)
