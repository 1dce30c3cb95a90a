"""`risk`: how likely people are found again, of any relation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format, text_table
from personatwin_sql.cli.graph import options_of

if TYPE_CHECKING:
    from personatwin_sql.privacy.person_risk import PersonRisk
    from personatwin_sql.workflow.risk_figures import RiskFigures


@click.command(cls=Command)
@click.argument("relation")
@click.option("--quasi", metavar="COLUMNS", help="What others may know of a person, with commas between.")
@click.option("--unit", metavar="COLUMN", help="The column that names the person; else each row is one.")
@click.option("--people", metavar="COLUMN", help="The column that says how many people a row stands for.")
@click.option("--by", metavar="COLUMN", help="Also for each value of a column: who carries the risk.")
@output_format("text", "json")
@click.pass_obj
def risk(
    console: Console,
    relation: str,
    quasi: str | None,
    unit: str | None,
    people: str | None,
    by: str | None,
    form: str,
) -> None:
    """How likely people are found again: of a released table, a source or private model, or a file.

    People count, not rows: with --unit a person with many rows is one, as likely found as in the smallest
    class. NULL is a value of its own. Of the project's own relations the columns are known; of a file they
    are named. Of private data, values that fewer than 10 people have are told together.

    \b
    Examples:
      personatwin risk people_public --by ethnicity
      personatwin risk people.csv --quasi age,gender,county --unit person_id
    """
    from personatwin_sql import workflow
    from personatwin_sql.workflow.risk_figures import RiskQuestion

    names = tuple(name.strip() for name in (quasi or "").split(",") if name.strip())
    figures = workflow.risk(options_of(console), RiskQuestion(relation, names, unit, people, by))
    if form == "json":
        from personatwin_sql.release.codec import encoded

        bands = {"band": figures.risk.band}
        console.result(json_text({**encoded(figures), **bands}))
    else:
        console.result("\n".join(_lines(figures)))
    if figures.is_private:
        console.message("These are figures of private data: for its owner, not for what is published.")


def _lines(figures: RiskFigures) -> Iterator[str]:
    from personatwin_sql.release.promise import percent

    risk = figures.risk
    yield f"{figures.subject}: {risk.people:,} people in {figures.classes:,} classes"
    yield f"counted: {figures.counted}"
    yield f"classes by {', '.join(figures.quasi_identifiers)}"
    if figures.rows_without_person:
        yield f"{figures.rows_without_person:,} rows name nobody and are left out"
    yield ""
    rows: list[tuple[str, str, str]] = [
        ("average risk", percent(risk.average), "sum of 1/f over people / people"),
        ("highest risk", percent(risk.highest), "1 / smallest class (prosecutor)"),
        ("smallest class", f"{risk.smallest_class:,}", "people"),
        ("alone", f"{risk.alone:,}", "people whose class is theirs alone"),
    ]
    rows.extend(
        (f"above {percent(threshold)}", percent(share), "of the people have a risk above it")
        for threshold, share in risk.above
    )
    rows.append(("fit for", risk.band, "by average and highest risk"))
    yield text_table(("measure", "value", "meaning"), rows)
    yield ""
    yield text_table(
        ("people in a class", "classes", "people"),
        [(_size(band.low, band.high), band.classes, band.people) for band in figures.class_sizes],
    )
    if figures.by is not None:
        yield ""
        yield text_table(
            (figures.by, "people", "average risk", "highest risk", "alone", "above 20 %"),
            [
                *(_group(group.value, group.risk) for group in figures.groups),
                *([_group("fewer than 10 each", figures.small_groups)] if figures.small_groups else []),
            ],
        )


def _group(name: str | None, risk: PersonRisk) -> tuple[str | None, int, str, str, int, str]:
    from personatwin_sql.release.promise import percent

    above = dict(risk.above)[0.2]
    return name, risk.people, percent(risk.average), percent(risk.highest), risk.alone, percent(above)


def _size(low: int, high: int | None) -> str:
    if high is None:
        return f"{low:,} or more"
    return f"{low:,}" if high == low else f"{low:,} to {high:,}"
