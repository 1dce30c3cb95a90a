"""`doctor`: checks the installation and the project."""

from __future__ import annotations

from pathlib import Path

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format
from personatwin_sql.errors.harmless import harmless


@click.command(cls=Command)
@output_format("text", "json")
@click.pass_obj
def doctor(console: Console, form: str) -> int:
    """Check the installation, and the project if there is one. Changes nothing; exits with 1 on a finding.

    \b
    Example:
      personatwin doctor
    """
    from dataclasses import asdict

    from personatwin_sql.scaffold.doctor import doctor as examine

    flags = console.flags
    checks = examine(flags.project_dir or Path(), flags.target, flags.vars)
    if form == "json":
        console.result(json_text([asdict(check) for check in checks]))
    else:
        widest = max(len(check.name) for check in checks)
        for check in checks:
            word, colour = _WORDS[check.ok]
            mark = console.style(f"{word:<4}", colour, is_result=True)
            console.result(f"{mark}  {check.name:<{widest}}  {harmless(check.detail)}")
            if check.fix and not check.ok:
                console.result(f"{'':4}  {'':{widest}}  = fix: {harmless(check.fix)}")
    return int(any(check.ok is False for check in checks))


_WORDS = {True: ("ok", "green"), False: ("BAD", "red"), None: ("-", "dim")}
