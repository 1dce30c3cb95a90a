"""Mistakes in the arguments, told like those in the project: what is wrong, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

import click

from personatwin_sql.errors import Diagnostic
from personatwin_sql.errors.suggestion import closest


def unknown_command(context: click.Context, name: str, known: Iterable[str]) -> Diagnostic:
    """`buld` → did you mean `build`?"""
    return Diagnostic("PT501", f"unknown command `{name}`", fixes=(_meant(name, known, context),))


def diagnostic_of(error: click.ClickException) -> Diagnostic:
    """What click found, in our voice."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption):
        known = [] if context is None else [name for option in context.command.params for name in option.opts]
        return Diagnostic(
            "PT502",
            f"unknown option `{error.option_name}`",
            fixes=(_meant(error.option_name, known, context),),
        )
    fixes = () if context is None else (_help_of(context),)
    return Diagnostic("PT503", _lowered(error.format_message().replace("\n", " ")), fixes=fixes)


def _meant(name: str, known: Iterable[str], context: click.Context | None) -> str:
    nearest = closest(name, known)
    if nearest is not None:
        return f"did you mean `{nearest}`?"
    return "see `personatwin --help`" if context is None else _help_of(context)


def _help_of(context: click.Context) -> str:
    return f"`{context.command_path} --help` shows what it takes"


def _lowered(message: str) -> str:
    return (message[:1].lower() + message[1:]).removesuffix(".")
