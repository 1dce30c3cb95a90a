"""Tells what happens to each node, and remembers it for the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from personatwin_sql import __version__
from personatwin_sql.errors import Diagnostic, PersonaTwinError, Withheld
from personatwin_sql.release.state import State
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.workflow.options import BuildResult, Event, Status
from personatwin_sql.workflow.paths import Paths


@dataclass
class Telling:
    """What the work on a node says of itself when it is done."""

    detail: str = ""
    status: Status = "ok"


class Narrator:
    """One build's story, node by node."""

    def __init__(self, observe: Callable[[Event], None], started: float) -> None:
        self._observe = observe
        self._started = started
        self._order: dict[str, int] = {}
        self.nodes: list[Event] = []
        self.warnings: list[Diagnostic] = []
        """What is told without stopping anything."""

    def plan(self, loaded: Loaded, paths: Paths, names: Sequence[str]) -> None:
        """Say what will be done, in order: for which project, and into which file."""
        self._order = {name: number for number, name in enumerate(names, 1)}
        file = paths.release.relative_to(paths.root).as_posix()
        self._observe(Event("plan", 0, len(names), loaded.project.name, detail=file))

    def again(self, mark: tuple[int, int]) -> None:
        """Forget what was told since the mark: those nodes are worked on once more."""
        del self.nodes[mark[0] :]
        del self.warnings[mark[1] :]

    @property
    def mark(self) -> tuple[int, int]:
        return len(self.nodes), len(self.warnings)

    @contextmanager
    def node(self, name: str) -> Iterator[Telling]:
        """Work on a node; an error is told as its failure and passes on."""
        index, total = self._order.get(name, 0), len(self._order)
        self._observe(Event("start", index, total, name))
        begun, telling = time.monotonic(), Telling()
        try:
            yield telling
        except PersonaTwinError as error:
            status: Status = "HELD" if isinstance(error, Withheld) else "failed"
            first = error.diagnostics[0] if error.diagnostics else None
            detail = first.message.removeprefix(f"`{name}` withheld: ") if first else ""
            code = first.code if first else None
            self._done(Event("done", index, total, name, status, detail, time.monotonic() - begun, code))
            raise
        self._done(
            Event("done", index, total, name, telling.status, telling.detail, time.monotonic() - begun)
        )

    def progress(self, node: str, fraction: float) -> None:
        """Tell how far a node is, while its SQL runs."""
        index = self._order.get(node, 0)
        self._observe(Event("progress", index, len(self._order), node, fraction=fraction))

    def tested(self, name: str, status: Status, detail: str, seconds: float, code: str | None = None) -> None:
        """Tell how a test ended."""
        index = self._order.get(name, 0)
        self._done(Event("done", index, len(self._order), name, status, detail, seconds, code))

    def skipped(self, name: str, why: str) -> None:
        """Tell that a node was not worked on."""
        self._done(Event("done", self._order.get(name, 0), len(self._order), name, "skipped", why))

    def _done(self, event: Event) -> None:
        self.nodes.append(event)
        self._observe(event)

    def held(self, error: Withheld) -> None:
        """The gate spoke after the nodes were done: those that it names are held."""
        for diagnostic in error.diagnostics:
            name = diagnostic.message.partition("`")[2].partition("`")[0]
            for number, event in enumerate(self.nodes):
                if event.node == name and event.status == "ok":
                    detail = diagnostic.message.removeprefix(f"`{name}` withheld: ")
                    self.nodes[number] = Event(
                        "done", event.index, event.total, name, "HELD", detail, event.seconds, diagnostic.code
                    )
                    self._observe(self.nodes[number])

    def result(
        self, loaded: Loaded, paths: Paths, published: bool, *, notes: tuple[str, ...] = ()
    ) -> BuildResult:
        """The build as it ended."""
        return BuildResult(
            project=loaded.project.name,
            version=__version__,
            release_path=paths.release if paths.release.exists() else None,
            report_path=paths.report if paths.report.exists() else None,
            owner_report_path=paths.owner_report if paths.owner_report.exists() else None,
            published=published,
            nodes=tuple(self.nodes),
            seconds=time.monotonic() - self._started,
            warnings=tuple(self.warnings),
            notes=notes,
        )

    def replayed(self, loaded: Loaded, paths: Paths, state: State) -> BuildResult:
        """Nothing has changed: the release stands as it is."""
        names = [model.name for model in state.release.models]
        self.plan(loaded, paths, names)
        for number, name in enumerate(names, 1):
            self._done(Event("done", number, len(names), name, "unchanged", ""))
        notes = ["nothing has changed since the last build"]
        if state.warned:
            notes.append(f"tests that warned then: {', '.join(state.warned)}")
        return self.result(loaded, paths, published=loaded.publishes, notes=tuple(notes))
