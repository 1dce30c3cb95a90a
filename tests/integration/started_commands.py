"""Runs command lines one after another, each in a process of its own that has loaded the program already.

What a line of standard input asks for is run in a fork: nothing of one command is left for the next one, and
none pays again for the half second in which Python reads modules. Answers with the exit code.
"""

from __future__ import annotations

import json
import os
import pkgutil
import sys
from importlib import import_module

import personatwin_sql
from personatwin_sql.cli import main


def serve() -> None:
    """Until standard input ends; every process has the folder, environment and files of its request."""
    for module in pkgutil.walk_packages(personatwin_sql.__path__, "personatwin_sql."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _run(**json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(arguments: list[str], cwd: str, environment: dict[str, str], out: str, err: str) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for stream, path, flags in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        os.dup2(os.open(path, flags), stream)
    sys.argv = ["personatwin", *arguments]
    try:
        main()  # leaves the process
    finally:
        os._exit(99)


if __name__ == "__main__":
    serve()
