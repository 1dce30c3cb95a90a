"""A live line on a terminal for a node that lasts: bar and share where they are known, else the seconds."""

from __future__ import annotations

import shutil
import sys
import time
from threading import Event as Signal
from threading import RLock, Thread
from typing import TYPE_CHECKING

from personatwin_sql.cli.console import write
from personatwin_sql.cli.lines import position
from personatwin_sql.cli.width import cut, pad

if TYPE_CHECKING:
    from personatwin_sql.workflow import Event

PATIENCE = 0.5
"""Seconds before a line appears: what is faster would only flicker."""
_TICK = 0.1
_CELLS = 24
_SLIP = 0.1
"""What the engine may take back of its estimate within one statement."""
_WIPE = "\r\x1b[2K"


class Bar:
    """The line of the node that runs now. `clear` it before anything else is written."""

    def __init__(self) -> None:
        self._running: Event | None = None
        self._since = 0.0
        self._fraction: float | None = None
        self._step = 1
        self._is_drawn = False
        self._lock = RLock()
        self._over = Signal()
        Thread(target=self._tick, daemon=True).start()

    def start(self, event: Event) -> None:
        """A node begins."""
        with self._lock:
            self.clear()
            self._running, self._since, self._fraction = event, time.monotonic(), event.fraction
            self._step = 1

    def advance(self, event: Event) -> None:
        """A node has got on. Each of its statements begins at nothing again, which is its next step."""
        with self._lock:
            if self._running is None:
                self.start(event)
            self._step += (event.fraction or 0.0) < (self._fraction or 0.0) - _SLIP
            self._fraction = event.fraction

    def clear(self) -> None:
        """No node runs, and its line is gone."""
        with self._lock:
            self._running = None
            if self._is_drawn:
                write(sys.stderr, _WIPE)
                self._is_drawn = False

    def end(self) -> None:
        """The build is over."""
        self._over.set()
        self.clear()

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            with self._lock:
                if self._running is not None and time.monotonic() - self._since >= PATIENCE:
                    elapsed = time.monotonic() - self._since
                    columns = shutil.get_terminal_size().columns - 1
                    line = cut(bar_line(self._running, self._fraction, elapsed, self._step), columns)
                    self._is_drawn = write(sys.stderr, _WIPE + line)


def bar_line(event: Event, fraction: float | None, seconds: float, step: int = 1) -> str:
    """`  4/12 running    personas          ━━━━━━──────  45%  12s  step 3`: the share is that of the step."""
    start = f"  {position(event)} {pad('running', 9)}  {pad(event.node, 16)}"
    if fraction is None:
        return f"{start}  {event.detail + '  ' if event.detail else ''}{seconds:.0f}s"
    share = min(1.0, max(0.0, fraction))
    done = round(share * _CELLS)
    which = f"  step {step}" if step > 1 else ""
    return f"{start}  {'━' * done}{'─' * (_CELLS - done)} {share:>4.0%}  {seconds:.0f}s{which}"
