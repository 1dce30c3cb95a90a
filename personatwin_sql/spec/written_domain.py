"""A domain file as people write it, before `extends` and the names of hierarchies are resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from personatwin_sql.spec.domain import ColumnType, OrderRules, PersonaRules
from personatwin_sql.spec.hierarchy import Period, Place
from personatwin_sql.spec.null_value import NullValue
from personatwin_sql.spec.population import Attribute
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.tolerance import Tolerance
from personatwin_sql.spec.validation import IDENTIFIER


class WrittenColumn(Strict):
    role: Annotated[Role, Field(strict=False)]
    hierarchy: str | Mapping[str, object] | None = None
    """A name from `hierarchies:`, or a hierarchy of its own."""
    type: ColumnType | None = None
    """Otherwise what the hierarchy asks for, otherwise text."""
    invalid: Literal["error", "null"] = "error"
    format: str | None = None
    place: Place | None = None
    merge: Literal["never", "generalize"] = "generalize"
    tolerance: Tolerance | None = None
    bounds: tuple[int | float, int | float] | None = None
    granularity: int | float | None = None
    values: tuple[str | int | bool, ...] = ()
    null_as: NullValue | None = None
    description: str = ""
    aliases: tuple[str, ...] = ()


class WrittenEntity(Strict):
    columns: Mapping[str, WrittenColumn]


class WrittenSource(Strict):
    entity: str | None = None
    columns: Mapping[str, WrittenColumn] = {}


class WrittenPrecision(Strict):
    """What is released is no finer; the default is the finest there is, so that the level alone decides."""

    time: Period = "day"
    place: Place = "address"


class WrittenDomain(Strict):
    name: str | None = Field(default=None, pattern=IDENTIFIER)
    description: str = ""
    extends: str | None = None
    hierarchies: Mapping[str, Mapping[str, object]] = {}
    entities: Mapping[str, WrittenEntity] = {}
    sources: Mapping[str, WrittenSource] = {}
    event_types: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    unlisted: Literal["keep", "refuse"] = "keep"
    sensitive_outcomes: tuple[str, ...] = ()
    order_rules: OrderRules = OrderRules()
    personas: PersonaRules = PersonaRules()
    precision: WrittenPrecision = WrittenPrecision()
    kept_for_analysis: tuple[str, ...] = ()
    census: Mapping[str, Attribute] = {}
