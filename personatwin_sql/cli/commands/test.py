"""`test`: what must hold of private models and of the existing release; nothing is drawn or published."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.graph import options_of, selection


@click.command(cls=Command)
@selection
@click.pass_obj
def test(console: Console, select: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """Run the project's tests: of private models, and of the release as it lies there.

    Tests stand in models/**/*.yml (generic, privacy and unit tests) and in tests/*.sql. Private models are
    made anew in a session that is removed; the release is read and never written. `build` runs the same
    tests before it publishes. Exit code 4 when a test of severity `error` fails.

    \b
    Examples:
      personatwin test
      personatwin test --select stg_people
      personatwin test --select test_type:unit
    """
    from personatwin_sql.cli.narration import Narration
    from personatwin_sql.errors import CheckFailed
    from personatwin_sql.workflow import BuildResult, test_project

    narration = Narration(console)
    try:
        with narration.under_way():
            result = test_project(options_of(console, select, exclude), narration.observe)
    except CheckFailed as error:
        if isinstance(error.result, BuildResult):
            narration.end(error.result, "tested")
        raise
    narration.end(result, "tested")
