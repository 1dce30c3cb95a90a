"""`export`: released tables as CSV, Parquet or JSON, with a manifest that says what they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from personatwin_sql.engine.export import Exported, Exporter, ExportForm, exporter, released_names
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.release.durable_file import (
    PUBLIC,
    public_folder,
    put_in_place,
    sync,
    unavailable,
    write_durably,
)
from personatwin_sql.release.export_manifest import MANIFEST, export_manifest, sha256_of
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.project import opened

_FACTS = ("releases", "columns", "guarantees", "labels")
_OF_NOISE = ("privacy", "noise", "budgets")
"""There where something was drawn."""


def export(
    options: Options, nodes: Sequence[str], form: ExportForm, folder: Path | None, force: bool
) -> tuple[Exported, ...]:
    """Write released tables, all or those named, into a folder; the manifest last, for it vouches for all.

    Raises ProjectError: PT512 a target that does not publish, PT510 and PT511 a table that is not in the
    release, PT513 a folder with something in it, without `force`; Unavailable PT408 without a release.
    """
    loaded, paths = opened(options)
    if not loaded.publishes:
        raise ProjectError(
            Diagnostic(
                "PT512",
                f"the target `{loaded.target}` does not publish, so nothing of it leaves",
                loaded.place(f"project.targets.{loaded.target}"),
                fixes=("export the target that publishes",),
            )
        )
    wanted = (folder or paths.release_folder / form).absolute()
    with exporter(paths.release, wanted) as release:
        names = release.names()
        _check_names(nodes, names, {model.name for model in loaded.models})
        check_folder(wanted, folder or wanted, force)
        public_folder(wanted)
        return _written(release, released_names(names, nodes), form, wanted)


def export_release(release_file: Path, form: ExportForm, folder: Path) -> tuple[Exported, ...]:
    """All tables of a release into a folder that is empty or not there; raises as `export` does."""
    with exporter(release_file, folder.absolute()) as release:
        check_folder(folder, folder, force=False)
        public_folder(folder)
        return _written(release, release.names(), form, folder.absolute())


def _written(release: Exporter, names: Sequence[str], form: ExportForm, folder: Path) -> tuple[Exported, ...]:
    there = release.fact_tables()
    facts = {table: release.facts(table) for table in _FACTS}
    facts |= {table: release.facts(table) if table in there else [] for table in _OF_NOISE}
    found, files = [], []
    try:
        _remove_earlier(folder)
        for name in names:
            path = folder / f"{name}.{form}"
            temporary = path.with_name(f".{path.name}.new")
            try:
                exported = release.copy(name, form, temporary)
                temporary.chmod(PUBLIC)
                sync(temporary)
                put_in_place(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
            found.append(Exported(name, path, exported.rows, exported.guarded_cells))
            file = {
                "table": name,
                "path": path.name,
                "rows": exported.rows,
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
            files.append(file | ({"guarded_cells": exported.guarded_cells} if form == "csv" else {}))
    except OSError as error:
        raise unavailable(folder, error) from None
    content = export_manifest(form, files, facts)
    write_durably(folder / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n")
    return tuple(found)


def _remove_earlier(folder: Path) -> None:
    """The files of an earlier export, by its manifest, which must not vouch for what is being replaced."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    try:
        written = [str(file["path"]) for file in json.loads(manifest.read_bytes())["files"]]
    except (ValueError, KeyError, TypeError):  # another program's: it is in the way, its files are not
        written = []
    manifest.unlink()
    for name in written:
        if Path(name).name == name:
            (folder / name).unlink(missing_ok=True)


def _check_names(nodes: Sequence[str], released: Sequence[str], models: set[str]) -> None:
    problems = []
    for name in nodes:
        if name in released:
            continue
        if name in models:
            message = f"`{name}` is not in the release: only released tables are exported"
            problems.append(Diagnostic("PT511", message, fixes=("build it: personatwin build",)))
        else:
            label = suggestion(name, released)
            problems.append(Diagnostic("PT510", f"there is no released table `{name}`", label=label))
    if problems:
        raise ProjectError(problems)


def check_folder(folder: Path, shown: Path, force: bool) -> None:
    """A folder that is not empty is somebody's; with `force`, files of the same names are replaced."""
    try:
        is_taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise unavailable(folder, error) from None
    if is_taken and not (force and folder.is_dir()):
        raise ProjectError(
            Diagnostic(
                "PT513",
                f"`{shown}` is not an empty folder: nothing was written",
                Place(str(shown)),
                fixes=("name another: --output FOLDER", "or replace what an export left there: --force"),
            )
        )
