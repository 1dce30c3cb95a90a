"""What the last build left behind: whether it still stands, and what a new one writes down."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from personatwin_sql import __version__
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.fingerprint import (
    SourceStamp,
    epoch_stamp,
    file_stamp,
    is_same_file,
    node_fingerprint,
    source_stamp,
)
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.stamp import NONE, ledger_stamp
from personatwin_sql.release.replay import is_unchanged, whole
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import State, write_state
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import SourceTable
from personatwin_sql.workflow.paths import Paths

if TYPE_CHECKING:
    from personatwin_sql.compile.compiler import Compiled


POPULATION = "population"
"""What the file of a project's population is called among its sources."""
VARIABLES = "PERSONATWIN_VAR_"
"""Models can read environment variables of this name only."""


@dataclass(frozen=True)
class Memory:
    """The project as it is now, beside the last good build of its target (None: there was none)."""

    loaded: Loaded
    paths: Paths
    state: State | None
    secret: bytes

    @cached_property
    def stamps(self) -> tuple[SourceStamp, ...]:
        """Size, times and keyed digest of each source as it is now."""
        return (
            *(
                self._stamp(f"{source}.{name}", table)
                for source, tables in self.loaded.project.sources.items()
                for name, table in tables.items()
            ),
            *self._population_stamp(),
        )

    def _population_stamp(self) -> Iterator[SourceStamp]:
        """Of the file that the population is read from."""
        spec = self.loaded.project.population
        if spec is None:
            return
        if spec.census is None:
            file = str(spec.path)
        else:
            from personatwin_sql.census.cache import file_of  # most projects name no population

            file = str(file_of(spec.census, self.loaded.place("project.population.census")))
        yield source_stamp(self.loaded.root, POPULATION, file, self.secret)

    def _stamp(self, name: str, table: SourceTable) -> SourceStamp:
        if table.file is None:
            return epoch_stamp(name, table.shown, f"{table.epoch}", self.secret)
        return source_stamp(self.loaded.root, name, table.file, self.secret)

    @property
    def settings(self) -> Mapping[str, str]:
        """What decides besides files: versions, target, variables."""
        return {
            "tool": __version__,
            "engine": version("duckdb"),
            "target": self.loaded.target,
            "environment": repr(sorted(pair for pair in os.environ.items() if pair[0].startswith(VARIABLES))),
            "vars": repr(sorted(self.loaded.project.vars.items())),
        }

    @property
    def whole(self) -> str:
        """The digest of the project as it is now."""
        return whole(self.loaded.root, self.settings, hierarchy_files(self.loaded), (), libraries())

    def stands(self) -> bool:
        """Whether the last build would come out the same, told from files and times alone."""
        return (
            self.state is not None
            and self.state.ledger == self.ledger
            and is_unchanged(
                self.loaded.root,
                self.state,
                self.settings,
                self.secret,
                library=libraries(),
                artefacts=self._artefacts,
            )
        )

    @property
    def folders(self) -> Folders:
        """Where the ledger lies."""
        return folders_of(self.paths.root, self.paths.private)

    @property
    def ledger(self) -> str:
        """The stamp of the ledger as it is now; a preview neither reads nor writes one."""
        return ledger_stamp(self.folders) if self.loaded.publishes else NONE

    def stands_as(self, fingerprints: Mapping[str, str]) -> bool:
        """Whether the last release is of these very nodes and still in place, and so is its ledger: only
        words have changed."""
        return (
            self.state is not None
            and dict(self.state.fingerprints) == fingerprints
            and self.state.ledger == self.ledger
            and is_same_file(self.loaded.root, self.state.file)
            and all(path.exists() for path in self._artefacts)
        )

    @property
    def _artefacts(self) -> tuple[Path, ...]:
        return (self.paths.report, self.paths.target / "manifest.json")

    def fingerprints(
        self, compiled: Compiled, stamps: tuple[SourceStamp, ...] | None = None
    ) -> dict[str, str]:
        """Node → fingerprint: equal ones give equal results; with `stamps` for the sources as they are."""
        from personatwin_sql.compile.canonical import canonical

        project = self.loaded.project
        digests = {
            stamp.name: f"{stamp.digest} {self._reading(stamp.name) if stamp.name != POPULATION else ''}"
            for stamp in (self.stamps if stamps is None else stamps)
        }
        macros = {name: file.text for name, file in self.loaded.macros.items()}
        facts = repr((self.loaded.domain, project.privacy, project.time_zone, project.ids))
        if project.population is not None:
            facts += repr((project.population, digests.get(POPULATION)))
        facts = hashlib.sha256(facts.encode()).hexdigest()
        found: dict[str, str] = {}
        for name, model in compiled.models.items():
            found[name] = node_fingerprint(
                canonical(model.parsed.sql),
                {
                    "protection": repr(sorted(model.parsed.config.items())),
                    "domain": facts,
                    "tool": __version__,
                },
                macros if model.protection else {},
                {upstream: found[upstream] for upstream in model.parsed.refs},
                {source: digests.get(source, "") for source in model.parsed.sources},
            )
        for name, test in compiled.tests.data.items():
            upstream = {node: found[node] for node in test.needs if node in compiled.models}
            sources = {node: digests[node] for node in test.needs if node in digests}
            found[name] = node_fingerprint(test.sql, {"severity": test.severity}, {}, upstream, sources)
        for name, unit in compiled.tests.unit.items():
            rules = {"expect": repr(unit.expect.rows), "tool": __version__}
            found[name] = node_fingerprint(f"{unit.given};\n{unit.script}", rules, {}, {}, {})
        return found

    def _reading(self, name: str) -> str:
        """How a source is read, wherever it lies."""
        source, _, table = name.partition(".")
        return repr(
            sorted(self.loaded.project.sources[source][table].model_dump(exclude={"path", "sqlite"}).items())
        )


def libraries() -> tuple[Path, ...]:
    """Folders of built-in macros and domains: a new version of the tool changes what a build does."""
    folder = library().folder
    return (folder / "macros", folder / "domains")


def hierarchy_files(loaded: Loaded) -> tuple[str, ...]:
    """Files that the domain names besides YAML and SQL: hierarchies in CSV."""
    found = (getattr(hierarchy, "csv", None) for hierarchy in loaded.domain.hierarchies.values())
    return tuple(sorted(path for path in found if path))


def remember(
    memory: Memory,
    release: Release,
    fingerprints: Mapping[str, str],
    left_out: Collection[str] = (),
    warned: Sequence[str] = (),
) -> None:
    """Write down a good build, once its files are in place and the lock is written.

    Tests that were `left_out` and never passed as they are keep it from standing: the next build runs them.
    """
    earlier = dict(memory.state.fingerprints) if memory.state else {}
    untested = {name for name in left_out if earlier.get(name) != fingerprints[name]}
    state = State(
        whole="" if untested else memory.whole,
        fingerprints=tuple(pair for pair in fingerprints.items() if pair[0] not in untested),
        warned=tuple(warned),
        sources=memory.stamps,
        release=release,
        file=file_stamp(memory.loaded.root, memory.paths.release),
        ledger=memory.ledger,
        extra_files=hierarchy_files(memory.loaded),
    )
    write_state(memory.paths.private, memory.loaded.target, state)


def overall(fingerprints: Mapping[str, str]) -> str:
    """One digest of all nodes."""
    return hashlib.sha256("".join(sorted(fingerprints.values())).encode()).hexdigest()
