"""The command line: parse, call one function below, print. Results go to stdout, messages to stderr."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """The entry point `personatwin`; leaves with the exit code of `errors`."""
    # threads of linear algebra cost 0.2 s of start-up, and nothing here uses them
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(
        200_000, 20, 100
    )  # a run is short: looking for cycles every 700 objects costs a tenth of it
    from personatwin_sql.cli.application import application

    application.main(prog_name="personatwin")
