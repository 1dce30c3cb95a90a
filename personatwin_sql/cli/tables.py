"""Tables of `query` and `show`: as many rows as were asked for, and a word when there are more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from personatwin_sql.cli.console import Console
from personatwin_sql.cli.fitting import fitted, screen
from personatwin_sql.cli.formats import print_rows

if TYPE_CHECKING:
    from personatwin_sql.workflow import Table

Decorated = TypeVar("Decorated", bound=Callable[..., object])


def limit_option(command: Decorated) -> Decorated:
    """`--limit`, a screenful by default."""
    return click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        metavar="ROWS",
        help="The most rows to print.",
    )(command)


def print_table(console: Console, table: Table, limit: int, form: str) -> None:
    """Print a table that was asked for with one row more than the limit, to see whether there are more."""
    if form == "text":
        text, how = fitted(table.columns, table.rows[:limit], screen())
        console.result(text)
        if how:
            console.message(how)
    else:
        print_rows(console, form, table.columns, table.rows[:limit])
    if len(table.rows) > limit:
        console.message(f"The first {limit:,} row{'' if limit == 1 else 's'}; more with --limit.")
    elif form == "text":
        number = len(table.rows)
        console.message(f"{number:,} row{'' if number == 1 else 's'}")
