"""Runs the process that writes a release's file, and ends it with the build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from personatwin_sql.engine import publisher
from personatwin_sql.engine.publish_file import not_written
from personatwin_sql.errors import Unavailable

_CLEARED = {"DUCKDB_JE_MALLOC_CONF": "zero:true", "MALLOC_PERTURB_": "165"}
"""Both allocators, the engine's and the system's, fill what they give out: a second line of defence."""
_NEEDED = ("LD_LIBRARY_PATH",)
"""All that may pass on: where an interpreter that was not installed by the system finds its libraries."""


def write_file(handover: Path, file: Path) -> None:
    """Have the tables of a handover written to `file`; on return it is whole, and closed.

    Unavailable if the disk or the memory forbids it. Whatever interrupts the wait ends the process at once;
    what there is of `file` is then the caller's to remove.
    """
    with subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        command(handover),
        stdin=subprocess.PIPE,  # stays open as long as the build lives: see `publisher`
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        umask=0o077,
        start_new_session=True,  # Ctrl-C is the build's to hear
    ) as process:
        try:
            answer = process.stdout.read() if process.stdout else b""
            process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
    _check(process.returncode, answer, file)


def command(handover: Path) -> list[str]:
    """An interpreter without the user's settings and packages; the handover says where the engine is."""
    return [sys.executable, "-I", "-S", publisher.__file__, str(handover.absolute())]


def environment() -> dict[str, str]:
    return {**{name: os.environ[name] for name in _NEEDED if name in os.environ}, **_CLEARED}


def _check(status: int, answer: bytes, file: Path) -> None:
    if status < 0:
        raise Unavailable(not_written(file.parent, "PT411", f" (its process was ended by signal {-status})"))
    told = json.loads(answer) if status == 0 else {"code": "", "class": f"exit code {status}"}
    if not told:
        return
    if code := told["code"]:
        raise Unavailable(not_written(file.parent, code))
    raise RuntimeError(f"the process that writes the release stopped with {told['class']}")
