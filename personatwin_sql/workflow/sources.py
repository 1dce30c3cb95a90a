"""Sources into the session: checked against the domain, read once, needed columns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime
from pathlib import PurePath

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.protection import spread_columns
from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.hierarchies import materialize
from personatwin_sql.engine.person_ids import check_spellings
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import Source, sources_of
from personatwin_sql.engine.source_columns import check_columns
from personatwin_sql.engine.source_file import SourceFile, inspect
from personatwin_sql.engine.source_quality import InvalidValues, SourceQuality
from personatwin_sql.engine.sources import have_whole_keys, load
from personatwin_sql.errors import Diagnostic, NodeError, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.fingerprint import SourceStamp
from personatwin_sql.release.result import ReleasedSource
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.narrator import Narrator


@dataclass(frozen=True)
class Inspected:
    """A source and its file, whose columns all have a role."""

    source: Source
    file: SourceFile


@dataclass(frozen=True)
class ReadSources:
    """What was read, and in what state it was."""

    qualities: Mapping[str, SourceQuality] = field(default_factory=dict)


def inspect_sources(loaded: Loaded) -> tuple[Inspected, ...]:
    """Look at the columns of every source; raises ProjectError with all that have no role."""
    diagnostics: list[Diagnostic] = []
    found = []
    for source in sources_of(loaded):
        file = inspect(source.root, source.table, source.place)
        diagnostics.extend(check_columns(source, file.columns))
        found.append(Inspected(source, file))
    if diagnostics:
        raise ProjectError(diagnostics)
    return tuple(found)


def columns_there(inspected: Sequence[Inspected]) -> Mapping[str, frozenset[str]]:
    """Source → folded names of the columns of its file."""
    return {item.source.name: frozenset(folded(name) for name, _ in item.file.columns) for item in inspected}


def read_sources(
    session: Session,
    compiled: Compiled,
    inspected: Sequence[Inspected],
    needed: Mapping[str, frozenset[str]],
    narrator: Narrator,
) -> ReadSources:
    """Read each needed source once into the session, and lay the taxonomies beside it.

    Raises NodeError with the diagnostics of all sources that hold unreadable values; its `qualities` are for
    the owner.
    """
    qualities: dict[str, SourceQuality] = {}
    invalid: list[Diagnostic] = []
    today = date.today()
    loaded = compiled.loaded
    has_whole_keys = have_whole_keys((item.source, item.file) for item in inspected)
    for item in inspected:
        name = item.source.name
        if name not in needed:
            continue
        try:
            with narrator.node(name) as telling:
                qualities[name] = load(
                    session,
                    item.source,
                    item.file,
                    needed[name],
                    today,
                    has_whole_keys=has_whole_keys,
                    ids=loaded.project.ids,
                )
                telling.detail = f"{len(needed[name])} columns read"
        except InvalidValues as error:
            qualities[name] = error.quality
            invalid.extend(error.diagnostics)
    if not invalid and not has_whole_keys and loaded.project.ids is None:
        people = [item.source for item in inspected if item.source.name in needed and _has_written_ids(item)]
        problems, qualities = check_spellings(session, people, qualities)
        invalid.extend(problems)
    if invalid:
        raise UnreadableSources(invalid, ReadSources(qualities))
    for name, hierarchy in _taxonomies(compiled).items():
        materialize(session, name, hierarchy, loaded.place(f"domain.hierarchies.{name}"))
    return ReadSources(qualities)


def _has_written_ids(item: Inspected) -> bool:
    """Whether the source names people by ids that are text."""
    source = item.source
    key = source.columns.get(source.person_column)
    names = {folded(name) for name, _ in item.file.columns}
    is_text = key is not None and key.role is Role.PRIVACY_UNIT and key.type == "text"
    return is_text and folded(source.person_column) in names


class UnreadableSources(NodeError):
    """Sources hold values that are not of their type, or ids of which it is not clear who they are."""

    def __init__(self, diagnostics: Sequence[Diagnostic], sources: ReadSources) -> None:
        super().__init__(diagnostics)
        self.sources = sources


def _taxonomies(compiled: Compiled) -> dict[str, Taxonomy]:
    return {
        column.hierarchy_name: column.hierarchy
        for model in compiled.models.values()
        for column in (*model.quasi_identifiers, *spread_columns(model))
        if isinstance(column.hierarchy, Taxonomy) and column.hierarchy_name is not None
    }


def _told(path: str) -> str:
    """A file outside the project is told by its name alone: where it lies is the owner's business."""
    pure = PurePath(path)
    return pure.name if pure.is_absolute() or ".." in pure.parts else path


def released_sources(stamps: Sequence[SourceStamp]) -> tuple[ReleasedSource, ...]:
    """Sources as the public may know them: a keyed digest and a date."""
    return tuple(
        ReleasedSource(
            name=stamp.name,
            path=_told(stamp.path),
            digest=stamp.digest,
            date=datetime.fromtimestamp(stamp.mtime_ns / 1e9, UTC).date().isoformat(),
        )
        for stamp in stamps
    )
