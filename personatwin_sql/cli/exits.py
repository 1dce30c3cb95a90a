"""How a call ends: every exception becomes words that quote no data, and an exit code.

0 done · 1 a node failed · 2 usage or project error · 3 withheld · 4 data test failed · 5 locked or I/O
70 a bug · 130 interrupted
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from personatwin_sql.cli.console import Console

BUG = 70
INTERRUPTED = 130
_OUTSIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE)


class Interrupts:
    """Remembers Ctrl-C, hang-up and termination: libraries turn the exception into others of their own."""

    def __init__(self) -> None:
        self.arrived = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While it lasts, each of the signals raises KeyboardInterrupt, so that everything is cleaned up."""
        names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        try:
            earlier = {name: signal.signal(getattr(signal, name), self._arrive) for name in names}
        except ValueError:  # not the main thread: whoever owns that one listens
            yield
            return
        try:
            yield
        finally:
            for name, listener in earlier.items():
                signal.signal(getattr(signal, name), listener)

    def _arrive(self, number: int, frame: FrameType | None) -> None:
        self.arrived = True
        raise KeyboardInterrupt


def exit_code_of(call: Callable[[], object], console: Console) -> int:
    """Run a call and say how it went."""
    interrupts = Interrupts()
    try:
        with interrupts.heard():
            returned = call()
        return returned if isinstance(returned, int) else 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException as error:
        if interrupts.arrived or isinstance(error, KeyboardInterrupt | click.Abort):
            console.error("Interrupted. A release is replaced whole or not at all.", event="interrupted")
            return INTERRUPTED
        return _explained(error, console)


def _explained(error: BaseException, console: Console) -> int:
    from personatwin_sql.errors import PersonaTwinError

    if isinstance(error, PersonaTwinError):
        for diagnostic in error.diagnostics:
            console.diagnostic(diagnostic)
        if console.flags.debug:
            console.error(_trace(error))
        return error.exit_code
    if isinstance(error, click.ClickException):
        from personatwin_sql.cli.mistakes import diagnostic_of

        console.diagnostic(diagnostic_of(error))
        return 2
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        from personatwin_sql.release.durable_file import unavailable

        return _explained(unavailable(Path(str(error.filename or ".")), error), console)
    return _bug(error, console)


def _bug(error: BaseException, console: Console) -> int:
    """A bug: its class and place. Its text may quote data, so only `--debug` prints it."""
    place = _places(error)[-1:]
    where = place[0] if place else "an unknown place"
    console.error(
        f"internal error: {type(error).__name__} at {where}\n"
        "  = note: this is a bug of PersonaTwin SQL, not of your project; please report this line\n"
        "  = note: `--debug` prints the way there, and the error's text, which may contain data",
        event="bug",
        type=type(error).__name__,
        place=where,
    )
    if console.flags.debug:
        console.error(_trace(error))
        console.error(f"its text, which may contain data, so do not pass it on unread:\n  {error}")
    return BUG


def _trace(error: BaseException) -> str:
    """The frames and types of an error and of what caused it, without any value."""
    lines = ["Traceback, without values (most recent call last):"]
    for link in reversed(tuple(_chain(error))):
        lines.extend(f"  {place}" for place in _places(link))
        lines.append(type(link).__name__)
    return "\n".join(lines)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it was raised from, as Python would print it."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _places(error: BaseException) -> list[str]:
    import traceback

    return [
        f"{_short(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def _short(path: str) -> str:
    """From the package on, without the machine's folders."""
    for root in ("personatwin_sql", "site-packages"):
        _, found, rest = path.rpartition(f"{os.sep}{root}{os.sep}")
        if found:
            return rest if root == "site-packages" else f"{root}{os.sep}{rest}"
    return path
