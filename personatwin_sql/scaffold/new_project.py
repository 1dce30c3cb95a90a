"""`init`: a folder that builds at once, written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from personatwin_sql.engine.sources import describe
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.release.durable_file import unavailable
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.scaffold.recognition import recognised
from personatwin_sql.scaffold.table_design import TableDesign
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.library import demo
from personatwin_sql.spec.loader import load, load_domain
from personatwin_sql.spec.project import SourceTable
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.validation import IDENTIFIER

_SAMPLES = {"people": "data/people.csv", "events": "data/events.csv"}


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    name: str
    folder: Path
    domain: str
    level: str
    people: str | None = None
    """A file, or `FILE.duckdb:TABLE`; without it the project gets the sample data."""
    events: str | None = None


def new_project(wish: Wish) -> ProjectDesign:
    """Writes the project and returns its design.

    Reads the names of the files' columns, never a value. Raises ProjectError: PT504 name, PT505 folder,
    PT506 files that cannot become a project, PT507 events without their people; Unavailable when
    the folder cannot be written.
    """
    _check_name(wish.name)
    _check_folder(wish.folder)
    if wish.events is not None and wish.people is None:
        raise ProjectError(
            Diagnostic(
                "PT507",
                "events need the people whose they are, and no file of people is named",
                fixes=(
                    "add `--people FILE`, with one row a person; one wide file of events is not read yet",
                ),
            )
        )
    domain = load_domain(wish.domain)
    with _written_whole(wish.folder) as folder:
        design = _design(wish, domain, folder)
        for path, text in design.files().items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        load(folder)  # what init writes, the loader takes: checked here, not at the first build
    return design


def _design(wish: Wish, domain: Domain, folder: Path) -> ProjectDesign:
    """The design; sample data is put into the folder on the way."""
    given = {name: file for name in ("people", "events") if (file := getattr(wish, name)) is not None}
    if not given:
        (folder / "data").mkdir()
        for path in _SAMPLES.values():
            shutil.copyfile(demo() / path, folder / path)
    tables = {
        name: _table(name, source, domain, folder)
        for name, source in (
            {name: _source_table(file, wish.folder) for name, file in given.items()}
            or {name: SourceTable(path=path) for name, path in _SAMPLES.items()}
        ).items()
    }
    people, events = tables["people"], tables.get("events")
    _check_people(people, domain)
    if events is not None:
        _check_events(people, events, domain)
    return ProjectDesign(wish.name, wish.domain, wish.level, people, events, is_sample=not given)


def _table(name: str, source: SourceTable, domain: Domain, folder: Path) -> TableDesign:
    columns = [column for column, _ in describe(folder, source)]
    known = domain.entities[name].columns if name in domain.entities else {}
    return TableDesign(source.path, source.table, recognised(columns, known))


def _source_table(file: str, folder: Path) -> SourceTable:
    """The file as `project.yml` names it: relative to the project, unless it lies on another drive."""
    path, colon, table = file.rpartition(":")
    if Path(file).exists() or not colon or not Path(path).exists():
        path, table = file, ""
    try:
        shown = Path(os.path.relpath(Path(path).resolve(), folder.resolve())).as_posix()
    except ValueError:
        shown = str(Path(path).resolve())
    return SourceTable(path=shown, table=table or None)


def _check_name(name: str) -> None:
    if re.fullmatch(IDENTIFIER, name):
        return
    better = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
    fixes = (f"try `{better}`",) if re.fullmatch(IDENTIFIER, better) else ()
    message = "a project's name starts with a letter and has only a-z, A-Z, 0-9 and _"
    raise ProjectError(Diagnostic("PT504", message, fixes=fixes))


def _check_folder(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        message = f"`{folder}` is there already: nothing was written"
        raise ProjectError(Diagnostic("PT505", message, fixes=("choose another name, or an empty folder",)))
    if not folder.resolve().parent.is_dir():
        message = f"the folder around `{folder}` does not exist"
        raise ProjectError(Diagnostic("PT505", message, fixes=("make it first",)))


def _check_people(people: TableDesign, domain: Domain) -> None:
    if people.names(Role.QUASI_IDENTIFIER):
        return
    known = domain.entities["people"].columns if "people" in domain.entities else {}
    names = ", ".join(name for name, column in known.items() if column.role is Role.QUASI_IDENTIFIER)
    raise ProjectError(
        Diagnostic(
            "PT506",
            f"no column of the people is known to the domain `{domain.name}`: nothing could be released",
            fixes=(
                f"rename columns to what they are: {names}",
                "or choose another `--domain` (`personatwin domain list`)",
            ),
        )
    )


def _check_events(people: TableDesign, events: TableDesign, domain: Domain) -> None:
    for name, table in (("people", people), ("events", events)):
        if table.unit is None:
            known: Mapping[str, object] = domain.entities[name].columns if name in domain.entities else {}
            unit = "person_id" if "person_id" in known or not known else next(iter(known))
            raise ProjectError(
                Diagnostic(
                    "PT507",
                    f"no column of the {name} is taken for the person, so people and events cannot be joined",
                    fixes=(f"name the column `{unit}` in both files", "or leave `--events` out"),
                )
            )


@contextmanager
def _written_whole(folder: Path) -> Iterator[Path]:
    """A folder beside the final one, which takes its place when everything is in it."""
    final = folder.resolve()
    draft = final.with_name(f".{final.name}-{secrets.token_hex(4)}")
    try:
        draft.mkdir()
        yield draft
        if final.exists():
            final.rmdir()
        draft.rename(final)
    except OSError as error:
        raise unavailable(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
