"""A project's folder as an object: build, test, ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from personatwin_sql.api.released import ReleaseView
from personatwin_sql.engine.released_rows import Rows
from personatwin_sql.workflow import BuildResult, Event, Options, test_project
from personatwin_sql.workflow import build as build_project


class Project:
    """The project in a folder, or around it.

    Example:
        >>> import personatwin_sql as pt
        >>> project = pt.Project("court")  # doctest: +SKIP
        >>> project.build().published  # doctest: +SKIP
        True
        >>> project.query("SELECT gender, sum(people) FROM personas GROUP BY ALL").df()  # doctest: +SKIP
    """

    __slots__ = ("path", "target", "vars")

    def __init__(
        self,
        path: str | Path = ".",
        target: str | None = None,
        vars: Mapping[str, object] | None = None,
    ) -> None:
        self.path = Path(path)
        self.target = target
        self.vars = dict(vars or {})

    def build(
        self,
        select: Sequence[str] = (),
        exclude: Sequence[str] = (),
        *,
        full_refresh: bool = False,
        locked: bool = False,
        observe: Callable[[Event], None] | None = None,
    ) -> BuildResult:
        """What `personatwin build` does; `observe` is told of each node.

        Raises the errors of `personatwin_sql.errors`; `Withheld` where a guarantee does not hold.
        """
        return build_project(self._options(select, exclude, full_refresh, locked), observe or _silent)

    def test(
        self,
        select: Sequence[str] = (),
        exclude: Sequence[str] = (),
        *,
        observe: Callable[[Event], None] | None = None,
    ) -> BuildResult:
        """What `personatwin test` does: private models and the existing release, nothing is published.

        Raises CheckFailed, with the run as `.result`, when a test of severity `error` fails.
        """
        return test_project(self._options(select, exclude), observe or _silent)

    def query(self, sql: str) -> Rows:
        """Rows of one statement over the release."""
        return self.release.query(sql)

    @property
    def release(self) -> ReleaseView:
        """The last good build of the target. Raises Unavailable PT408 where there is none."""
        from personatwin_sql.workflow.last_release import last_release

        return ReleaseView(*last_release(self._options()))

    def _options(
        self,
        select: Sequence[str] = (),
        exclude: Sequence[str] = (),
        full_refresh: bool = False,
        locked: bool = False,
    ) -> Options:
        return Options(self.path, self.target, self.vars, tuple(select), tuple(exclude), full_refresh, locked)

    def __repr__(self) -> str:
        return f"Project({str(self.path)!r})"


def _silent(event: Event) -> None:
    """Nobody watches."""
