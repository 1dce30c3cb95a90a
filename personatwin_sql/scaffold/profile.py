"""`profile`: what a source or file is like, for its owner, and what each column is probably for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.column_statistics import Statistics, statistics_of
from personatwin_sql.engine.given_file import given_source, refuse_server
from personatwin_sql.engine.lone_file import asked_file
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.scaffold.recognition import FileColumn, recognised
from personatwin_sql.spec.domain import Column, Domain
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.project import SourceTable
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class ColumnRole:
    """What a column is, or probably is."""

    column: str
    role: Role
    meaning: str | None
    """The domain's name for it; None where it is not recognised, and therefore stays inside."""
    is_declared: bool
    """Whether the project says it, and not only its name."""


@dataclass(frozen=True)
class Profile:
    """Statistics of a relation with the roles of its columns."""

    subject: str
    domain: str
    statistics: Statistics
    roles: tuple[ColumnRole, ...]
    person: str | None
    """The column that names people: bands count them, else rows."""


def profile(loaded: Loaded | None, subject: str, domain: str | None, unit: str | None) -> Profile:
    """The profile of a file, or of a source of the project. Nothing is kept, and no value is told.

    Raises ProjectError: PT030 unknown domain, PT514 no such source or file, PT515 no such `unit`; and what
    reading it raises.
    """
    table, declared = _table(loaded, subject)
    root = None if loaded is None else loaded.root
    known = load_domain(domain, root) if domain else loaded.domain if loaded else load_domain("custom")
    with asked_file(table) as asked:
        names = [name for name, _ in asked.columns]
        roles = _roles(names, known, declared)
        person = _person(unit, names, roles)
        return Profile(subject, known.name, statistics_of(asked, person), roles, person)


def _table(loaded: Loaded | None, subject: str) -> tuple[SourceTable, Mapping[str, Column]]:
    """Where the rows are, and what the project says of their columns."""
    source, _, name = subject.partition(".")
    tables = {} if loaded is None else loaded.project.sources
    if loaded is not None and name in tables.get(source, {}):
        table = tables[source][name]
        written = {"path": table.path, "sqlite": table.sqlite}
        files = {key: str(loaded.root / file) for key, file in written.items() if file}
        return table.model_copy(update=files), loaded.domain.sources[subject]
    path, _, _ = subject.rpartition(":")
    if Path(subject).is_file() or (path and Path(path).is_file()):
        return given_source(subject), {}
    refuse_server(subject)
    sources = [f"{source}.{name}" for source, found in tables.items() for name in found]
    label = suggestion(subject, sources)
    fix = "name a file, or a source of the project: personatwin ls --select resource_type:source"
    if loaded is not None and subject in {model.name for model in loaded.models}:
        fix = f"`{subject}` is a model, whose risk is told: personatwin risk {subject}"
    raise ProjectError(
        Diagnostic("PT514", f"there is no source and no file `{subject}`", label=label, fixes=(fix,))
    )


def _roles(names: list[str], domain: Domain, declared: Mapping[str, Column]) -> tuple[ColumnRole, ...]:
    """As declared, else as the entity that knows most of the names takes them."""
    entities = [recognised(names, entity.columns) for entity in domain.entities.values()]
    best = max(entities, key=_recognised, default=recognised(names, {}))
    said = {folded(name): column for name, column in declared.items()}
    return tuple(_role(column, said.get(folded(column.column))) for column in best)


def _recognised(columns: tuple[FileColumn, ...]) -> int:
    return sum(column.name is not None and column.taken_by is None for column in columns)


def _role(column: FileColumn, declared: Column | None) -> ColumnRole:
    found = ColumnRole(column.column, column.role, column.name, is_declared=False)
    return found if declared is None else replace(found, role=declared.role, is_declared=True)


def _person(unit: str | None, names: list[str], roles: tuple[ColumnRole, ...]) -> str | None:
    if unit is None:
        return next((role.column for role in roles if role.role is Role.PRIVACY_UNIT), None)
    for name in names:
        if folded(name) == folded(unit):
            return name
    raise ProjectError(Diagnostic("PT515", f"there is no column `{unit}`", label=suggestion(unit, names)))
