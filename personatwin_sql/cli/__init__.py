"""The command line: parse, call one function below, print. Results go to stdout, messages to stderr."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> None:
    """The entry point `personatwin`; leaves with the exit code of `errors`."""
    # threads of linear algebra cost 0.2 s of start-up, and nothing here uses them
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # plug-ins of pydantic are looked for in every installed package, and would see what people write
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # a run is short: looking for cycles every 700 objects costs a tenth of it
    gc.set_threshold(200_000, 20, 100)
    from personatwin_sql.cli.application import application

    try:
        application.main(prog_name="personatwin")
    except SystemExit as end:
        _leave(end)


def _leave(end: SystemExit) -> NoReturn:
    """End the process at once: to take apart what a run has made costs a tenth of it, and serves nobody."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        raise end from None  # a reader that is gone: Python itself knows how to end then
    os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))
