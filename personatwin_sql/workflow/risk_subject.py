"""What `risk` can be asked of: a file, a source or private model of the project, a released table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.engine import reader
from personatwin_sql.engine.given_file import given_source, refuse_server
from personatwin_sql.engine.lone_file import Arrays, Ask, Asked, asked_file
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.pattern import PatternRisk
from personatwin_sql.release.result import PopulationRisk, Release
from personatwin_sql.spec.hierarchy import Hierarchy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.last_release import last_release
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.private_relation import asked_node
from personatwin_sql.workflow.project import compiled_and_judged, opened


@dataclass(frozen=True)
class Subject:
    """A relation with what is known of its columns."""

    asked: Asked
    is_private: bool
    quasi: tuple[str, ...] = ()
    unit: str | None = None
    people: str | None = None
    kept_inside: tuple[str, ...] = ()
    """Columns by whose values nobody is grouped."""
    patterns: tuple[PatternRisk, ...] = ()
    """Of released events: what somebody learns who knows some of a person's."""
    journalist: PopulationRisk | None = None
    """Of released people: what the release says of its population, by its own quasi-identifiers."""
    loaded: Loaded | None = None
    """Of private data: its project, which may name a population."""
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)
    """Of private data: of its columns, by folded names."""


@contextmanager
def subject_of(options: Options, name: str) -> Iterator[Subject]:
    path, _, table = name.rpartition(":")
    if Path(name).is_file() or (table and Path(path).is_file()):
        with asked_file(given_source(name), often=True) as asked:
            yield Subject(asked, is_private=True)
        return

    refuse_server(name)
    loaded, paths = opened(options)
    compiled = compiled_and_judged(loaded)
    if name not in compiled.graph.nodes:
        label = suggestion(name, compiled.graph.nodes)
        fixes = ("name a file, or a source or model of the project: personatwin ls",)
        raise ProjectError(Diagnostic("PT514", f"there is no relation `{name}`", label=label, fixes=fixes))
    if name in compiled.models and compiled.models[name].protection is not None:
        file, release = last_release(options)
        with reader.asking(file) as (ask, arrays):
            yield _released(release, name, ask, arrays)
        return
    with asked_node(compiled, paths, name) as asked:
        present = {folded(column) for column, _ in asked.columns}
        every = _roles(compiled, name).items()
        roles = {column: role for column, role in every if folded(column) in present}
        yield Subject(
            asked,
            is_private=True,
            quasi=tuple(column for column, role in roles.items() if role is Role.QUASI_IDENTIFIER),
            unit=next((column for column, role in roles.items() if role is Role.PRIVACY_UNIT), None),
            kept_inside=tuple(
                column
                for column, role in roles.items()
                if role in (Role.DIRECT_IDENTIFIER, Role.PRIVACY_UNIT)
            ),
            loaded=loaded,
            hierarchies=_hierarchies(compiled, name),
        )


def _roles(compiled: Compiled, name: str) -> dict[str, Role]:
    if name in compiled.models:
        return {column.name: column.role for column in compiled.models[name].authored.columns}
    return {column: fact.role for column, fact in compiled.loaded.domain.sources[name].items()}


def _hierarchies(compiled: Compiled, name: str) -> dict[str, Hierarchy]:
    if name in compiled.models:
        found = {column.name: column.hierarchy for column in compiled.models[name].authored.columns}
    else:
        found = {column: fact.hierarchy for column, fact in compiled.loaded.domain.sources[name].items()}
    return {folded(column): hierarchy for column, hierarchy in found.items() if hierarchy is not None}


def _released(release: Release, name: str, ask: Ask, arrays: Arrays) -> Subject:
    """A released table: of people, or of personas that stand for several."""
    model = next((model for model in release.models if model.name == name), None)
    if model is None:
        message = f"`{name}` is not in the release"
        raise ProjectError(Diagnostic("PT511", message, fixes=("build it: personatwin build",)))
    columns = tuple((column.name, column.type) for column in model.columns)
    asked = Asked(ask, f"main.{identifier(name)}", columns, arrays)
    if model.protection not in ("k_anonymity", "personas"):
        patterns = (
            PatternRisk(each.known_events, each.fewest_people, each.unique_share, each.is_exact)
            for each in model.event_patterns
        )
        return Subject(asked, is_private=False, patterns=tuple(patterns))
    quasi = tuple(column.name for column in model.columns if column.role is Role.QUASI_IDENTIFIER)
    people = "people" if model.protection == "personas" else None
    journalist = model.risk.journalist if model.risk is not None else None
    return Subject(asked, is_private=False, quasi=quasi, people=people, journalist=journalist)
