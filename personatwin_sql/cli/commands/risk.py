"""`risk`: how likely people are found again, of any relation."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format
from personatwin_sql.cli.graph import options_of

_SIZE = click.IntRange(0)


@click.command(cls=Command)
@click.argument("relation")
@click.option("--quasi", metavar="COLUMNS", help="What others may know of a person, with commas between.")
@click.option("--unit", metavar="COLUMN", help="The column that names the person; else each row is one.")
@click.option("--people", metavar="COLUMN", help="The column that says how many people a row stands for.")
@click.option("--by", metavar="COLUMNS", help="All groups of these columns: who carries the risk.")
@click.option("--subsets", type=_SIZE, metavar="N", help="What every set of up to N columns tells; 0: none.")
@click.option("--suda", type=_SIZE, metavar="N", help="Who is alone by N or fewer columns; 0: not asked.")
@click.option(
    "--fraction", type=float, metavar="SHARE", help="The share of the population in the data: 0.05."
)
@click.option(
    "--weight", metavar="COLUMN", help="The sampling weight: people of the population a row is for."
)
@click.option("--events", metavar="COLUMNS", help="Instead: who knows some of a person's events by these.")
@output_format("text", "json", "md")
@click.pass_obj
def risk(
    console: Console,
    relation: str,
    quasi: str | None,
    unit: str | None,
    people: str | None,
    by: str | None,
    subsets: int | None,
    suda: int | None,
    fraction: float | None,
    weight: str | None,
    events: str | None,
    form: str,
) -> None:
    """How likely people are found again: of a released table, a source or private model, or a file.

    People count, not rows: with --unit a person with many rows is one, as likely found as in the smallest
    class. NULL is a value of its own. Of the project's own relations the columns are known; of a file they
    are named. Without them every column is looked at, and what tells people apart is proposed. Of private
    data, values that fewer than 10 people have are told together.

    \b
    Examples:
      personatwin risk people_public --by ethnicity
      personatwin risk people.csv
      personatwin risk people.csv --quasi age,gender,county --unit person_id --fraction 0.05
      personatwin risk events.csv --unit person_id --events event_type,event_date
    """
    from personatwin_sql import workflow
    from personatwin_sql.cli.page import markdown_page, terminal_page
    from personatwin_sql.workflow.risk_figures import RiskFigures, RiskQuestion

    question = RiskQuestion(
        relation,
        _names(quasi),
        unit,
        people,
        by=_names(by),
        subsets=subsets,
        suda=suda,
        fraction=fraction,
        weight=weight,
        events=_names(events),
    )
    figures = workflow.risk(options_of(console), question)
    if form == "json":
        from personatwin_sql.release.codec import encoded

        bands = {"band": figures.risk.band} if isinstance(figures, RiskFigures) else {}
        console.result(json_text({**encoded(figures), **bands}))
    else:
        from personatwin_sql.cli.risk_page import risk_parts

        parts = risk_parts(figures)
        text = (
            markdown_page(parts)
            if form == "md"
            else terminal_page(parts, lambda words: console.style(words, "bold", is_result=True))
        )
        console.result(text)
    if figures.is_private:
        console.message("These are figures of private data: for its owner, not for what is published.")


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (listed or "").split(",") if name.strip())
