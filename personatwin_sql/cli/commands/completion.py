"""`completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console

COMPLETE = "_PERSONATWIN_COMPLETE"
"""The variable by which the shell asks; click's protocol."""


@click.command(cls=Command, project_flags=())
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """The script that lets a shell complete commands and options; put it where your shell looks for such.

    \b
    Examples:
      personatwin completion bash > ~/.local/share/bash-completion/completions/personatwin
      personatwin completion fish > ~/.config/fish/completions/personatwin.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"there is no completion for {shell}")
    whole = context.find_root().command
    context.ensure_object(Console).result(found(whole, {}, "personatwin", COMPLETE).source().strip("\n"))
