"""Sources into the session: checked against the domain, read once, needed columns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.engine.hierarchies import materialize
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.sources import SourceQuality, check_columns, describe, load
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.release.fingerprint import SourceStamp
from personatwin_sql.release.result import ReleasedSource
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import SourceTable
from personatwin_sql.workflow.narrator import Narrator


@dataclass(frozen=True)
class ReadSources:
    """What was read, and in what state it was."""

    qualities: Mapping[str, SourceQuality] = field(default_factory=dict)


def tables_of(loaded: Loaded) -> Mapping[str, SourceTable]:
    """`court.people` → its table."""
    return {
        f"{source}.{name}": table
        for source, tables in loaded.project.sources.items()
        for name, table in tables.items()
    }


def check_sources(loaded: Loaded) -> None:
    """Every column of every source has a role; raises ProjectError with all that have none."""
    diagnostics: list[Diagnostic] = []
    for name, table in tables_of(loaded).items():
        described = describe(loaded.root, table, name, loaded.place(f"project.sources.{name}"))
        diagnostics.extend(check_columns(loaded, name, described))
    if diagnostics:
        raise ProjectError(diagnostics)


def read_sources(
    session: Session, compiled: Compiled, needed: Mapping[str, frozenset[str]], narrator: Narrator
) -> ReadSources:
    """Read each needed source once into the session, and lay the taxonomies beside it."""
    loaded = compiled.loaded
    qualities = {}
    for name, table in tables_of(loaded).items():
        if name not in needed:
            continue
        with narrator.node(name) as telling:
            quality = load(
                session, loaded.root, name, table, loaded.domain.sources[name], needed[name],
                entity=loaded.domain.source_entities.get(name, ""),
                place=loaded.place(f"project.sources.{name}"),
            )  # fmt: skip
            telling.detail = f"{len(needed[name])} columns read"
            qualities[name] = quality
    for name, hierarchy in _taxonomies(compiled).items():
        materialize(session, name, hierarchy)
    return ReadSources(qualities)


def _taxonomies(compiled: Compiled) -> dict[str, object]:
    return {
        column.hierarchy_name: column.hierarchy
        for model in compiled.models.values()
        for column in model.quasi_identifiers
        if column.hierarchy.kind == "taxonomy" and column.hierarchy_name is not None
    }


def released_sources(stamps: Sequence[SourceStamp]) -> tuple[ReleasedSource, ...]:
    """Sources as the public may know them: a keyed digest and a date."""
    return tuple(
        ReleasedSource(
            name=stamp.name,
            path=stamp.path,
            digest=stamp.digest,
            date=datetime.fromtimestamp(stamp.mtime_ns / 1e9, UTC).date().isoformat(),
        )
        for stamp in stamps
    )
