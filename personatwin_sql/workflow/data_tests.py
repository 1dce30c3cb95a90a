"""Tests run as soon as what they read is there; what they find is told without any value or number."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.data_tests.compiled import CompiledTest, CompiledUnitTest
from personatwin_sql.engine.data_tests import failing_rows
from personatwin_sql.engine.session import Session, invented_session
from personatwin_sql.engine.source_quality import SourceQuality
from personatwin_sql.engine.unit_tests import differences
from personatwin_sql.errors import Diagnostic, NodeError
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.narrator import Narrator

FAILED, UNIT_FAILED = "PT370", "PT371"
OWNER = "how many rows fail stands in the owner's report: `personatwin report` says where it lies"


@dataclass
class Testing:
    """The tests of one run: which there are, what they found."""

    compiled: Compiled
    narrator: Narrator
    folder: Path
    """Of compiled SQL."""
    names: tuple[str, ...]
    """Those that are to run, in order."""
    shows_counts: bool = False
    """Whether numbers of failing rows of released tables are told: anyone can count them in the release."""
    qualities: Mapping[str, SourceQuality] = field(default_factory=dict)
    """What the reading of each source has found."""
    present: set[str] = field(default_factory=set)
    errors: list[Diagnostic] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """Failing rows of each test, for the owner."""
    _done: set[str] = field(default_factory=set)

    def after(self, session: Session, *nodes: str) -> frozenset[str]:
        """Run what waited for these nodes alone; what the tests read that failed with error severity."""
        tests = self._due(nodes)
        if not tests:
            return frozenset()
        for test in tests:
            write_test(self.folder, test)
        begun = time.monotonic()
        found = failing_rows(session, tests)
        seconds = (time.monotonic() - begun) / len(tests)
        failed = [test for test in tests if not self._passes(test, found[test.name], seconds)]
        return frozenset(node for test in failed for node in test.needs)

    def copied(self) -> Testing:
        """The same tests with what was found so far, to go on from here twice."""
        return replace(
            self,
            present={*self.present},
            errors=[*self.errors],
            warned=[*self.warned],
            counts={**self.counts},
            _done={*self._done},
        )

    def units(self, names: Iterable[str]) -> None:
        """Run models on invented rows, away from those of people."""
        waiting = tuple(names)
        if not waiting:
            return
        with invented_session(self.compiled.loaded.project.time_zone) as session:
            self._units(session, waiting)

    def _units(self, session: Session, names: Iterable[str]) -> None:
        for name in names:
            test = self.compiled.tests.unit[name]
            begun = time.monotonic()
            try:
                told = _unit_failure(test, differences(session, test))
            except NodeError as error:
                told = _unit_error(test, error)
            seconds = time.monotonic() - begun
            if told is None:
                self.narrator.tested(name, "ok", "", seconds)
            else:
                self.narrator.tested(name, "failed", "", seconds, told.code)
                self.errors.append(told)

    @property
    def passed(self) -> tuple[str, ...]:
        """Tests of data that found nothing, in their order, as everybody may know.

        Of one that only warns, whether it is among them would tell of rows that were never released: it is
        left out, unless it reads released tables alone.
        """
        data = self.compiled.tests.data
        return tuple(
            name
            for name in self.names
            if self.counts.get(name) == 0
            and (data[name].severity == "error" or self._is_released(data[name]))
        )

    def finish(self, why: str) -> None:
        """What could not run is told as skipped."""
        for name in self.names:
            if name in self.compiled.tests.data and name not in self._done:
                self.narrator.skipped(name, why)

    def _due(self, nodes: Sequence[str]) -> list[CompiledTest]:
        self.present.update(nodes)
        waiting = dict.fromkeys(name for node in nodes for name in self._readers.get(node, ()))
        tests = (self.compiled.tests.data[name] for name in waiting if name not in self._done)
        due = [test for test in tests if self.present.issuperset(test.needs)]
        self._done.update(test.name for test in due)
        return due

    @cached_property
    def _readers(self) -> dict[str, list[str]]:
        """Node → the tests that read it, in their order."""
        found: dict[str, list[str]] = {}
        for name in self.names:
            test = self.compiled.tests.data.get(name)
            for node in test.needs if test is not None else ():
                found.setdefault(node, []).append(name)
        return found

    def _passes(self, test: CompiledTest, found: int | NodeError, seconds: float) -> bool:
        """Tell how a test ended; whether a build may go on."""
        if isinstance(found, NodeError):
            self.errors.extend(found.diagnostics)
            self.narrator.tested(test.name, "failed", "could not be run", seconds, found.diagnostics[0].code)
            return False
        found += self._left_out(test)
        self.counts[test.name] = found
        if not found:
            self.narrator.tested(test.name, "ok", "", seconds)
            return True
        number = _rows(found) if self.shows_counts and self._is_released(test) else ""
        told = _failure(test, number)
        is_warning = test.severity == "warn"
        self.narrator.tested(test.name, "warn" if is_warning else "failed", number, seconds, told.code)
        if is_warning:
            self.warned.append(test.name)
            self.narrator.warnings.append(replace(told, severity="warning"))
        else:
            self.errors.append(told)
        return is_warning

    def _left_out(self, test: CompiledTest) -> int:
        """Failing rows that the reading of a source left out: those of nobody, and of repeated people."""
        origin = test.of_source
        if origin is None or origin.source not in self.qualities:
            return 0
        domain, quality = self.compiled.loaded.domain, self.qualities[origin.source]
        if domain.sources[origin.source][origin.column].role is not Role.PRIVACY_UNIT:
            return 0
        is_people = domain.source_entities.get(origin.source) == "people"
        if test.kind == "unique":
            return quality.repeated_people if is_people else 0
        return quality.without_person if test.kind == "not_null" else 0

    def _is_released(self, test: CompiledTest) -> bool:
        """Whether it reads released tables alone."""
        models = [self.compiled.models.get(name) for name in test.needs]
        return bool(models) and all(model is not None and model.protection is not None for model in models)


def in_order(compiled: Compiled, names: Iterable[str], *steps: Sequence[str]) -> Iterator[str]:
    """Nodes in the order of a run, and behind each step the tests that can run then."""
    waiting: dict[str, Sequence[str]] = {name: compiled.tests.data[name].needs for name in names}
    present: set[str] = set()
    for nodes in steps:
        present.update(nodes)
        yield from nodes
        due = [name for name, needs in waiting.items() if present.issuperset(needs)]
        yield from due
        for name in due:
            del waiting[name]
    yield from waiting


def write_test(folder: Path, test: CompiledTest) -> Path:
    """The SQL of a test, where its author can read it."""
    path = folder / "tests" / f"{test.name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{test.sql}\n", encoding="utf-8")
    return path


def told_to_the_owner(owner: OwnerFigures, earlier: OwnerFigures, testing: Testing) -> OwnerFigures:
    """The figures with the number of failing rows of each test; of those that did not run, the `earlier`."""
    now = ((name, count) for name, count in testing.counts.items() if count)
    before = ((name, count) for name, count in earlier.tests if name not in testing.counts)
    known = testing.compiled.tests.data
    return replace(owner, tests=(*now, *(pair for pair in before if pair[0] in known)))


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _failure(test: CompiledTest, number: str) -> Diagnostic:
    """`number` is empty where nobody but the owner may know it."""
    message = f"`{test.name}` failed{': ' if number else ''}{number}"
    return Diagnostic(FAILED, message, test.place, notes=(*test.notes, *(() if number else (OWNER,))))


def _unit_failure(test: CompiledUnitTest, found: tuple[str, ...]) -> Diagnostic | None:
    if not found:
        return None
    message = f"`{test.name}` failed: `{test.model}` gives other rows than expected"
    return Diagnostic(UNIT_FAILED, message, test.place, notes=found)


def _unit_error(test: CompiledUnitTest, error: NodeError) -> Diagnostic:
    first = error.diagnostics[0]
    notes = (f"{first.code}: {first.message}", *first.notes)
    message = f"`{test.name}` failed: `{test.model}` does not run on its rows"
    return Diagnostic(UNIT_FAILED, message, test.place, notes=notes)
