"""What tests there are and what each reads, before any of them is compiled: the graph needs no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from personatwin_sql.compile.data_tests.generic import needs_of
from personatwin_sql.compile.data_tests.singular import SingularTest, read_singular
from personatwin_sql.compile.jinja import Draft, environment
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.sandbox import Sandbox
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.graph.graph import Node
from personatwin_sql.spec.data_test import DataTest, UnitTest
from personatwin_sql.spec.loaded import Loaded


@dataclass(frozen=True)
class Drafts:
    """Tests whose tables all exist, each with what it reads, and what is wrong with the others."""

    generic: tuple[tuple[DataTest, tuple[str, ...]], ...]
    singular: tuple[SingularTest, ...]
    unit: tuple[UnitTest, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def nodes(self) -> Iterator[Node]:
        """As the graph has them."""
        for test, _ in self.generic:
            yield Node(test.name, "test", test.place.path, tags=test.tags, test_type="generic")
        for singular in self.singular:
            yield Node(singular.name, "test", singular.parsed.path, tags=singular.tags, test_type="singular")
        for unit in self.unit:
            yield Node(unit.name, "unit_test", unit.place.path, tags=unit.tags, test_type="unit")

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]:
        return {
            **{test.name: needs for test, needs in self.generic},
            **{singular.name: singular.needs for singular in self.singular},
            **{unit.name: (unit.model,) for unit in self.unit},
        }


def draft_tests(loaded: Loaded, parsed: Sequence[ParsedModel]) -> Drafts:
    """The tests of a project whose models are rendered."""
    problems: list[Diagnostic] = []
    models = {model.name for model in parsed}
    sources = {f"{source}.{table}" for source, tables in loaded.project.sources.items() for table in tables}
    generic = []
    for test in loaded.tests.data:
        needs = needs_of(loaded, test)
        unknown = [name for name in needs if name not in models | sources]
        problems.extend(_unknown(test, name, models, sources) for name in unknown)
        if not unknown:
            generic.append((test, needs))
    singular = [found for found in _rendered(loaded, parsed, problems) if found is not None]
    unit = tuple(test for test in loaded.tests.unit if test.model in models)
    places = [
        *((test.name, test.place) for test, _ in generic),
        *((found.name, Place(found.parsed.path, 1)) for found in singular),
        *((test.name, test.place) for test in unit),
    ]
    problems.extend(_shared_names(places, models))
    return Drafts(tuple(generic), tuple(singular), unit, tuple(problems))


def _rendered(
    loaded: Loaded, parsed: Sequence[ParsedModel], problems: list[Diagnostic]
) -> Iterator[SingularTest | None]:
    access = {model.name: model.access for model in parsed}
    library, sandbox = environment(loaded), Sandbox()
    for file in loaded.singular_tests:
        draft = Draft(loaded, library, sandbox, file)
        rendered = draft.render(access)
        problems.extend(draft.problems)
        if rendered is not None:
            test, found = read_singular(rendered)
            problems.extend(found)
            yield test


def _unknown(test: DataTest, name: str, models: Iterable[str], sources: Iterable[str]) -> Diagnostic:
    place = test.place
    for argument in ("to", "source"):
        if argument in test.arguments and name != test.node:
            place = test.at(argument)
    if "." in name:
        return Diagnostic("PT113", f"there is no source `{name}`", place, suggestion(name, sorted(sources)))
    return Diagnostic("PT112", f"there is no model `{name}`", place, suggestion(name, sorted(models)))


def _shared_names(places: Iterable[tuple[str, Place]], models: Iterable[str]) -> Iterator[Diagnostic]:
    first: dict[str, Place | None] = {name.casefold(): None for name in models}
    for name, place in places:
        if name.casefold() not in first:
            first[name.casefold()] = place
            continue
        other = first[name.casefold()]
        what = f"the other: {other}" if other else "a model has it"
        message = f"the name `{name}` is taken"
        yield Diagnostic("PT094", message, place, fixes=("give the test a `name` of its own",), notes=(what,))
