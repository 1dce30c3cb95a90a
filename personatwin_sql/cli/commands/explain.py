"""`explain`: the long form of an error code."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format

_READABLE = 100
"""Columns of a terminal beyond which lines of prose are hard to follow."""


@click.command(cls=Command, project_flags=())
@click.argument("code")
@output_format("text", "json")
@click.pass_obj
def explain(console: Console, code: str, form: str) -> None:
    """The long form of an error code: what it means, why it is refused, how to mend it.

    \b
    Example:
      personatwin explain PT203
    """
    from personatwin_sql.cli.fitting import screen
    from personatwin_sql.cli.markdown import terminal_text
    from personatwin_sql.errors import Diagnostic, ProjectError
    from personatwin_sql.errors.codes import CODES, explanation
    from personatwin_sql.errors.suggestion import closest

    wanted = _meant(code, CODES)
    text = None if wanted is None else explanation(wanted)
    if wanted is None or text is None:
        names = {name: known for known, name in CODES.items()}
        near = closest(code, [*CODES, *names])
        fix = (
            f"did you mean `{near}`?"
            if near
            else "codes stand in brackets behind `error`, as in error[PT203]"
        )
        raise ProjectError(Diagnostic("PT508", f"there is no code `{code}`", fixes=(fix,)))
    if form == "json":
        console.result(json_text({"code": wanted, "name": CODES[wanted], "explanation": text}))
    else:
        columns = screen()
        console.result(
            terminal_text(
                text,
                lambda words: console.style(words, "bold", is_result=True),
                None if columns is None else min(columns, _READABLE),
            )
        )


def _meant(code: str, codes: dict[str, str]) -> str | None:
    """`pt203`, `203` and `class_below_k` are PT203."""
    upper = code.upper().strip("[]")
    candidates = (upper, f"PT{upper}", *(known for known, name in codes.items() if name == code.lower()))
    return next((candidate for candidate in candidates if candidate in codes), None)
