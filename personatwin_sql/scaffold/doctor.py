"""`doctor`: what keeps a project from building, or from staying private, found before it hurts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.source import Source
from personatwin_sql.engine.sources import describe, sources_of
from personatwin_sql.errors import PersonaTwinError, ProjectError, Unavailable
from personatwin_sql.release.fingerprint import is_same_file
from personatwin_sql.release.state import read_state
from personatwin_sql.scaffold.check import Check
from personatwin_sql.scaffold.installation import installation
from personatwin_sql.scaffold.private_state import PRIVATE, folder_checks
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import find_root, load


def doctor(
    start: Path, target: str | None = None, vars: Mapping[str, object] | None = None
) -> tuple[Check, ...]:
    """Checks the installation, and the project around a folder if there is one. Changes nothing."""
    checks = list(installation())
    try:
        root = find_root(start)
    except ProjectError:
        return (*checks, Check("project", None, "no project here", "begin one: personatwin init NAME"))
    try:
        loaded = load(root, target, vars)
    except PersonaTwinError as error:
        count = len(error.diagnostics)
        fix = "`personatwin compile` says which"
        checks.append(Check("project", False, f"{count} mistake{'' if count == 1 else 's'}", fix))
        return (*checks, *folder_checks(root))
    checks.append(Check("project", True, f"{loaded.project.name}, models: {len(loaded.models)}"))
    return (*checks, *_sources(loaded), *folder_checks(root), _release(loaded))


def _sources(loaded: Loaded) -> Iterator[Check]:
    for source in sources_of(loaded):
        yield _source(loaded, source)


def _source(loaded: Loaded, source: Source) -> Check:
    """Readable, and every column listed. Names of columns only; no row is looked at."""
    check = f"source {source.name}"
    try:
        columns = [column for column, _ in describe(source.root, source.table)]
    except PersonaTwinError as error:
        first = error.diagnostics[0]
        return Check(check, False, first.message, "; ".join(first.fixes))
    known = {folded(column) for column in source.columns} | source.others
    unlisted = sum(folded(column) not in known for column in columns)
    fix = f"list them in {loaded.domain.path}, or the build stops"
    return Check(check, unlisted == 0, f"{len(columns)} columns, {unlisted} without a role", fix)


def _release(loaded: Loaded) -> Check:
    private = loaded.root / PRIVATE
    try:
        state = read_state(private, loaded.target) if private.exists() else None
    except Unavailable as error:
        first = error.diagnostics[0]
        return Check("release", False, first.message, "; ".join(first.fixes))
    if state is None:
        return Check("release", None, f"no build of `{loaded.target}` yet", "personatwin build")
    in_step = is_same_file(loaded.root, state.file)
    detail = "as the last build left it" if in_step else "not the file that the last build wrote"
    return Check("release", in_step, f"{state.file.path}: {detail}", "personatwin build")
