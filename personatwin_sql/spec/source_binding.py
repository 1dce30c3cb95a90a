"""The project's tables meet the domain's entities: what each column of each source is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import listed, suggestion
from personatwin_sql.spec.document import Document
from personatwin_sql.spec.domain import Column, Domain
from personatwin_sql.spec.domain_reader import DomainReading, unknown_entity, without
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.project import Project, SourceTable


def bound(reading: DomainReading, project: Project, document: Document) -> DomainReading:
    """The domain with the columns of every source of the project, and their places.

    A column that the domain writes for a source replaces the entity's of that name, whatever the case.
    Raises ProjectError: PT032 unknown entity, PT033 a source without one, PT036 two entities for one source,
    PT343 rows of events in a table that is not of people, PT051 a source or table that the project does not
    have.
    """
    gathering = Gathering()
    domain, places = reading.domain, dict(reading.places)
    sources: dict[str, Mapping[str, Column]] = {}
    entities: dict[str, str] = {}
    tables = {
        f"{source}.{table}": (source, table)
        for source in project.sources
        for table in project.sources[source]
    }
    gathering.add(_unknown_sources(domain, places, tables))
    for name, (source, table) in tables.items():
        entity, problem = _entity(name, project.sources[source][table], domain, places, document)
        if problem is not None:
            gathering.add(problem)
        if entity is None:
            continue
        inherited = without(domain.entities[entity].columns, domain.sources.get(name, {}))
        sources[name], entities[name] = {**inherited, **domain.sources.get(name, {})}, entity
        for column in inherited:
            places[f"domain.sources.{name}.{column}"] = places[f"domain.entities.{entity}.{column}"]
    gathering.settle()
    update = {"sources": sources, "source_entities": entities}
    return DomainReading(domain.model_copy(update=update), places)


def by_entity(reading: DomainReading) -> Domain:
    """The domain without a project: the sources that it names itself, each with its entity's columns."""
    domain = reading.domain
    sources = {
        name: {
            **without(domain.entities[entity].columns, domain.sources.get(name, {})),
            **domain.sources.get(name, {}),
        }
        for name, entity in domain.source_entities.items()
    }
    return domain.model_copy(update={"sources": {**domain.sources, **sources}})


def _entity(
    name: str, table: SourceTable, domain: Domain, places: Mapping[str, Place], document: Document
) -> tuple[str | None, Diagnostic | None]:
    """The entity of a table, or what keeps it from having one."""
    source = tuple(name.split("."))
    place = document.value_place(("sources", *source, "entity"))
    of_domain = domain.source_entities.get(name)
    if table.entity is None and of_domain is None:
        message = f"`{name}` has no entity: what its columns are is unknown"
        fixes = (f"write `entity: …` under it, one of {listed(domain.entities)}",) if domain.entities else ()
        return None, Diagnostic("PT033", message, document.key_place(("sources", *source)), fixes=fixes)
    if table.entity is not None and table.entity not in domain.entities:
        return None, unknown_entity(table.entity, domain.entities, place)
    if table.entity and of_domain and table.entity != of_domain:
        at = places[f"domain.sources.{name}.entity"]
        message = f"`{name}` is `{table.entity}` here and `{of_domain}` in the domain"
        return None, Diagnostic("PT036", message, place, notes=(f"the other: {at}",))
    if table.rows and (table.entity or of_domain) != "people":
        at = document.value_place(("sources", *source, "rows"))
        message = f"`{name}` says `rows: events`, and is no table of people"
        return None, Diagnostic("PT343", message, at, fixes=("say it at the table of people",))
    return table.entity or of_domain, None


def _unknown_sources(
    domain: Domain, places: Mapping[str, Place], tables: Mapping[str, object]
) -> Iterator[Diagnostic]:
    for name in {**domain.sources, **domain.source_entities}:
        if name not in tables:
            message = f"project.yml has no source `{name}`"
            yield Diagnostic("PT051", message, places[f"domain.sources.{name}"], suggestion(name, tables))
    for name, hierarchy in domain.hierarchies.items():
        if isinstance(hierarchy, Taxonomy) and hierarchy.table and hierarchy.table not in tables:
            message = f"project.yml has no source `{hierarchy.table}`"
            place = places[f"domain.hierarchies.{name}"]
            yield Diagnostic("PT051", message, place, suggestion(hierarchy.table, tables))
