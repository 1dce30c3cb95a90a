"""`init`: a folder that builds at once, written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path

from personatwin_sql.engine.given_file import given_source
from personatwin_sql.engine.sources import describe
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import unavailable
from personatwin_sql.scaffold.advice import Advice, only_top, other_domain
from personatwin_sql.scaffold.ages import ages, birth_column
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.scaffold.recognition import decided, recognised, without_events, without_people
from personatwin_sql.scaffold.table_design import UNIT, TableDesign
from personatwin_sql.spec.domain import Column, Domain
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
    """The same of events; without people it is a wide file, whose rows repeat what is known of the person."""
    target_risk: float | None = None
    columns: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    """`people` or `events` → column of the file → what it is, whatever the domain takes it for."""
    reference_date: str | None = None
    """The day on which ages are computed out of birth dates, where people have no column of ages."""
    person: str | None = None
    """The column of the person's key in each file, where its name does not say it."""
    has_budget: bool = False
    """Whether a table with noise and its budget are proposed, where events have dates and people a county."""
    home: Path | None = None
    """A folder whose `domains/` are known too, and become the project's."""


def new_project(wish: Wish) -> ProjectDesign:
    """Writes the project and returns its design.

    Reads the names of the files' columns, never a value. Raises ProjectError: PT504 name, PT505 folder,
    PT506 and PT509 files that cannot become a project, PT507 events without their people; Unavailable when
    the folder cannot be written.
    """
    _check_name(wish.name)
    _check_folder(wish.folder)
    design = _design(wish, load_domain(wish.domain, wish.home))
    with _written_whole(wish.folder) as folder:
        for path, text in design.files().items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        if wish.home is not None:
            shutil.copytree(wish.home / "domains", folder / "domains", dirs_exist_ok=True)
        if design.is_sample:
            (folder / "data").mkdir()
            for path in _SAMPLES.values():
                shutil.copyfile(demo() / path, folder / path)
        load(folder)  # what init writes, the loader takes: checked here, not at the first build
    return design


def _design(wish: Wish, domain: Domain) -> ProjectDesign:
    given = {"people": wish.people or wish.events, "events": wish.events}
    sources = {name: given_source(file) for name, file in given.items() if file is not None}
    columns = {name: _columns(source, wish) for name, source in sources.items()}
    tables = {name: _table(name, source, columns, wish, domain) for name, source in sources.items()} or {
        name: _sample_table(name, path, domain) for name, path in _SAMPLES.items()
    }
    people, events = tables["people"], tables.get("events")
    if wish.reference_date is not None:
        found = ages(people.columns, _known("people", domain), wish.reference_date)
        people = replace(people, ages=found)
    is_wide = wish.people is None and wish.events is not None
    if events is not None:
        _check_events(people, events, domain, is_wide=is_wide)
    _check_people(people, domain, is_wide=is_wide)
    design = ProjectDesign(wish.name, wish.domain, wish.level, people, events, not sources, wish.target_risk)
    advice = _advice(wish, design, domain, columns)
    return replace(design, is_wide=is_wide, advice=advice, has_budget=wish.has_budget)


def _advice(
    wish: Wish, design: ProjectDesign, domain: Domain, columns: Mapping[str, tuple[str, ...]]
) -> Advice:
    people, events = design.people, design.events
    quasi = people.specs(Role.QUASI_IDENTIFIER)
    stars = only_top(quasi, domain, wish.level)
    born = birth_column(people.columns, _known("people", domain)) if people.ages is None else None
    other, there = other_domain(domain, columns) if wish.domain == "custom" else (None, ())
    return Advice(
        only_top=stars,
        unsaid=tuple(name for name in stars if quasi[name].place == "address"),
        event_places=() if events is None else _event_places(events, quasi, domain, wish.level),
        birth_column=born.column if born is not None else None,
        other_domain=other,
        known_there=there,
    )


def _event_places(
    events: TableDesign, of_people: Mapping[str, Column], domain: Domain, level: str
) -> tuple[str, ...]:
    specs = events.specs(Role.QUASI_IDENTIFIER)
    places = {name: spec for name, spec in specs.items() if spec.place and name not in of_people}
    too_fine = only_top(places, domain, level)
    return tuple(name for name in places if name not in too_fine)


def _columns(source: SourceTable, wish: Wish) -> tuple[str, ...]:
    """The columns of a file; raises ProjectError PT522 where the key of the person is not among them."""
    columns = tuple(column for column, _ in describe(Path(), source))
    if wish.person is None or wish.person in columns:
        return columns
    message = f"`{source.shown}` has no column `{wish.person}`, which was named as the key of the person"
    label = suggestion(wish.person, columns)
    fix = "write the name as it stands in the file; both files have to have it"
    raise ProjectError(Diagnostic("PT522", message, label=label, fixes=(fix,)))


def _table(
    name: str, source: SourceTable, columns: Mapping[str, tuple[str, ...]], wish: Wish, domain: Domain
) -> TableDesign:
    """A given file, its path as `project.yml` has it: relative, unless it lies on another drive."""
    named = Path(source.shown)
    file = named.parent.resolve() / named.name  # a link keeps its own name
    try:
        path = Path(os.path.relpath(file, wish.folder.resolve())).as_posix()
    except ValueError:
        path = str(file)
    known = _known(name, domain)
    shared = {column for other, columns_of in columns.items() if other != name for column in columns_of}
    taken = recognised(columns[name], known, person=wish.person, shared=shared)
    if wish.people is None:
        other, without = ("events", without_events) if name == "people" else ("people", without_people)
        taken = without(taken, recognised(columns[name], _known(other, domain), person=wish.person))
    found = decided(taken, wish.columns.get(name, {}), known)
    return TableDesign(path, source.table, found, is_sqlite=source.sqlite is not None)


def _sample_table(name: str, path: str, domain: Domain) -> TableDesign:
    columns = [column for column, _ in describe(demo(), SourceTable(path=path))]
    return TableDesign(path, None, recognised(columns, _known(name, domain)))


def _known(name: str, domain: Domain) -> Mapping[str, Column]:
    return domain.entities[name].columns if name in domain.entities else {}


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


def _check_people(people: TableDesign, domain: Domain, *, is_wide: bool) -> None:
    if people.specs(Role.QUASI_IDENTIFIER):
        return
    if is_wide:
        message = "events need the people whose they are, and no file of people is named"
        fixes = (
            "add `--people FILE`, with one row a person",
            "or name a file of events whose rows repeat the columns of their person",
        )
        raise ProjectError(Diagnostic("PT507", message, fixes=fixes))
    known = _known("people", domain).items()
    names = ", ".join(name for name, column in known if column.role is Role.QUASI_IDENTIFIER)
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


def _check_events(people: TableDesign, events: TableDesign, domain: Domain, *, is_wide: bool) -> None:
    for name, table in (("people", people), ("events", events)):
        if table.unit is None:
            known = _known(name, domain).items()
            unit = next((column for column, spec in known if spec.role is Role.PRIVACY_UNIT), UNIT)
            what = "people and events cannot be joined"
            fixes = ["say which it is: --person COLUMN", f"or name the column `{unit}` in both files"]
            fixes.append("or leave `--events` out")
            if is_wide:
                what = "nobody knows whose the events are"
                fixes[1:] = [f"or name the column `{unit}`"]
            message = f"no column of the {name} is taken for the person, so {what}"
            raise ProjectError(Diagnostic("PT507", message, fixes=tuple(fixes)))


@contextmanager
def _written_whole(folder: Path) -> Iterator[Path]:
    """A draft beside the folder, or inside if that is there already; it takes its place when all is in it."""
    final = folder.resolve()
    is_there = final.exists()
    name = f".{final.name}-{secrets.token_hex(4)}"
    draft = final / name if is_there else final.with_name(name)
    try:
        draft.mkdir()
        yield draft
        if is_there:
            for path in sorted(draft.iterdir()):
                path.rename(final / path.name)
        else:
            draft.rename(final)
    except OSError as error:
        raise unavailable(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
