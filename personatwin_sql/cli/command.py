"""One command: its own options and the global ones, with lists after `--select` as dbt users type them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click
from click.core import ParameterSource

from personatwin_sql.cli.console import Console
from personatwin_sql.cli.flags import PROJECT_FLAGS, envvar, flags_of, global_options


class Command(click.Command):
    """A command that takes the global flags after its name too, and says which it cannot honour.

    `project_flags` are those of `--project-dir`, `--target`, `--vars` that mean something to it.
    """

    def __init__(
        self, *arguments: Any, project_flags: Sequence[str] = PROJECT_FLAGS, **attributes: Any
    ) -> None:
        super().__init__(*arguments, **attributes)
        self.refused = tuple(name for name in PROJECT_FLAGS if name not in project_flags)
        for option in self._own_options():
            option.envvar = option.envvar or envvar(option.name or "")
        self.global_flags = [flag for flag in global_options() if flag.name not in self.refused]
        self.params.extend(self.global_flags)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._spread(args))

    def invoke(self, ctx: click.Context) -> Any:
        for name in self.refused:
            if any(group.get_parameter_source(name) == ParameterSource.COMMANDLINE for group in _groups(ctx)):
                flag = "--" + name.replace("_", "-")
                raise click.UsageError(f"`{ctx.info_name}` has no use for `{flag}`", ctx)
        flags = flags_of(ctx)
        if flags.quiet and flags.verbose:
            raise click.UsageError("`-q` and `-v` contradict each other", ctx)
        ctx.ensure_object(Console).flags = flags
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: tuple[tuple[str, list[click.Parameter]], ...] = (
            ("Options", [option for option in self.get_params(ctx) if option not in self.global_flags]),
            ("Global options", list(self.global_flags)),
        )
        for title, options in groups:
            rows = [record for option in options if (record := option.get_help_record(ctx))]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def _own_options(self) -> list[click.Option]:
        return [option for option in self.params if isinstance(option, click.Option)]

    def _spread(self, arguments: Sequence[str]) -> list[str]:
        """`--select a b` means `--select a --select b`, for commands that take nothing else."""
        if any(isinstance(parameter, click.Argument) for parameter in self.params):
            return list(arguments)
        lists = {name for option in self._own_options() if option.multiple for name in option.opts}
        spread: list[str] = []
        current, has_value = None, False
        for argument in arguments:
            if argument.startswith("-") and argument != "-":
                current, has_value = (argument if argument in lists else None), False
            elif current is not None:
                if has_value:
                    spread.append(current)
                has_value = True
            spread.append(argument)
        return spread


def _groups(context: click.Context) -> Iterator[click.Context]:
    """The groups around a command, the nearest first."""
    group = context.parent
    while group is not None:
        yield group
        group = group.parent


def words(values: Sequence[str]) -> tuple[str, ...]:
    """Selections are united by space, whether quoted together or not."""
    return tuple(word for value in values for word in value.split())
