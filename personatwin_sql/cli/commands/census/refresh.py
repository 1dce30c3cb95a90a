"""`census refresh`: the only command that reaches into the network."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console


@click.command(cls=Command)
@click.option("--year", type=click.IntRange(2010, 2100), required=True, help="The vintage.")
@click.option("--url", metavar="URL", help="Another server that speaks the bureau's form.")
@click.pass_obj
def refresh(console: Console, year: int, url: str | None) -> None:
    """Fetch the county tables of a year from the census bureau into your cache folder.

    It asks twice for each state and checks that everything adds up; what lay in the cache before stays
    until then. Builds fetch nothing: a project names the year, `population: {census: 2019, …}`.

    \b
    Example:
      personatwin census refresh --year 2019
    """
    from personatwin_sql.workflow.census import refresh as fetch

    found = fetch(year, url)
    counties, people = len(found.table.fips), int(found.table.population.sum())
    console.result(f"census of {year}   {counties:,} counties   {people:,} people\n")
    console.result(f"file     {found.file}\ndigest   {found.table.digest}")
