"""Property tests try the same examples in every run; `PERSONATWIN_EXAMPLES=1000` tries so many new ones."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from tests.started_processes import Python, started

settings.register_profile(
    "the same examples",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
if "PERSONATWIN_EXAMPLES" not in os.environ:
    settings.load_profile("the same examples")

# thousands of collected tests are alive to the end: looking among them for cycles costs a third of all time
gc.set_threshold(20_000, 10, 10)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of what would outlive the engine, which tells on standard error what is alive when it ends.

    Python empties the modules that it can name; of the conftests, which share a name, that is only one.
    """
    gc.unfreeze()
    unnamed = [
        vars(plugin)
        for plugin in config.pluginmanager.get_plugins()
        if isinstance(plugin, ModuleType) and sys.modules.get(plugin.__name__) is not plugin
    ]
    for names in unnamed:
        names.clear()


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Python]:
    """Runs a program as a process of its own, which puts sets in another order than the last one."""
    folder = tmp_path_factory.mktemp("processes")
    with started(folder, 1) as odd, started(folder, 2) as even:
        turns = cycle((odd, even))

        def run(
            program: str, *arguments: object, cwd: Path = folder, **environment: str
        ) -> subprocess.CompletedProcess[str]:
            return next(turns).run(program, arguments, cwd, {**os.environ, **environment})

        yield run
