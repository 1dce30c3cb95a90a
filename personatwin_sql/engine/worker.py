"""One thread that runs the queries of a connection, so that Ctrl-C reaches the one who waits for them.

In the thread that runs a query the engine does not look for signals: a sort would have to end first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

Result = TypeVar("Result")
_LOOK = 0.1
"""Seconds between two looks at the progress."""


class Worker:
    """Calls run one after another in a thread of their own; `close` when there are no more."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        """`interrupt` stops, from outside, whatever call is running."""
        self._interrupt = interrupt
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="personatwin-engine", daemon=True)
        self._thread.start()

    def call(self, work: Callable[[], Result], watch: Callable[[], None] | None = None) -> Result:
        """What `work` returns or raises; `watch` is called every tenth of a second meanwhile.

        A KeyboardInterrupt while waiting stops the work, waits for its end, and goes on up.
        """
        done = Event()
        results: list[Result] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(work())
            except BaseException as error:
                errors.append(error)
            finally:
                done.set()

        self._calls.put(run)
        try:
            while not done.wait(_LOOK):
                if watch is not None:
                    watch()
        except BaseException:
            while not done.wait(_LOOK / 2):
                self._interrupt()
            raise
        if errors:
            raise errors.pop()
        return results.pop()

    def close(self) -> None:
        """End the thread, stopping a call that is still running."""
        self._calls.put(None)
        while self._thread.is_alive():
            self._thread.join(_LOOK)
            if self._thread.is_alive():
                with suppress(Exception):
                    self._interrupt()

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
