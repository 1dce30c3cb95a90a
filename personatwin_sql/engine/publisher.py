"""Writes a release's file, in a process of its own that has never seen anything but released tables.

The engine does not clear the memory that it writes: bytes between values show what was there before. This
script is run with the folder of a handover and imports nothing of the project. What goes wrong is told as a
code and the class of the error, never in the engine's words, which quote values.
"""

from __future__ import annotations

import _thread
import json
import os
import sys
from contextlib import suppress

HANDOVER = "handover.json"
_FULL = ("No space left", "File too large", "quota exceeded")
_OUTSIDE = {
    "OutOfMemoryException": "PT404",
    "IOException": "PT411",
    "TransactionException": "PT411",
    "FatalException": "PT411",
}


def main(folder: str) -> None:
    """Do what the handover in `folder` asks for and say on standard output how it went."""
    os.chdir(folder)  # its tables are named without their folder, whose name could be a pattern
    with open(HANDOVER, encoding="utf-8") as file:  # noqa: PTH123  what `pathlib` brings costs more
        handover = json.load(file)
    _thread.start_new_thread(_end_with_the_build, (handover["file"],))
    sys.path.append(handover["modules"])
    try:
        _write(handover["settings"], handover["statements"])
        answer: dict[str, str] = {}
    except Exception as error:
        answer = {"code": _code(error), "class": type(error).__name__}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # at once: nothing is left to be cleaned up


def _write(settings: dict[str, str | bool | int | float | list[str]], statements: list[str]) -> None:
    try:
        from _duckdb import connect  # the engine alone: `duckdb` imports much that is for programmers
    except ImportError:
        from duckdb import connect
    with connect(":memory:", config=settings) as connection:
        for sql in statements:  # without values beside it: to take them, the engine loads a dozen modules
            connection.execute(sql)


def _code(error: Exception) -> str:
    """A code where the disk or the memory is to blame; empty for what nobody foresaw."""
    code = "PT411" if isinstance(error, OSError) else _OUTSIDE.get(type(error).__name__, "")
    is_full = code == "PT411" and any(words in str(error) for words in _FULL)
    return "PT412" if is_full else code


def _end_with_the_build(file: str) -> None:
    """Standard input closes when the build is gone, however it went; then nobody waits for the file."""
    os.read(0, 1)
    for leftover in (file, f"{file}.wal"):
        with suppress(OSError):
            os.unlink(leftover)  # noqa: PTH108  as above
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
