"""The global flags: usable before or after the command, each also as `PERSONATWIN_…`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from personatwin_sql.frozen import dataclass

_META = "personatwin_sql.flags"

PROJECT_FLAGS = ("project_dir", "target", "vars")
"""Flags that only some commands can honour; the others refuse them."""


@dataclass(frozen=True)
class Flags:
    """The global flags of one call."""

    project_dir: Path | None = None
    target: str | None = None
    vars: Mapping[str, object] | None = None
    log_format: str = "text"
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    no_color: bool = False


def envvar(name: str) -> str:
    """`full_refresh` → `PERSONATWIN_FULL_REFRESH`."""
    return "PERSONATWIN_" + name.upper()


def global_options(names: Sequence[str] | None = None) -> list[click.Option]:
    """The global flags as options of a command; all, or those named."""
    options = [
        _option(
            "--project-dir",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="The project's folder; otherwise it is looked for here and upwards.",
        ),
        _option("--target", metavar="NAME", help="The target to build, as named in project.yml."),
        _option("--vars", type=read_vars, metavar="YAML", help="Values of `var()`: --vars '{year: 2014}'."),
        _option(
            "--log-format",
            type=click.Choice(["text", "json"]),
            default="text",
            help="Messages as text, or one JSON object a line.",
        ),
        _option("-q", "--quiet", is_flag=True, help="Only errors and results."),
        _option("-v", "--verbose", is_flag=True, help="More about what is done."),
        _option("--debug", is_flag=True, help="With a traceback when something goes wrong."),
        _option("--no-color", is_flag=True, help="No colours (NO_COLOR is respected as well)."),
    ]
    return [option for option in options if names is None or option.name in names]


def flags_of(context: click.Context) -> Flags:
    """What was asked for, wherever it stood."""
    return Flags(**context.meta.get(_META, {}))


def guessed_flags(arguments: Sequence[str]) -> Flags:
    """How to speak of a mistake in the arguments themselves, before they are understood."""
    chosen = os.environ.get(envvar("log_format"), "text")
    for position, argument in enumerate(arguments):
        if argument.startswith("--log-format="):
            chosen = argument.partition("=")[2]
        elif argument == "--log-format" and position + 1 < len(arguments):
            chosen = arguments[position + 1]
    return Flags(
        log_format="json" if chosen == "json" else "text",
        debug="--debug" in arguments or bool(os.environ.get(envvar("debug"))),
        no_color="--no-color" in arguments or bool(os.environ.get(envvar("no_color"))),
    )


def read_vars(text: str) -> Mapping[str, object]:
    """A YAML mapping of names to values."""
    import yaml

    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        read = None
    if isinstance(read, Mapping) and all(isinstance(name, str) for name in read):
        return dict(read)
    raise click.BadParameter("not a mapping of names to values, as in --vars '{year: 2014}'")


def _option(*declarations: str, **attributes: Any) -> click.Option:
    option = click.Option(declarations, expose_value=False, callback=_remember, **attributes)
    option.envvar = envvar(option.name or "")
    return option


def _remember(context: click.Context, option: click.Parameter, value: object) -> object:
    name = option.name or ""
    flags: dict[str, object] = context.meta.setdefault(_META, {})
    if context.get_parameter_source(name) == ParameterSource.COMMANDLINE or (
        name not in flags and value is not None
    ):
        flags[name] = value
    return value
