"""`init`: a project that builds at once."""

from __future__ import annotations

from pathlib import Path

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console


@click.command(cls=Command, project_flags=("project_dir",))
@click.argument("name")
@click.option(
    "--domain",
    metavar="NAME",
    help="The kind of records, of `personatwin domain list`; `custom` knows any people and events.",
)
@click.option(
    "--level",
    type=click.Choice(["low", "medium", "high", "maximum"]),
    default="medium",
    show_default=True,
    help="How well people are protected.",
)
@click.option(
    "--people",
    metavar="FILE",
    help="One row a person: CSV, Parquet, JSON, or a database's FILE:TABLE.",
)
@click.option(
    "--events",
    metavar="FILE",
    help="One row an event, with the key of its person; alone, each row repeats the person's columns too.",
)
@click.option(
    "--person", metavar="COLUMN", help="The key of the person in each file, where its name is unusual."
)
@click.option(
    "--reference-date",
    metavar="DATE",
    help="YYYY-MM-DD: the day on which ages are counted, where people have a birth date and no age.",
)
@click.pass_obj
def init(
    console: Console,
    name: str,
    domain: str | None,
    level: str,
    people: str | None,
    events: str | None,
    person: str | None,
    reference_date: str | None,
) -> None:
    """Make a project that builds at once, in ./NAME.

    Columns are recognised by their names; what is not recognised stays inside. Values are not looked at.
    Without files the project gets sample data of a fictional court.

    \b
    Examples:
      personatwin init court --domain criminal_justice --level high --people people.csv --events events.csv
      personatwin init sample
    """
    from personatwin_sql.cli.welcome import welcome
    from personatwin_sql.scaffold.new_project import Wish, new_project

    folder = console.flags.project_dir or Path(name)
    chosen = domain or ("custom" if people or events else "criminal_justice")
    wish = Wish(
        name,
        folder,
        chosen,
        level,
        people,
        events,
        reference_date=reference_date,
        person=person,
        has_budget=True,
    )
    design = new_project(wish)
    welcome(console, design, folder)
