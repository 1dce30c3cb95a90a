"""A project as loaded: everything that people wrote, checked, with the places kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.data_test import WrittenTests
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.preset import PRESETS, Preset
from personatwin_sql.spec.project import Project


@dataclass(frozen=True)
class SqlFile:
    """A model, macro or test as text. `path` is relative to the project, or `<builtin>/macros/…`."""

    name: str
    path: str
    text: str
    is_builtin: bool = False


@dataclass(frozen=True)
class ModelProperties:
    """What `models/**/*.yml` says of a model."""

    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column → description."""
    column_places: Mapping[str, Place] = field(default_factory=dict)
    """Column → where its description stands."""


@dataclass(frozen=True)
class Loaded:
    """Input of every later stage."""

    root: Path
    project: Project
    domain: Domain
    target: str
    """The name of the target of this run."""
    models: tuple[SqlFile, ...]
    macros: Mapping[str, SqlFile]
    """All macros by name, built-in ones replaced where the project overrides them."""
    properties: Mapping[str, ModelProperties]
    places: Mapping[str, Place]
    """Where a key of `project.yml` or the domain stands, by dotted path: `project.privacy.k`,
    `project.sources.court.people`, `domain.sources.court.people.age`."""
    tests: WrittenTests = field(default_factory=WrittenTests)
    """Of `models/**/*.yml`."""
    singular_tests: tuple[SqlFile, ...] = ()
    """The files directly in `tests/`."""

    @property
    def publishes(self) -> bool:
        return self.project.targets[self.target].publish

    @property
    def preset(self) -> Preset:
        """The numbers of the project's level, nowhere finer than the domain's precision."""
        level = PRESETS[self.project.privacy.level]
        return level.no_finer_than(self.domain.time_precision, self.domain.place_precision)

    def place(self, path: str) -> Place:
        """The place of a dotted path, or of its nearest parent that was written."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, Place("project.yml"))
