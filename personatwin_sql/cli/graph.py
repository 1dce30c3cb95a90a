"""Options of the commands that work on the graph, and what they become below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from personatwin_sql.cli.command import words
from personatwin_sql.cli.console import Console

if TYPE_CHECKING:
    from personatwin_sql.workflow import Options

Decorated = TypeVar("Decorated", bound=Callable[..., object])


def selection(command: Decorated) -> Decorated:
    """`--select` and `--exclude`, as in dbt."""
    select = click.option(
        "--select",
        "-s",
        multiple=True,
        metavar="NODES",
        help="Only these, as in dbt: names, paths, globs, +up, down+, path:, …; `a,b` is what both name.",
    )
    exclude = click.option("--exclude", multiple=True, metavar="NODES", help="All but these.")
    return select(exclude(command))


def options_of(
    console: Console,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    full_refresh: bool = False,
    locked: bool = False,
) -> Options:
    """The flags of this call as the workflow takes them."""
    from personatwin_sql.workflow import Options

    flags = console.flags
    return Options(
        project_dir=flags.project_dir,
        target=flags.target,
        vars=flags.vars or {},
        select=words(select),
        exclude=words(exclude),
        full_refresh=full_refresh,
        locked=locked,
    )
