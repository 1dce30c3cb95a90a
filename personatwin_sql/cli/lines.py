"""What a build says: a header, one line a node with aligned columns, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from personatwin_sql import __version__
from personatwin_sql.cli.width import pad

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
_LEAST_DETAIL_WIDTH = 48


class NodeLines:
    """Lines of one build. Columns grow with what has been seen, and never shrink."""

    def __init__(self) -> None:
        self.node_width = _LEAST_NODE_WIDTH
        self.detail_width = _LEAST_DETAIL_WIDTH

    def line(self, event: Event) -> tuple[str, str, str]:
        """Before the status, the status, and after it: the middle is what may be coloured."""
        self.node_width = max(self.node_width, len(event.node))
        if event.code is None and event.seconds == 0:
            end = ""
        else:
            self.detail_width = max(self.detail_width, len(event.detail))
            end = event.code or f"{event.seconds:.2f}s"
        node, detail = pad(event.node, self.node_width), pad(event.detail, self.detail_width)
        return (
            f"  {position(event)} ",
            pad(event.status, _STATUS_WIDTH),
            f"  {node}  {detail}  {end}".rstrip(),
        )


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
    return f"{_counts(result)}   published: {published}   {result.seconds:.1f}s"


def tests_summary(result: BuildResult) -> str:
    """`Failed.  8 ok  1 failed   0.4s`: there is nothing that tests could have published."""
    return f"{_counts(result)}   {result.seconds:.1f}s"


def _counts(result: BuildResult) -> str:
    counts = "  ".join(f"{number:,} {status.lower()}" for status, number in result.counts.items() if number)
    return f"{'Failed.' if result.counts.get('failed') else 'Done.'}  {counts}"
