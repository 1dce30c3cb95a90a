"""A domain: the facts about a kind of records (columns, hierarchies, event types, order rules)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from personatwin_sql.spec.hierarchy import Hierarchy, Period, Place
from personatwin_sql.spec.null_value import NullValue
from personatwin_sql.spec.population import Attribute
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.strict import Strict

ColumnType = Literal["text", "integer", "number", "date", "timestamp", "boolean"]


class Column(Strict):
    """What one column of a source is."""

    role: Role
    hierarchy: Hierarchy | None = None
    """Resolved: the loader has looked up the name. A quasi-identifier without one gets `Flat`."""
    hierarchy_name: str | None = None
    type: ColumnType = "text"
    invalid: Literal["error", "null"] = "error"
    """A value that is not of the type: stop the build, or take it as NULL and count it."""
    format: str | None = None
    """How the file writes dates or times, as strptime names the parts (`%m/%d/%Y`); None for 2014-12-24."""
    place: Place | None = None
    """How precise a place is; the privacy level may ask for a coarser one, and then only `*` is published."""
    merge: Literal["never", "generalize"] = "generalize"
    """Whether personas may merge people who differ here: `never` publishes one value a persona or none."""
    tolerance: int | None = None
    """The coarsest level of the hierarchy at which people may still be merged; None for the top."""
    bounds: tuple[int | float, int | float] | None = None
    """Where its values lie, for sums with noise: declared, never read from the data."""
    granularity: int | float | None = None
    """Sums with noise count its values in whole multiples of this."""
    values: tuple[str | int | bool, ...] = ()
    """Which values there can be, known to everybody: public keys of aggregates with noise."""
    null_as: NullValue | None = None
    """What rows without a value count as in aggregates with noise; None as SQL has it: as nothing."""
    description: str = ""
    aliases: tuple[str, ...] = ()
    """Other names by which `init` recognises the column."""


class Entity(Strict):
    """People or events: the columns that a table of them may have."""

    columns: Mapping[str, Column]


class MustFollow(Strict):
    """`event` needs an earlier (or same-day) event of type `after` of the same person."""

    event: str
    after: str


class CannotFollow(Strict):
    event: str
    after: str


class MaxOccurrences(Strict):
    event: str
    times: int = Field(ge=1)


class RequiresClosure(Strict):
    event: str
    closed_by: str


class OrderRules(Strict):
    """What may come before what. Violations are reported to the owner, by count."""

    must_follow: tuple[MustFollow, ...] = ()
    cannot_follow: tuple[CannotFollow, ...] = ()
    max_occurrences: tuple[MaxOccurrences, ...] = ()
    requires_closure: tuple[RequiresClosure, ...] = ()
    on_violation: Literal["report", "repair"] = "report"
    """`repair` adds what `must_follow` and `requires_closure` miss, marked by `is_added`; what breaks
    `cannot_follow` and `max_occurrences` nothing that is added could mend."""


class PersonaRules(Strict):
    """How people of this domain merge."""

    block: tuple[str, ...] = ()
    """Columns in which the people of a persona always agree; persona events roll up along them."""
    within_block: tuple[str, ...] = ()
    """Columns by which people are ordered before they are cut into personas, most important first."""


class Domain(Strict):
    """A domain after `extends` and names are resolved."""

    name: str
    description: str = ""
    extends: str | None = None
    path: str
    """Where it is written: for the report and for `domain show`."""
    entities: Mapping[str, Entity] = {}
    sources: Mapping[str, Mapping[str, Column]] = {}
    """`court.people` → its columns: the entity's, overridden by what the domain says of the source."""
    source_entities: Mapping[str, str] = {}
    """`court.people` → `people`."""
    hierarchies: Mapping[str, Hierarchy] = {}
    event_types: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    unlisted: Literal["keep", "refuse"] = "keep"
    """Event types and outcomes outside the lists: kept, counted and listed for the owner, or an error."""
    sensitive_outcomes: tuple[str, ...] = ()
    order_rules: OrderRules = OrderRules()
    personas: PersonaRules = PersonaRules()
    time_precision: Period = "day"
    """Dates are released no finer than this, whatever the level allows."""
    place_precision: Place = "address"
    """So are places."""
    kept_for_analysis: tuple[str, ...] = ()
    """Columns whose detail is worth most to research: the search for levels spares them first."""
    census: Mapping[str, Attribute] = {}
    """Columns of people, and what each is in the tables of a census; others are not known there."""
