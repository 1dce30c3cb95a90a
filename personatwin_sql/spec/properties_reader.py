"""Descriptions and tests of models and columns in `models/**/*.yml`, in the form that dbt has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.data_test import DataTest, UnitTest, WrittenTests
from personatwin_sql.spec.data_test_reader import Tested, read_tests
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.loaded import ModelProperties
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.unit_test_reader import WrittenUnitTest, read_unit_tests
from personatwin_sql.spec.validation import validated
from personatwin_sql.spec.yaml_reader import read_yaml

WrittenList = tuple[str | Mapping[str, object], ...]
"""Tests before they are read: each a kind, or a kind and what it is given."""


class WrittenTested(Strict):
    tests: WrittenList = ()
    data_tests: WrittenList = ()
    """The same, by the name that newer dbt has."""


class WrittenColumnProperties(WrittenTested):
    name: str
    description: str = ""


class WrittenModelProperties(WrittenTested):
    name: str
    description: str = ""
    columns: tuple[WrittenColumnProperties, ...] | Mapping[str, str] = ()
    """As in dbt, or in short: name → description."""


class WrittenSourceColumn(WrittenTested):
    """The domain says what a column of a source is; here stand its tests."""

    name: str


class WrittenSourceTable(WrittenTested):
    name: str
    description: str = ""
    columns: tuple[WrittenSourceColumn, ...] = ()


class WrittenSource(Strict):
    name: str
    tables: tuple[WrittenSourceTable, ...]


class WrittenProperties(Strict):
    version: Literal[2] = 2
    """The version of dbt's form that this is."""
    models: tuple[WrittenModelProperties, ...] = ()
    sources: tuple[WrittenSource, ...] = ()
    unit_tests: tuple[WrittenUnitTest, ...] = ()


@dataclass(frozen=True)
class Properties:
    """What all files say together."""

    nodes: Mapping[str, ModelProperties]
    """Of models, and of tables of sources (`court.people`)."""
    tests: WrittenTests


def read_properties(
    files: Iterable[Path], home: Home, models: Collection[str] | None, own_tests: Collection[str] = ()
) -> Properties:
    """What the files say of each model; `models` are the names there are, None when they are not known.

    `own_tests` are the kinds of tests that macros of the project add. Raises ProjectError: PT00x and PT01x
    for the files' form, PT049 an unknown model, PT002 a model, table or column that is described twice, and
    what `read_tests` and `read_unit_tests` find.
    """
    reading = _Reading(models, own_tests)
    for file in files:
        document = reading.gathering.attempt(read_yaml, file, home.shown(file))
        if document is not None:
            reading.take(document)
    reading.gathering.settle()
    return Properties(reading.nodes, WrittenTests(tuple(reading.data), tuple(reading.unit)))


class _Reading:
    """What was read so far, and what is wrong with it."""

    def __init__(self, models: Collection[str] | None, own_tests: Collection[str]) -> None:
        self.gathering = Gathering()
        self.nodes: dict[str, ModelProperties] = {}
        self.data: list[DataTest] = []
        self.unit: list[UnitTest] = []
        self._models = models
        self._own_tests = own_tests
        self._first: dict[str, Place] = {}

    def take(self, document: Document) -> None:
        written = self.gathering.attempt(validated, WrittenProperties, document)
        if written is None:
            return
        for index, model in enumerate(written.models):
            self._model(document, ("models", index), model)
        for trail, source, table in _tables(written):
            name = f"{source}.{table.name}"
            self._first_mention(document.value_place((*trail, "name")), f"the table `{name}`", name)
            self.nodes[name] = ModelProperties(table.description)
            self._tests(document, trail, name, [column.name for column in table.columns])
        found = read_unit_tests(document, written.unit_tests, self._models, self.gathering)
        self.unit.extend(found)

    def _model(self, document: Document, trail: Trail, model: WrittenModelProperties) -> None:
        place = document.value_place((*trail, "name"))
        if self._models is not None and model.name not in self._models:
            label = suggestion(model.name, sorted(self._models))
            self.gathering.add(Diagnostic("PT049", f"there is no model `{model.name}`", place, label))
        self._first_mention(place, f"the model `{model.name}`", model.name)
        columns, places = _columns(document, (*trail, "columns"), model.columns, self.gathering)
        self.nodes[model.name] = ModelProperties(model.description, columns, places)
        names = [] if isinstance(model.columns, Mapping) else [column.name for column in model.columns]
        self._tests(document, trail, model.name, names)

    def _first_mention(self, place: Place, what: str, name: str) -> None:
        if name in self._first:
            message = f"{what} is described twice"
            self.gathering.add(Diagnostic("PT002", message, place, f"first at {self._first[name]}"))
        self._first.setdefault(name, place)

    def _tests(self, document: Document, trail: Trail, node: str, columns: Iterable[str]) -> None:
        self.data.extend(read_tests(document, trail, Tested(node), self._own_tests, self.gathering))
        for index, column in enumerate(columns):
            owner = (*trail, "columns", index)
            tested = Tested(node, column)
            self.data.extend(read_tests(document, owner, tested, self._own_tests, self.gathering))


def _tables(written: WrittenProperties) -> Iterator[tuple[Trail, str, WrittenSourceTable]]:
    for number, source in enumerate(written.sources):
        for index, table in enumerate(source.tables):
            yield ("sources", number, "tables", index), source.name, table


def _columns(
    document: Document,
    trail: Trail,
    columns: tuple[WrittenColumnProperties, ...] | Mapping[str, str],
    gathering: Gathering,
) -> tuple[Mapping[str, str], Mapping[str, Place]]:
    """Column → description, and column → where it stands."""
    if isinstance(columns, Mapping):
        return columns, {name: document.key_place((*trail, name)) for name in columns}
    found: dict[str, str] = {}
    places: dict[str, Place] = {}
    for index, column in enumerate(columns):
        place = document.value_place((*trail, index, "name"))
        if column.name in found:
            gathering.add(Diagnostic("PT002", f"the column `{column.name}` is described twice", place))
        found[column.name], places[column.name] = column.description, place
    return found, places
