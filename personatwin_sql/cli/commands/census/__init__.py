"""`census`: the county tables by which it is told how many people are alike outside the data."""

from __future__ import annotations

from personatwin_sql.cli.application import Commands
from personatwin_sql.cli.flags import global_options

census = Commands(
    {
        "Commands": {
            "show": "Show how many people live in a county, by age and race.",
            "refresh": "Fetch the tables of another year from the census bureau.",
        }
    },
    "personatwin_sql.cli.commands.census",
    name="census",
    help="The county tables of the US census, for the population of a project.",
    params=[*global_options()],
)
