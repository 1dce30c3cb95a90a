"""`census show`: the people of a county."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.formats import output_format, print_rows


@click.command(cls=Command)
@click.argument("county")
@click.option("--year", type=int, default=2018, help="The vintage; others than 2018 are fetched first.")
@output_format("text", "json", "csv")
@click.pass_obj
def show(console: Console, county: str, year: int, form: str) -> None:
    """How many people live in a county, by sex and age, and by sex, race and Hispanic origin.

    \b
    Example:
      personatwin census show "Broward, FL"
    """
    from personatwin_sql.workflow.census import county as figures_of

    figures, table = figures_of(county, year)
    if form == "text":
        people = f"{figures.population:,} people"
        console.result(f"{figures.name}, {figures.state}   FIPS {figures.fips}   {people}\n{table.source}\n")
    print_rows(console, form, ("people", "male", "female"), figures.rows)
