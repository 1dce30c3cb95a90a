"""`profile`: what a source or file is like, for its owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.commands.domain.root import root_of
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format, text_table

if TYPE_CHECKING:
    from personatwin_sql.privacy.safe_bands import SafeBand
    from personatwin_sql.scaffold.profile import Profile


@click.command(cls=Command)
@click.argument("source")
@click.option("--domain", metavar="NAME", help="The kind of records, for a file; else the project's.")
@click.option("--unit", metavar="COLUMN", help="The column that names the person.")
@output_format("text", "json")
@click.pass_obj
def profile(console: Console, source: str, domain: str | None, unit: str | None, form: str) -> None:
    """Basic statistics of a source or file, and what its columns probably are: never a value.

    Numbers, years of dates and lengths of texts are told as bands with at least 10 people behind each, and
    the outer bands are open: no end is somebody's value. Roles are guessed from names alone.

    \b
    Examples:
      personatwin profile court.people
      personatwin profile people.csv --domain criminal_justice
    """
    from personatwin_sql.scaffold.profile import profile as profiled
    from personatwin_sql.spec.loader import load

    root = root_of(console)
    loaded = None if root is None else load(root, console.flags.target, console.flags.vars)
    found = profiled(loaded, source, domain, unit)
    if form == "json":
        from personatwin_sql.release.codec import encoded

        console.result(json_text(encoded(found)))
    else:
        console.result("\n".join(_lines(found)))
    console.message("These are figures of private data: for its owner, not for what is published.")


def _lines(profile: Profile) -> Iterator[str]:
    statistics = profile.statistics
    people = "" if statistics.people is None else f", {statistics.people:,} people by `{profile.person}`"
    yield f"{profile.subject}: {statistics.rows:,} rows{people}"
    yield ""
    roles = {role.column: role for role in profile.roles}
    yield text_table(
        ("column", "type", "missing", "different", "role", "known as"),
        [
            (
                column.name,
                column.type,
                column.missing,
                f"{column.distinct:,}" if column.is_exact else f"about {_rounded(column.distinct):,}",
                roles[column.name].role.value + ("" if roles[column.name].is_declared else " ?"),
                roles[column.name].meaning or "not recognised",
            )
            for column in statistics.columns
        ],
    )
    if any(not role.is_declared for role in profile.roles):
        yield f"?: guessed from its name, by the domain {profile.domain}"
    rows = [
        (column.name, _measure(column.type), _band(band, column.type), band.rows)
        for column in statistics.columns
        for band in column.bands
    ]
    if rows:
        yield ""
        yield text_table(("column", "of its", "band", "rows"), rows)


def _rounded(number: int) -> int:
    """Two digits of an estimate that is no better than a few in a hundred."""
    return int(float(f"{number:.1e}"))


def _measure(kind: str) -> str:
    return {"text": "length", "date": "year", "timestamp": "year"}.get(kind, "value")


def _band(band: SafeBand, kind: str) -> str:
    if band.low is None and band.high is None:
        return "all in one band"
    if band.low is None:
        return f"below {band.high:g}"
    if band.high is None:
        return f"{band.low:g} and above"
    if kind == "number":
        return f"{band.low:g} to below {band.high:g}"
    return f"{band.low:g}" if band.high - band.low == 1 else f"{band.low:g} to {band.high - 1:g}"
