"""`domain`: the kinds of records that the tool knows, and those of the project."""

from __future__ import annotations

from personatwin_sql.cli.application import Commands
from personatwin_sql.cli.flags import global_options

domain = Commands(
    {"Commands": {"list": "List the domains there are.", "show": "Show what one domain says."}},
    "personatwin_sql.cli.commands.domain",
    name="domain",
    help="The kinds of records that the tool knows, and those of the project.",
    params=[*global_options()],
)
