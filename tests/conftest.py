"""Property tests try the same examples in every run; `PERSONATWIN_EXAMPLES=1000` tries so many new ones."""

from __future__ import annotations

import gc
import os
import sys
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

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
