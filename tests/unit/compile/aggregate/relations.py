"""Relations that the shapes read, without a project around them."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Fact, Flow
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.sql_reader import SelectTree

EVENTS = Flow(
    (
        Fact("person_id", "text", is_unit=True),
        Fact("county", "text"),
        Fact("kind", "text"),
        Fact("amount", "number"),
        Fact("visits", "integer"),
        Fact("day", "date"),
    ),
    is_of_persons=True,
)
PEOPLE = Flow((Fact("person_id", "text", is_unit=True), Fact("county", "text")), is_of_persons=True)
REGIONS = Flow((Fact("county", "text"), Fact("region", "text")), is_of_persons=False)
TABLES = {
    "private.events": (
        "(person_id VARCHAR, county VARCHAR, kind VARCHAR, amount DOUBLE, visits BIGINT, day DATE)"
    ),
    "private.people": "(person_id VARCHAR, county VARCHAR)",
    "release.regions": "(county VARCHAR, region VARCHAR)",
}


def relations(written: str, node: exp.Table, tree: SelectTree) -> Flow:
    return {"private.events": EVENTS, "private.people": PEOPLE, "release.regions": REGIONS}[written]


def parsed(sql: str, protection: str | None = None) -> ParsedModel:
    return ParsedModel(
        name="model",
        path="models/release/model.sql",
        sql=sql,
        config={} if protection is None else {"protection": protection},
        places={},
        refs=(),
        sources=(),
        ref_places={},
        access="release",
        text=sql,
    )
