"""The command line: parse, call one function below, print. Results go to stdout, messages to stderr."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def main() -> None:
    """The entry point `personatwin`; leaves with the exit code of `errors`."""
    # threads of linear algebra cost 0.2 s of start-up, and nothing here uses them
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # plug-ins of pydantic are looked for in every installed package, and would see what people write
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # a run is short: looking for cycles every 700 objects, and among all of them at the end, costs a fifth
    gc.set_threshold(200_000, 20, 100)
    atexit.register(_leave_cycles)
    from personatwin_sql.cli.application import application

    application.main(prog_name="personatwin")


def _leave_cycles() -> None:
    """Look for no cycles at the end, unless the engine was loaded: it tells of what is left as leaks."""
    if "_duckdb" not in sys.modules:
        gc.freeze()
