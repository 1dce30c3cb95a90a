"""The demo, built once a process, for commands that read what a build left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from personatwin_sql.cli.application import application
from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.spec.library import demo
from personatwin_sql.workflow import Options, build

Call = Callable[..., Result]
PARTS = ("models", "data", "project.yml")


def copy_of_the_demo(folder: Path) -> Path:
    for part in PARTS:
        source = demo() / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / part)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo, built. Tests read it and leave it as it is."""
    root = copy_of_the_demo(tmp_path_factory.mktemp("built") / "court")
    build(Options(project_dir=root), lambda event: None)
    return root


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command line in this process."""

    def run(*arguments: str | Path, **environment: str) -> Result:
        return CliRunner().invoke(
            application, [str(argument) for argument in arguments], env=environment, prog_name="personatwin"
        )

    return run


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The folder of the demo, not built."""
    return copy_of_the_demo(tmp_path / "fresh")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of people alone, which builds in no time."""
    file = tmp_path / "people.csv"
    lines = (demo() / "data" / "people.csv").read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:601]))
    new_project(Wish("small", tmp_path / "small", "custom", "low", str(file)))
    return tmp_path / "small"
