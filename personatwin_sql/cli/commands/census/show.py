"""`census show`: the people of a county."""

from __future__ import annotations

from textwrap import fill

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.formats import aligned, output_format, print_rows

_WIDTH = 80
"""Of the lines that say where the figures are from."""


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
        console.result(f"{figures.name}, {figures.state}   FIPS {figures.fips}   {people}")
        console.result(f"{fill(table.source, _WIDTH)}\n")
    heads = ("people", "male", "female")
    if form != "text":
        print_rows(console, form, heads, figures.rows)
        return
    cells = [(what, *(_figure(people) for people in counts)) for what, *counts in figures.rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    console.result(aligned(heads, cells, widths, (False, True, True)))


def _figure(people: int | None) -> str:
    return "not told" if people is None else f"{people:,}"
