"""Commands, global flags, and what a mistake in them leads to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import Result

from personatwin_sql import __version__, workflow
from personatwin_sql.cli.application import COMMANDS, SECTIONS, application
from personatwin_sql.cli.commands.domain import domain

Call = Callable[..., Result]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[workflow.Options]:
    """The options with which `ls` calls the workflow."""
    found: list[workflow.Options] = []

    def list_nodes(options: workflow.Options) -> tuple[dict[str, object], ...]:
        found.append(options)
        return ()

    monkeypatch.setattr(workflow, "list_nodes", list_nodes)
    return found


def test_help_names_every_command_in_the_order_of_work(call: Call) -> None:
    result = call("--help")
    places = [result.stdout.index(f"\n  {name} ") for name in COMMANDS]
    assert result.exit_code == 0
    assert places == sorted(places)
    assert call().stdout == call("-h").stdout == result.stdout


def test_help_says_each_command_in_one_line_of_its_section(call: Call) -> None:
    lines = call("--help").stdout.splitlines()
    for title, commands in SECTIONS.items():
        begin = lines.index(f"{title}:") + 1
        said = [line.split(maxsplit=1) for line in lines[begin : begin + len(commands)]]
        assert said == [[name, text] for name, text in commands.items()]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example_unless_it_is_a_group(name: str, call: Call) -> None:
    result = call(name, "-h")
    assert result.exit_code == 0
    assert f"personatwin {name}" in result.stdout
    if name not in ("domain", "census"):
        assert "Example" in result.stdout
        assert "--log-format" in result.stdout


@pytest.mark.parametrize("group", [application, domain], ids=["personatwin", "domain"])
def test_the_table_of_commands_and_their_modules_agree(group: click.Group) -> None:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_the_version_is_that_of_the_package(call: Call) -> None:
    assert call("--version").stdout == f"personatwin {__version__}\n"


def test_help_loads_nothing_but_click() -> None:
    script = (
        "import sys; from click.testing import CliRunner\n"
        "from personatwin_sql.cli.application import application\n"
        "assert CliRunner().invoke(application, ['--help']).exit_code == 0\n"
        "print([name for name in ('duckdb', 'numpy', 'pydantic', 'sqlglot', 'yaml', 'jinja2',"
        " 'personatwin_sql.spec.loader', 'personatwin_sql.workflow') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["biuld"], "PT501", "did you mean `build`?"),
        (["domain", "lst"], "PT501", "did you mean `list`?"),
        (["xyzzy"], "PT501", "`personatwin --help` shows what it takes"),
        (["build", "--exclde", "x"], "PT502", "did you mean `--exclude`?"),
        (["--versoin"], "PT502", "did you mean `--version`?"),
        (["show"], "PT503", "`personatwin show --help` shows what it takes"),
        (["build", "people_public"], "PT503", "`personatwin build --help` shows what it takes"),
        (["init", "x", "--level", "hihg"], "PT503", "medium"),
        (["ls", "--vars", "{"], "PT503", "--vars '{year: 2014}'"),
        (["ls", "--vars", "[a]"], "PT503", "--vars '{year: 2014}'"),
        (["-q", "-v", "ls"], "PT503", "contradict"),
    ],
)
def test_a_mistake_in_the_arguments_is_told_with_a_way_out(
    arguments: list[str], code: str, hint: str, call: Call
) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error[{code}]: ")
    assert hint in result.stderr
    assert result.stdout == ""


def test_global_flags_stand_before_or_after_the_command(call: Call, seen: list[workflow.Options]) -> None:
    call("--target", "dev", "ls")
    call("ls", "--target", "dev")
    call("ls", PERSONATWIN_TARGET="dev")
    assert [options.target for options in seen] == ["dev", "dev", "dev"]


def test_what_stands_after_the_command_wins_over_before_and_over_the_environment(
    call: Call, seen: list[workflow.Options]
) -> None:
    call("--target", "before", "ls", "--target", "after", PERSONATWIN_TARGET="around")
    call("--target", "before", "ls", PERSONATWIN_TARGET="around")
    assert [options.target for options in seen] == ["after", "before"]


def test_vars_are_read_as_yaml(call: Call, seen: list[workflow.Options]) -> None:
    call("ls", "--vars", "{year: 2014, place: Broward}")
    assert seen[0].vars == {"year": 2014, "place": "Broward"}


def test_selections_are_united_by_space_however_they_are_typed(
    call: Call, seen: list[workflow.Options]
) -> None:
    call("ls", "--select", "a", "b", "--exclude", "c")
    call("ls", "-s", "a b", "--exclude", "c")
    call("ls", "-s", "a", "-s", "b", "--exclude=c")
    call("ls", PERSONATWIN_SELECT="a b", PERSONATWIN_EXCLUDE="c")
    assert {(options.select, options.exclude) for options in seen} == {(("a", "b"), ("c",))}


def test_the_format_can_stand_in_the_environment(call: Call) -> None:
    assert call("explain", "PT203", PERSONATWIN_FORMAT="json").stdout.startswith('{"code": "PT203"')


@pytest.mark.parametrize("flag", ["--project-dir", "--target", "--vars"])
def test_a_flag_that_a_command_cannot_honour_is_refused(flag: str, call: Call) -> None:
    for arguments in ((flag, "{}", "explain", "PT203"), ("explain", "PT203", flag, "{}")):
        result = call(*arguments)
        assert result.exit_code == 2
        assert flag in result.stderr


def test_a_flag_of_the_environment_is_not_held_against_a_command(call: Call) -> None:
    assert call("explain", "PT501", PERSONATWIN_TARGET="dev").exit_code == 0


def test_run_says_that_it_is_build(call: Call, tmp_path: object) -> None:
    result = call("run", "--project-dir", str(tmp_path))
    assert "`run` is `build`" in result.stderr
    assert result.exit_code == 2
    assert "PT009" in result.stderr


def test_every_command_module_is_listed() -> None:
    room = import_module("personatwin_sql.cli.commands").__path__[0]
    found = {path.stem for path in Path(room).iterdir() if not path.name.startswith("_")}
    assert found == set(COMMANDS)


def test_every_option_of_every_command_can_stand_in_the_environment() -> None:
    context = click.Context(application)
    commands = [application.get_command(context, name) for name in COMMANDS]
    options = [
        (command.name, option)
        for command in commands
        if command is not None
        for option in command.params
        if isinstance(option, click.Option)
    ]
    without = [
        (command, option.name)
        for command, option in options
        if option.name not in ("help", "version") and not str(option.envvar or "").startswith("PERSONATWIN_")
    ]
    assert len(options) > 100
    assert without == []
