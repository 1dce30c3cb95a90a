"""Places each event in the finest published row that it fits, by numbers for all that is compared."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.compile.strategy import IS_ADDED
from personatwin_sql.engine.recount import agree, listed, persona_names
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import TOP

_PERIOD_FORMATS = {
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "year": "%Y",
}


@dataclass(frozen=True)
class Events:
    """The authored events of people, and what they roll up to."""

    model: str
    sql: str
    unit: str
    date: str
    dimensions: Sequence[str]
    outcome: str | None
    personas: str
    levels: Sequence[RollUpLevel]
    release: str
    """The table that is recounted, as SQL."""

    @property
    def beside(self) -> tuple[str, ...]:
        """The columns of the personas, but for `persona_id`."""
        return tuple(name for name in self.levels[0].by if name != "persona_id")

    @property
    def families(self) -> tuple[str, ...]:
        """The dimensions without the outcome, and whether events were added or not."""
        return tuple(name for name in self.dimensions if name not in (self.outcome, IS_ADDED))

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(level.period for level in self.levels if level.period))

    def table(self, what: str) -> str:
        """`kinds`: kind_number, family_number, the dimensions. `days`: number, day, text and number of each
        period. `places`: place_number, the columns of the personas. `people`: the unit, person, persona,
        place_number. `rows`: which events a published row stands for: level, persona, place_number, period,
        kind_number, row. `events`: person, persona, place_number, kind_number, day, and level and row, NULL
        where an event is in none.
        """
        return f"private.{identifier(f'{self.model}__recount_{what}')}"


def place_events(session: Session, events: Events) -> None:
    """Make the tables of `Events.table`; raises NodeError when a query fails."""
    for name, sql in (
        ("kinds", _kinds(events)),
        ("days", _days(events)),
        ("places", _places(events)),
        ("people", _people(events)),
        ("rows", " UNION ALL ".join(_rows(events, number) for number in range(len(events.levels)))),
        ("events", _events(events)),
    ):
        session.run(f"CREATE OR REPLACE TABLE {events.table(name)} AS {sql}", events.model)
    session.run(
        f"CREATE OR REPLACE VIEW private.{identifier(events.model + '__recount_placed')} AS {_told(events)}",
        events.model,
    )


def _kinds(events: Events) -> str:
    """Each combination of dimensions that occurs, and of those without the outcome."""
    names = listed(events.dimensions)
    family = f"dense_rank() OVER (ORDER BY {listed(events.families)})" if events.families else "1"
    number = f"row_number() OVER (ORDER BY {names})" if names else "1"
    return (
        f"SELECT CAST({number} AS INTEGER) AS kind_number, CAST({family} AS INTEGER) AS family_number"
        f"{', ' if names else ''}{names} FROM (SELECT DISTINCT {names or '1 AS one'} FROM (\n{events.sql}\n))"
    )


def _days(events: Events) -> str:
    """Each day that occurs, NULL too, with the text of its periods and a number for each text."""
    texts = "".join(f", {_period('day', period)} AS text_{period}" for period in events.periods)
    numbers = "".join(
        f", CASE WHEN text_{period} IS NOT NULL "
        f"THEN CAST(dense_rank() OVER (ORDER BY text_{period}) AS INTEGER) END AS period_{period}"
        for period in events.periods
    )
    return (
        f"SELECT CAST(row_number() OVER (ORDER BY day) AS INTEGER) AS number, *{numbers} FROM ("
        f"SELECT day{texts} FROM (SELECT DISTINCT CAST({identifier(events.date)} AS DATE) AS day "
        f"FROM (\n{events.sql}\n)))"
    )


def _period(column: str, period: str) -> str:
    if period == "quarter":
        return f"strftime({column}, '%Y') || '-Q' || CAST((month({column}) + 2) // 3 AS VARCHAR)"
    return f"strftime({column}, '{_PERIOD_FORMATS[period]}')"


def _places(events: Events) -> str:
    names = listed(events.beside)
    number = f"row_number() OVER (ORDER BY {names})" if names else "1"
    return (
        f"SELECT CAST({number} AS INTEGER) AS place_number{', ' if names else ''}{names} "
        f"FROM (SELECT DISTINCT {names or '1 AS one'} FROM release.{identifier(events.personas)})"
    )


def _people(events: Events) -> str:
    """Whoever is in a persona, numbered anew."""
    unit = identifier(events.unit)
    return f"""
        SELECT map.{unit}, CAST(map.rowid AS INTEGER) AS person, map.class_id AS persona, places.place_number
        FROM private.{identifier(events.personas + "__units")} AS map
        INNER JOIN {persona_names(events.personas)} AS names ON map.class_id = names.persona
        INNER JOIN release.{identifier(events.personas)} AS personas ON names.persona_id = personas.persona_id
        INNER JOIN {events.table("places")} AS places ON {agree("personas", "places", events.beside)}"""


def _rows(events: Events, number: int) -> str:
    """What the published rows of a level stand for; of rows that stand for the same, one."""
    level = events.levels[number]
    of_personas = level.is_of_personas
    beside = [name for name in level.by if name != "persona_id"]
    names = f"INNER JOIN {persona_names(events.personas)} AS names ON names.persona_id = published.persona_id"
    periods = (
        f"INNER JOIN (SELECT DISTINCT text_{level.period} AS text, period_{level.period} AS period "
        f"FROM {events.table('days')}) AS periods ON published.period IS NOT DISTINCT FROM periods.text"
    )
    return f"""
        SELECT
            {number} AS level, {"names.persona" if of_personas else "CAST(NULL AS INTEGER)"} AS persona,
            {"periods.period" if level.period else "CAST(NULL AS INTEGER)"} AS period,
            places.place_number, kinds.kind_number,
            CAST(min(published.rowid) AS INTEGER) AS row
        FROM {events.release} AS published
        INNER JOIN {events.table("kinds")} AS kinds ON {agree("published", "kinds", events.dimensions)}
        INNER JOIN {events.table("places")} AS places ON {agree("published", "places", beside)}
        {names if of_personas else ""}
        {periods if level.period else ""}
        WHERE published.level = {literal(level.name)}
            {"" if level.period else f"AND published.period IS NOT DISTINCT FROM {literal(TOP)}"}
        GROUP BY ALL"""


def placing(events: Events) -> tuple[str, str, str]:
    """Joins that find the row of an event, its level and its number, both NULL where it is in none.

    What is placed stands before them as `people` (persona, place_number), `kinds` and `days`.
    """
    joins, found = [], []
    for number, level in enumerate(events.levels):
        row = f"row_{number}"
        joins.append(
            f"LEFT JOIN {events.table('rows')} AS {row} ON {row}.level = {number} "
            f"AND people.place_number = {row}.place_number AND kinds.kind_number = {row}.kind_number"
            + (f" AND people.persona = {row}.persona" if level.is_of_personas else "")
            + (f" AND days.period_{level.period} IS NOT DISTINCT FROM {row}.period" if level.period else "")
        )
        found.append(row)
    cases = " ".join(f"WHEN {row}.row IS NOT NULL THEN {number}" for number, row in enumerate(found))
    rows = f"coalesce({', '.join(f'{row}.row' for row in found)})"
    return " ".join(joins), f"CAST(CASE {cases} END AS TINYINT)", rows


def _events(events: Events) -> str:
    unit = identifier(events.unit)
    joins, level, row = placing(events)
    return f"""
        SELECT
            people.person, people.persona, people.place_number, kinds.kind_number, days.number AS day,
            {level} AS level,
            {row} AS row
        FROM (\n{events.sql}\n) AS authored
        INNER JOIN {events.table("people")} AS people ON authored.{unit} = people.{unit}
        INNER JOIN {events.table("kinds")} AS kinds ON {agree("authored", "kinds", events.dimensions)}
        INNER JOIN {events.table("days")} AS days
            ON CAST(authored.{identifier(events.date)} AS DATE) IS NOT DISTINCT FROM days.day
        {joins}"""


def _told(events: Events) -> str:
    """Each event with all values as they are published, and the name of the level in which it is counted."""
    periods = "".join(f"days.text_{period} AS period_{period}, " for period in events.periods)
    levels = " ".join(
        f"WHEN {number} THEN {literal(level.name)}" for number, level in enumerate(events.levels)
    )
    beside, dimensions = listed(events.beside, "places"), listed(events.dimensions, "kinds")
    return f"""
        SELECT
            placed.person AS {identifier(events.unit)}, names.persona_id, {beside}{", " if beside else ""}
            {periods} {literal(TOP)} AS period_all_time, {dimensions}{", " if dimensions else ""}
            1 AS events, CASE placed.level {levels} END AS level
        FROM {events.table("events")} AS placed
        INNER JOIN {events.table("places")} AS places ON placed.place_number = places.place_number
        INNER JOIN {events.table("kinds")} AS kinds ON placed.kind_number = kinds.kind_number
        INNER JOIN {events.table("days")} AS days ON placed.day = days.number
        INNER JOIN {persona_names(events.personas)} AS names ON placed.persona = names.persona"""
