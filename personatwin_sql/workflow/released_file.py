"""Commands that read the release: query, show, report."""

from __future__ import annotations

import json
from pathlib import Path

from personatwin_sql.engine import reader
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.release.state import read_state
from personatwin_sql.workflow.last_release import last_state
from personatwin_sql.workflow.options import Options, Reports, Table
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.project import opened
from personatwin_sql.workflow.questions import questions_of, rewrite_reports


def query(options: Options, sql: str, limit: int) -> Table:
    """Rows of a query over the release file, which is opened with nothing else in reach."""
    _, paths = opened(options)
    return _read(paths, sql, limit)


def show(options: Options, node: str, limit: int) -> Table:
    """The first rows of a released table; a private model is refused."""
    loaded, paths = opened(options)
    names = {model.name for model in loaded.models}
    if node not in names:
        raise ProjectError(
            Diagnostic("PT510", f"there is no model `{node}`", fixes=("list them: personatwin ls",))
        )
    released = {table.name for table in reader.tables(paths.release) if table.schema == "main"}
    if node not in released:
        raise ProjectError(
            Diagnostic(
                "PT511",
                f"`{node}` is not in the release: only released tables are shown",
                fixes=(
                    "build it: personatwin build",
                    "a private model is looked at in DuckDB's own shell, with the SQL under target/compiled",
                ),
            )
        )
    return _read(paths, f'SELECT * FROM "{node}"', limit)


def _read(paths: Paths, sql: str, limit: int) -> Table:
    columns, rows = reader.query(paths.release, sql, limit)
    return Table(columns, tuple(rows))


def report(options: Options, *, needs_release: bool) -> Reports:
    """Write the reports of the last good build again; the owner's of one withheld since stays as it is.

    Unavailable PT408 where nothing was published, unless the owner's of a build that was withheld is enough.
    """
    loaded, paths = opened(options)
    owners = _reports(paths.owner)
    is_withheld = _is_withheld(paths)
    if is_withheld and not needs_release and read_state(paths.private, loaded.target) is None:
        return Reports((), owners, is_withheld)
    state = last_state(loaded, paths)
    rewrite_reports(state.release, questions_of(loaded), paths, is_owners_kept=is_withheld)
    return Reports(_reports(paths.release_folder), owners, is_withheld)


def _reports(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / f"report.{form}" for form in ("html", "md", "json"))


def _is_withheld(paths: Paths) -> bool:
    """Whether the owner's report that lies there is of a build that was withheld."""
    try:
        return bool(json.loads((paths.owner / "report.json").read_bytes())["held"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
