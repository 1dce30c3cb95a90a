"""Tells a build while it happens: as lines, with a live one on a terminal, or as JSON."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from personatwin_sql.cli.bar import Bar
from personatwin_sql.cli.console import Console, json_text, shown_path
from personatwin_sql.cli.lines import STYLE_OF_STATUS, NodeLines, broken_off, header, summary, tests_summary

if TYPE_CHECKING:
    from personatwin_sql.workflow import BuildResult, Event


class Narration:
    """What a build's observer writes."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._lines = NodeLines(shutil.get_terminal_size().columns if console.is_live else None)
        self._bar: Bar | None = None
        self._ended: Counter[str] | None = None
        """Status → nodes that ended so; None until there is a plan."""

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """The live line lasts as long as the build, and is gone whatever happens."""
        self._bar = Bar() if self.console.is_live else None
        try:
            yield
        finally:
            if self._bar is not None:
                self._bar.end()
                self._bar = None

    def observe(self, event: Event) -> None:
        """One step of the build."""
        if event.kind == "plan":
            self._ended = Counter()
            self.console.message(header(event), event="plan", project=event.node, nodes=event.total)
        elif event.kind == "done":
            self._done(event)
        elif self._bar is not None:
            (self._bar.start if event.kind == "start" else self._bar.advance)(event)
        elif event.kind == "start" and self.console.is_json and self.console.flags.verbose:
            self.console.message("", event="start", **_record(event))

    def conclude(self, result: BuildResult) -> None:
        """What came of a build that went well: its story, and where the release lies as the result."""
        self.end(result)
        paths = {
            "release": result.release_path,
            "report": result.report_path,
            "owner_report": result.owner_report_path,
        }
        print_paths(self.console, {name: (path,) for name, path in paths.items() if path is not None})

    def end(self, result: BuildResult, of_what: Literal["built", "tested"] = "built") -> None:
        """Counts, warnings and notes. What lies there of an earlier build is no result of this one."""
        for warning in result.warnings:
            self.console.diagnostic(warning)
        self.console.message(
            summary(result) if of_what == "built" else tests_summary(result),
            event="end",
            published=result.published,
            counts=dict(result.counts),
            seconds=round(result.seconds, 3),
        )
        for note in result.notes:
            self.console.message(note)

    def break_off(self) -> None:
        """A build that had begun ends by an error, which is told afterwards."""
        if self._ended is not None:
            counts = dict(self._ended)
            self.console.message(broken_off(counts), event="end", published=False, counts=counts)

    def _done(self, event: Event) -> None:
        if self._ended is not None:
            self._ended[event.status] += 1
        if self._bar is not None:
            self._bar.clear()
        before, status, after = self._lines.line(event)
        style = STYLE_OF_STATUS.get(event.status)
        text = before + (self.console.style(status, style) if style else status) + after
        self.console.message(text, event="node", **_record(event))


def print_paths(console: Console, paths: Mapping[str, Sequence[Path]]) -> None:
    """What was written, as the result: a path a line with its name, or one JSON object."""
    shown = {name: [shown_path(path) for path in several] for name, several in paths.items()}
    if console.is_json:
        console.result(json_text(shown))
        return
    for name, several in shown.items():
        for path in several:
            console.result(f"{name.replace('_', ' '):<14}  {path}")


def _record(event: Event) -> dict[str, object]:
    return {
        "index": event.index,
        "total": event.total,
        "node": event.node,
        "status": event.status,
        "detail": event.detail,
        "seconds": round(event.seconds, 3),
        "code": event.code,
    }
