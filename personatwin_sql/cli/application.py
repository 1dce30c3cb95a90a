"""`personatwin`: the commands, each loaded only when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from personatwin_sql import __version__
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.exits import exit_code_of
from personatwin_sql.cli.flags import global_options, guessed_flags

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Begin": {
        "init": "Make a project that builds at once, from people and events.",
        "profile": "Tell basic statistics of a source or file, for its owner.",
        "domain": "List the kinds of records that are built in, or show one.",
        "census": "Show the people of a county, or fetch another year's tables.",
    },
    "Build": {
        "build": "Build, prove, measure and publish the release.",
        "run": "Do the same as `build`.",
        "test": "Run the project's tests; nothing is published.",
        "plan": "Say what a build would do and why, and which rules changed.",
        "parse": "Read and check the project, and nothing else.",
        "compile": "Write the SQL that a build would run, without reading data.",
    },
    "The release": {
        "query": "Run SQL over the release.",
        "show": "Print rows of a released table.",
        "report": "Write or print the privacy reports of the last build.",
        "risk": "Measure how likely people are found again, in any relation.",
        "budget": "Show what of each privacy budget is spent and left.",
        "export": "Write released tables as CSV, Parquet or JSON.",
    },
    "The project": {
        "ls": "List sources, models and tests.",
        "lineage": "Show where a column comes from, and lost its role.",
        "docs": "Write the project as one HTML page.",
        "schema": "Print the JSON Schema of any file, for editors and programs.",
    },
    "The tool": {
        "explain": "Print the long form of an error code.",
        "doctor": "Check the installation and the project.",
        "completion": "Print what a shell needs to complete commands and options.",
        "clean": "Remove target/, and nothing that matters.",
    },
}
"""What `--help` says, in the order of work; each in one line of 80 columns."""

COMMANDS: Mapping[str, str] = {
    name: summary for commands in SECTIONS.values() for name, summary in commands.items()
}


class Commands(click.Group):
    """A group of commands that are imported when they are called; help needs only their summaries."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]], room: str, **attributes: Any) -> None:
        super().__init__(no_args_is_help=False, **attributes)
        self.sections = sections
        self.summaries = {name: text for commands in sections.values() for name, text in commands.items()}
        self.room = room

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.summaries:
            return None
        found = getattr(import_module(f"{self.room}.{cmd_name}"), cmd_name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.summaries and not name.startswith("-") and not ctx.resilient_parsing:
            from personatwin_sql.cli.mistakes import unknown_command
            from personatwin_sql.errors import ProjectError

            raise ProjectError(unknown_command(ctx, name, self.summaries))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, self.summaries))
        for title, commands in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), text) for name, text in commands.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)


class Application(Commands):
    """The top: whatever happens inside becomes words and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        arguments = list(sys.argv[1:] if args is None else args)
        if asked := os.environ.get("_PERSONATWIN_COMPLETE"):
            from click.shell_completion import shell_complete

            sys.exit(shell_complete(self, {}, prog_name or "personatwin", "_PERSONATWIN_COMPLETE", asked))
        console = Console(guessed_flags(arguments))

        def call() -> object:
            try:
                with self.make_context(
                    prog_name or "personatwin", arguments, obj=console, **extra
                ) as context:
                    return self.invoke(context)
            except click.exceptions.Exit as end:
                return end.exit_code

        sys.exit(exit_code_of(call, console))


def _show_version(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"personatwin {__version__}")
        context.exit()


application = Application(
    SECTIONS,
    "personatwin_sql.cli.commands",
    name="personatwin",
    help="People-events data to personas that are safe to share: proven, measured, published.",
    epilog="`personatwin init NAME --domain criminal_justice --people FILE --events FILE`, then `build`.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[
        *global_options(),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help="The version, and exit.",
        ),
    ],
)
