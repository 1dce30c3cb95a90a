"""From a loaded project to compiled models: lineage, roles and promises. No data is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from personatwin_sql.compile.aggregate.aggregation import aggregation_of
from personatwin_sql.compile.aggregate.reader import read_aggregate
from personatwin_sql.compile.aggregate.relations import Relations
from personatwin_sql.compile.column import Authored, LineageColumn, Origin
from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.data_tests.compiler import CompiledTests, compile_tests
from personatwin_sql.compile.data_tests.context import Context
from personatwin_sql.compile.data_tests.drafts import Drafts, draft_tests
from personatwin_sql.compile.event_origins import check_origins
from personatwin_sql.compile.jinja import ParsedModel, render
from personatwin_sql.compile.lineage import RelationSchema, check_release, read_select
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.model_config import check_unused
from personatwin_sql.compile.null_keys import with_known_keys
from personatwin_sql.compile.population_check import check_population
from personatwin_sql.compile.promise import check_promise
from personatwin_sql.compile.protection import spread_columns
from personatwin_sql.compile.published import published_columns
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.randomised_check import check_randomised
from personatwin_sql.compile.reading import source_columns
from personatwin_sql.compile.released_schema import private_schema, released_schema
from personatwin_sql.compile.same_table import tables_of
from personatwin_sql.compile.taxonomy_tables import check_taxonomies
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.graph.graph import Graph, Node
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import Derived
from personatwin_sql.spec.role import Role


@dataclass(frozen=True)
class Compiled:
    """The whole project, compiled: models in the order in which they can be built."""

    loaded: Loaded
    graph: Graph
    models: Mapping[str, CompiledModel]
    tests: CompiledTests = field(default_factory=CompiledTests)
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def private(self) -> tuple[CompiledModel, ...]:
        return tuple(model for model in self.models.values() if model.protection is None)

    @property
    def released(self) -> tuple[CompiledModel, ...]:
        return tuple(model for model in self.models.values() if model.protection is not None)

    @property
    def private_statistics(self) -> tuple[str, ...]:
        """Names of the differentially private models."""
        return tuple(
            name for name, model in self.models.items() if isinstance(model.protection, DifferentialPrivacy)
        )

    @property
    def after_drawing(self) -> tuple[str, ...]:
        """Models that are made of a differentially private one, which is drawn when all else was judged."""
        drawn = set(self.private_statistics)
        others = (name for name in self.models if name not in drawn)
        return tuple(name for name in others if drawn & set(self.graph.ancestors(name)))

    def needed(self, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Source → the columns that these models and tests, all below them and their taxonomies read."""
        needed: dict[str, set[str]] = {}
        for name in names:
            if name not in self.models:
                for origin in self.tests.data[name].reads:
                    needed.setdefault(origin.source, set()).add(origin.column)
                continue
            for origin in self.models[name].authored.reads:
                needed.setdefault(origin.source, set()).add(origin.column)
            for column in (*self.models[name].quasi_identifiers, *spread_columns(self.models[name])):
                if isinstance(column.hierarchy, Taxonomy) and column.hierarchy.table is not None:
                    needed.setdefault(column.hierarchy.table, set()).update(column.hierarchy.level_columns)
        return {source: frozenset(columns) for source, columns in needed.items()}


def compile_project(loaded: Loaded, there: Mapping[str, frozenset[str]] | None = None) -> Compiled:
    """Compile every model and test; raises ProjectError with all that is wrong, in the order of the files.

    `there` says which columns each source really has (folded names), where somebody has looked: a domain may
    know of more, and tests of sources read none that is not there.
    """
    parsed = render(loaded)
    drafts = draft_tests(loaded, parsed)
    graph = graph_of(loaded, parsed, drafts)
    by_name = {model.name: model for model in parsed}
    present = {physical_source(name): columns for name, columns in (there or {}).items()}
    schemas = {
        physical_source(name): _source_schema(loaded, name, present.get(physical_source(name)))
        for name in loaded.domain.sources
    }
    models: dict[str, CompiledModel] = {}
    diagnostics: list[Diagnostic] = list(check_taxonomies(loaded))
    broken: set[str] = set()
    for name in graph.order:
        if name not in by_name:
            continue
        if broken.intersection(by_name[name].refs):
            broken.add(name)
            continue
        try:
            model, schema, found = _compile_model(loaded, by_name[name], schemas, models, present)
        except ProjectError as error:
            diagnostics.extend(error.diagnostics)
            broken.add(name)
            continue
        diagnostics.extend(found)
        if any(diagnostic.severity == "error" for diagnostic in found):
            broken.add(name)
            continue
        models[name] = model
        schemas[model.relation] = schema
    if not broken:
        diagnostics.extend(check_population(loaded, models))
        diagnostics.extend(check_unused(loaded, models))
        diagnostics.extend(check_randomised(models, tables_of(loaded)))
        diagnostics.extend(_drawn_too_late(graph, models))
    tests = compile_tests(Context(loaded, models, schemas, there), drafts)
    diagnostics.extend(tests.problems)
    if diagnostics:
        raise ProjectError(diagnostics)
    return Compiled(loaded, graph, models, tests, tuple(_idle_descriptions(loaded, models, schemas)))


def _drawn_too_late(graph: Graph, models: Mapping[str, CompiledModel]) -> Iterator[Diagnostic]:
    """PT665: what is computed of a noisy table is there when all noise is drawn, too late for other sums."""
    drawn = {
        name: model.protection
        for name, model in models.items()
        if isinstance(model.protection, DifferentialPrivacy)
    }
    for name, promise in drawn.items():
        for below in graph.ancestors(name):
            stands_on = [each for each in graph.ancestors(below) if each in drawn]
            if stands_on and below in models and below not in drawn:
                message = f"`{name}` reads `{below}`, which is made of `{stands_on[0]}` once that is drawn"
                fixes = (
                    f"read `{stands_on[0]}` itself, once it is released",
                    "or list the keys: keys={'…': […]}",
                )
                yield Diagnostic("PT665", message, promise.place, fixes=fixes)


def _idle_descriptions(
    loaded: Loaded, models: Mapping[str, CompiledModel], schemas: Mapping[str, RelationSchema]
) -> Iterator[Diagnostic]:
    """Descriptions of columns that a model does not have: they appear nowhere."""
    for name, model in models.items():
        properties = loaded.properties.get(name)
        there = [column.name for column in schemas[model.relation].columns]
        for column, place in properties.column_places.items() if properties else ():
            if column not in there:
                message = f"`{name}` has no column `{column}`: what is said of it appears nowhere"
                label = suggestion(column, there)
                yield Diagnostic("PT053", message, place, label, severity="warning")


def physical_source(name: str) -> str:
    """`court.people` → `source.court__people`."""
    return f"source.{name.replace('.', '__', 1)}"


def graph_of(loaded: Loaded, parsed: tuple[ParsedModel, ...], drafts: Drafts) -> Graph:
    """Sources, models and tests with what they need."""
    nodes = [
        Node(
            id=f"{source}.{table}",
            kind="source",
            path=loaded.place(f"project.sources.{source}.{table}").path,
            protection=None,
        )
        for source, tables in loaded.project.sources.items()
        for table in tables
    ]
    nodes.extend(
        Node(id=model.name, kind="model", path=model.path, protection=_protection_name(model))
        for model in parsed
    )
    nodes.extend(drafts.nodes)
    places = {(model.name, name): place for model in parsed for name, place in model.ref_places.items()}
    needs = {model.name: (*model.sources, *model.refs) for model in parsed}
    return Graph.of(nodes, {**needs, **drafts.needs}, places)


def _protection_name(model: ParsedModel) -> str | None:
    name = model.config.get("protection")
    return str(name) if name is not None else None


def _source_schema(loaded: Loaded, name: str, there: frozenset[str] | None) -> RelationSchema:
    """Its columns in the order in which a star gives them: those that are `there`, where somebody looked."""
    columns = _columns_there(loaded, name, there)
    is_people = loaded.domain.source_entities.get(name) == "people"
    lineage = tuple(_source_column(loaded, name, column, fact) for column, fact in columns.items())
    has_unit = any(column.role == Role.PRIVACY_UNIT for column in lineage)
    return RelationSchema(columns=lineage, one_row_per_unit=is_people and has_unit)


def _columns_there(loaded: Loaded, name: str, there: frozenset[str] | None) -> Mapping[str, Column]:
    columns = loaded.domain.sources[name]
    source, _, table = name.partition(".")
    units = [each for each, fact in columns.items() if fact.role == Role.PRIVACY_UNIT]
    numbered = units[:1] if loaded.project.sources[source][table].one_row_per_person else []
    found = (each for each in columns if there is None or folded(each) in there)
    return {each: columns[each] for each in dict.fromkeys((*numbered, *found))}


def _source_column(loaded: Loaded, source: str, name: str, fact: Column) -> LineageColumn:
    return LineageColumn(
        name=name,
        role=fact.role,
        hierarchy=fact.hierarchy,
        hierarchy_name=fact.hierarchy_name,
        place_precision=fact.place,
        merge=fact.merge,
        tolerance=fact.tolerance,
        type=fact.type,
        origins=frozenset({Origin(source, name)}),
        declared_at=loaded.place(f"domain.sources.{source}.{name}"),
    )


def _compile_model(
    loaded: Loaded,
    parsed: ParsedModel,
    schemas: Mapping[str, RelationSchema],
    models: Mapping[str, CompiledModel],
    there: Mapping[str, frozenset[str]],
) -> tuple[CompiledModel, RelationSchema, list[Diagnostic]]:
    authored = read_select(parsed, schemas)
    if parsed.config.get("protection") == "differential_privacy":
        return _compile_aggregate(loaded, parsed, authored, schemas, models, there)
    protection, diagnostics = resolve(parsed, loaded)
    model = CompiledModel(parsed, authored, protection, unit=None, columns=())
    if protection is None:
        if parsed.access == "release":
            return model, RelationSchema(columns=()), diagnostics
        return model, private_schema(authored), diagnostics
    diagnostics.extend(check_release(parsed, authored, schemas))
    if isinstance(protection, Derived):
        return model, released_schema(model, models), diagnostics
    if isinstance(protection, DifferentialPrivacy):
        raise TypeError("an aggregate is compiled by itself")
    columns, found = published_columns(parsed, authored, protection, loaded.preset)
    units = [column.name for column in authored.columns if column.role == Role.PRIVACY_UNIT]
    model = replace(model, unit=units[0] if units else None, columns=columns)
    model, promised = check_promise(model, models)
    sources = source_columns(schemas)
    model, misplaced = check_origins(model, models, loaded.domain, sources, loaded.preset, tables_of(loaded))
    diagnostics.extend((*found, *promised, *misplaced))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return model, RelationSchema(columns=()), diagnostics
    return model, released_schema(model, models), diagnostics


def _compile_aggregate(
    loaded: Loaded,
    parsed: ParsedModel,
    authored: Authored,
    schemas: Mapping[str, RelationSchema],
    models: Mapping[str, CompiledModel],
    there: Mapping[str, frozenset[str]],
) -> tuple[CompiledModel, RelationSchema, list[Diagnostic]]:
    """A differentially private model: everything below it keeps persons apart."""
    relations = Relations(models, schemas, there)
    aggregate, unknown = with_known_keys(read_aggregate(parsed, relations), parsed, loaded)
    promise, diagnostics = resolve(parsed, loaded, aggregate)
    diagnostics.extend(unknown)
    diagnostics.extend(check_release(parsed, authored, schemas))
    model = CompiledModel(parsed, authored, promise, unit=None, columns=())
    if not isinstance(promise, DifferentialPrivacy) or diagnostics:
        return model, RelationSchema(columns=()), diagnostics
    diagnostics.extend(relations.key_problems(aggregate, promise))
    aggregation, found = aggregation_of(aggregate, promise)
    diagnostics.extend(found)
    model = replace(model, aggregation=aggregation)
    return model, released_schema(model, models), diagnostics
