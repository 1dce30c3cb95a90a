"""What a build says: a header, one line a node with aligned columns, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from personatwin_sql import __version__
from personatwin_sql.cli.width import pad, width

if TYPE_CHECKING:
    from personatwin_sql.workflow import BuildResult, Event

STYLE_OF_STATUS: Mapping[str, str] = {
    "ok": "green",
    "unchanged": "dim",
    "replay": "dim",
    "HELD": "yellow",
    "warn": "yellow",
    "failed": "red",
    "skipped": "dim",
}
_STATUS_WIDTH = 9
_LEAST_NODE_WIDTH = 16
_DETAIL_WIDTH = 48
"""Of what a release model says; a failure that says more moves its own end, and that of no other line."""
_GAP = "  "


class NodeLines:
    """Lines of one build. The column of names grows with those that say something, and never shrinks."""

    def __init__(self, columns: int | None = None) -> None:
        """`columns` of the terminal in which lines should not break; None where nobody looks."""
        self.columns = columns
        self.node_width = _LEAST_NODE_WIDTH

    def line(self, event: Event) -> tuple[str, str, str]:
        """Before the status, the status, and after it: the middle is what may be coloured."""
        before, status = f"  {position(event)} ", pad(event.status, _STATUS_WIDTH)
        room = None if self.columns is None else self.columns - width(before + status)
        return before, status, self._rest(event, room)

    def _rest(self, event: Event, room: int | None) -> str:
        """The story and its end; seconds are left out where the line would break, a code never."""
        story = _GAP + self._story(event)
        end = event.code or (f"{event.seconds:.2f}s" if event.seconds else "")
        end_at = self.node_width + _DETAIL_WIDTH + 3 * len(_GAP)
        if room is not None:
            end_at = min(end_at, room - len(end))
        line = f"{pad(story + _GAP, end_at)}{end}".rstrip()
        return story if room is not None and width(line) > room and event.code is None else line

    def _story(self, event: Event) -> str:
        """The name, and what is told of it. A test has a long name and tells nothing: it may run over."""
        if not event.detail:
            return event.node
        self.node_width = max(self.node_width, width(event.node))
        return f"{pad(event.node, self.node_width)}{_GAP}{event.detail}"


def position(event: Event) -> str:
    """`4/12`, as wide as `12/12`."""
    return f"{event.index:>{len(str(event.total))}}/{event.total}"


def header(event: Event) -> str:
    """The first line, from the plan: project → release file, and how much there is to do."""
    nodes = f"{event.total:,} node{'' if event.total == 1 else 's'}"
    route = " → ".join(part for part in (event.node, event.detail) if part)
    return f"personatwin {__version__}  {route}{'   ' if route else ''}{nodes}"


def summary(result: BuildResult) -> str:
    """`Done.  8 ok  3 unchanged  1 held   published: no   4.1s`."""
    published = "yes" if result.published else "no"
    return f"{_counted(result.counts)}   published: {published}   {result.seconds:.1f}s"


def tests_summary(result: BuildResult) -> str:
    """`Failed.  8 ok  1 failed   0.4s`: there is nothing that tests could have published."""
    return f"{_counted(result.counts)}   {result.seconds:.1f}s"


def broken_off(counts: Mapping[str, int]) -> str:
    """`Failed.  2 ok  1 failed   published: no`: a node could not be made, so that nothing came of it."""
    return f"{_counted(counts, is_failed=True)}   published: no"


def _counted(counts: Mapping[str, int], is_failed: bool = False) -> str:
    told = "  ".join(f"{number:,} {status.lower()}" for status, number in counts.items() if number)
    return f"{'Failed.' if is_failed or counts.get('failed') else 'Done.'}  {told}"
