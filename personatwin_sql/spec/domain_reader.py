"""A domain file and all that it extends become one domain: names looked up, columns resolved, places kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import TypeVar

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.column_reader import read_column
from personatwin_sql.spec.document import Trail
from personatwin_sql.spec.domain import Column, Domain, Entity
from personatwin_sql.spec.domain_files import DomainFile, domain_chain
from personatwin_sql.spec.domain_names import name_problems
from personatwin_sql.spec.domain_places import domain_places
from personatwin_sql.spec.hierarchy import Hierarchy
from personatwin_sql.spec.hierarchy_reader import read_hierarchy
from personatwin_sql.spec.order import order_problems
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.written_domain import WrittenColumn, WrittenDomain

Columns = dict[str, Column]
Kept = TypeVar("Kept")
Section = TypeVar("Section", bound=Strict)


@dataclass(frozen=True)
class DomainReading:
    """A domain to which no project has bound its tables yet."""

    domain: Domain
    """Its `sources` hold only the columns that are written for a source, not yet those of its entity."""
    places: Mapping[str, Place]
    """Dotted paths as in `Loaded.places`, all beginning with `domain.`."""


def read_domain(name: str, root: Path | None = None, named_at: Place | None = None) -> DomainReading:
    """The domain of that name: the project's own, or a built-in one.

    Raises ProjectError with everything that is wrong with it: PT01x form, PT02x hierarchies, PT03x names.
    """
    chain = domain_chain(name, root, named_at)
    return _Resolution(chain, domain_places(link.document for link in chain)).reading()


@dataclass
class _Resolution:
    """One domain being put together out of its files, the most general first."""

    chain: tuple[DomainFile, ...]
    places: dict[str, Place]
    gathering: Gathering = field(default_factory=Gathering)
    hierarchies: dict[str, Hierarchy | None] = field(default_factory=dict)

    def reading(self) -> DomainReading:
        last = self.chain[-1]
        self.hierarchies = self._named_hierarchies()
        entities = {name: Entity(columns=columns) for name, columns in self._all_columns("entities").items()}
        sources = self._all_columns("sources")
        source_entities = self._source_entities(entities)
        self.gathering.settle()
        flat = self._overlaid()
        domain = Domain(
            name=last.written.name or last.name,
            description=flat.description,
            extends=last.written.extends,
            path=last.document.path,
            entities=entities,
            sources=sources,
            source_entities=source_entities,
            hierarchies={name: found for name, found in self.hierarchies.items() if found is not None},
            event_types=flat.event_types,
            outcomes=flat.outcomes,
            unlisted=flat.unlisted,
            sensitive_outcomes=flat.sensitive_outcomes,
            order_rules=flat.order_rules,
            personas=flat.personas,
            time_precision=flat.precision.time,
            place_precision=flat.precision.place,
            kept_for_analysis=flat.kept_for_analysis,
            census=flat.census,
        )
        self.gathering.add(name_problems(domain, self.places))
        self.gathering.add(order_problems(domain, self.places))
        self.gathering.settle()
        return DomainReading(domain, self.places)

    def _overlaid(self) -> WrittenDomain:
        """All that needs no looking up; what a later file writes replaces what an earlier one wrote."""
        written = [link.written for link in self.chain]
        sections = {
            "order_rules": reduce(overlay, (part.order_rules for part in written)),
            "personas": reduce(overlay, (part.personas for part in written)),
            "precision": reduce(overlay, (part.precision for part in written)),
        }
        return reduce(overlay, written).model_copy(update=sections)

    def _named_hierarchies(self) -> dict[str, Hierarchy | None]:
        last = {name: link for link in self.chain for name in link.written.hierarchies}
        self._refuse_twins(
            "hierarchy", last, {name: self.places[f"domain.hierarchies.{name}"] for name in last}
        )
        return {
            name: self.gathering.attempt(read_hierarchy, link.document, ("hierarchies", name), link.home)
            for name, link in last.items()
        }

    def _all_columns(self, section: str) -> dict[str, Columns]:
        """The columns of each entity or source; a column that is written again replaces the inherited one."""
        found: dict[str, dict[str, tuple[DomainFile, Trail, WrittenColumn]]] = {}
        for link in self.chain:
            for owner, part in getattr(link.written, section).items():
                inherited = found.get(owner, {})
                trail: Trail = (section, owner, "columns")
                at = {name: link.document.key_place((*trail, name)) for name in part.columns}
                self._refuse_twins("column", part.columns, at)
                found[owner] = {
                    **without(inherited, part.columns),
                    **{name: (link, (*trail, name), written) for name, written in part.columns.items()},
                }
        return {
            owner: {name: column for name, at in columns.items() if (column := self._column(owner, *at))}
            for owner, columns in found.items()
        }

    def _column(self, owner: str, link: DomainFile, trail: Trail, written: WrittenColumn) -> Column | None:
        read = self.gathering.attempt(read_column, link.document, trail, written, self.hierarchies, link.home)
        if read is None or read.hierarchy is None or not isinstance(written.hierarchy, Mapping):
            return read
        name = self._named(owner, str(trail[-1]), read.hierarchy)
        self.places[f"domain.hierarchies.{name}"] = link.document.key_place((*trail, "hierarchy"))
        return read.model_copy(update={"hierarchy_name": name})

    def _named(self, owner: str, column: str, hierarchy: Hierarchy) -> str:
        """A name for a hierarchy that is written at its column: the column's, or a longer one."""
        names = (column, f"{owner.replace('.', '_')}_{column}", f"{owner.replace('.', '_')}_{column}_inline")
        name = next(name for name in names if name not in self.hierarchies or name == names[-1])
        self.hierarchies[name] = hierarchy
        return name

    def _refuse_twins(self, what: str, names: Iterable[str], at: Mapping[str, Place]) -> None:
        """SQL does not tell `Age` from `age`."""
        first: dict[str, str] = {}
        for name in names:
            twin = first.setdefault(name.casefold(), name)
            if twin != name:
                message = f"the {what} `{name}` differs from `{twin}` in case only"
                self.gathering.add(Diagnostic("PT002", message, at[name]))

    def _source_entities(self, entities: Mapping[str, Entity]) -> dict[str, str]:
        found: dict[str, str] = {}
        for link in self.chain:
            for source, part in link.written.sources.items():
                if part.entity is None:
                    continue
                found[source] = part.entity
                if part.entity not in entities:
                    place = link.document.value_place(("sources", source, "entity"))
                    self.gathering.add(unknown_entity(part.entity, entities, place))
        return found


def overlay(earlier: Section, later: Section) -> Section:
    """The earlier section with every key that the later one writes."""
    return earlier.model_copy(update={key: getattr(later, key) for key in later.model_fields_set})


def unknown_entity(name: str, entities: Mapping[str, Entity], place: Place) -> Diagnostic:
    """PT032."""
    return Diagnostic("PT032", f"the domain has no entity `{name}`", place, suggestion(name, entities))


def without(columns: Mapping[str, Kept], others: Mapping[str, object]) -> dict[str, Kept]:
    """The columns that none of the others names, whatever the case."""
    taken = {name.casefold() for name in others}
    return {name: column for name, column in columns.items() if name.casefold() not in taken}
