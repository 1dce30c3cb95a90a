"""What adding and subtracting the published counts would tell, where everybody has one event of a family."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from personatwin_sql.engine.recount_placed import Events, placing
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.sums import UNKNOWN, fewest_people

Links = tuple[list[int], list[int], list[int]]
"""Personas, rows and people, as `fewest_people` takes them."""


def fewest_in_sums(session: Session, events: Events, k_event: int) -> int:
    """The fewest people, above none and up to `k_event`, whose number the published counts tell together.

    The rows of a persona are its own; what they leave of it stands behind the rows of coarser levels, each in
    the finest of them that fits, or behind none. `place_events` has made the tables that are read.
    """
    return min((fewest_people(*links, k_event) for links in _families(session, events)), default=k_event)


def _families(session: Session, events: Events) -> Iterator[Links]:
    """The links of each family of events that everybody of some persona has exactly once."""
    known, links = events.table("known"), events.table("links")
    session.run(f"CREATE OR REPLACE TABLE {known} AS {_known(events)}", events.model)
    session.run(f"CREATE OR REPLACE TABLE {links} AS {_links(events, known)}", events.model)
    found = session.arrays(_together(events, known, links), node=events.model)
    families = found["family_number"].astype(np.int64)
    personas, rows = found["persona"].astype(np.int64), found["row"].astype(np.int64)
    people = found["people"].astype(np.int64)
    for family in np.unique(families):
        is_of = families == family
        yield personas[is_of].tolist(), rows[is_of].tolist(), people[is_of].tolist()


def _known(events: Events) -> str:
    """Personas and families, where all people of the persona have exactly one event of the family."""
    return f"""
        WITH everyone AS (
            SELECT persona, place_number, count(*) AS people FROM {events.table("people")} GROUP BY ALL
        ),
        counted AS (
            SELECT placed.persona, kinds.family_number, count(*) AS events
            FROM {events.table("events")} AS placed
            INNER JOIN {events.table("kinds")} AS kinds ON placed.kind_number = kinds.kind_number
            GROUP BY ALL
        ),
        likely AS (
            SELECT everyone.persona, everyone.place_number, counted.family_number, everyone.people
            FROM everyone
            INNER JOIN counted ON everyone.persona = counted.persona AND everyone.people = counted.events
        )
        SELECT likely.persona, likely.place_number, likely.family_number
        FROM likely
        INNER JOIN {events.table("events")} AS placed ON likely.persona = placed.persona
        INNER JOIN {events.table("kinds")} AS kinds
            ON placed.kind_number = kinds.kind_number AND kinds.family_number = likely.family_number
        GROUP BY ALL
        HAVING count(DISTINCT placed.person) = any_value(likely.people)"""


def _links(events: Events, known: str) -> str:
    """Which personas may stand behind which rows, known by their number among the published ones; 0 is none.

    Of personas of one place that have no rows of their own, one stands for all.

    A table of its own: where statistics show that a LEFT JOIN finds nothing, DuckDB 2.0 takes a sum for 0
    that is compared in the same statement.
    """
    of_personas = [number for number, level in enumerate(events.levels) if level.is_of_personas]
    is_own = f"coalesce(level IN ({', '.join(map(str, of_personas))}), FALSE)"
    joins, level, row = placing(events)
    periods = ", ".join(f"days.period_{period}" for period in events.periods)
    return f"""
        WITH occurring AS (
            SELECT kinds.family_number, kinds.kind_number, min(days.number) AS day
            FROM {events.table("events")} AS placed
            INNER JOIN {events.table("kinds")} AS kinds ON placed.kind_number = kinds.kind_number
            INNER JOIN {events.table("days")} AS days ON placed.day = days.number
            WHERE kinds.family_number IN (SELECT family_number FROM {known})
            GROUP BY kinds.family_number, kinds.kind_number, {periods or "days.day IS NULL"}
        ),
        behind AS (
            SELECT known.*, placed.level, placed.row
            FROM {events.table("events")} AS placed
            INNER JOIN {events.table("kinds")} AS kinds ON placed.kind_number = kinds.kind_number
            INNER JOIN {known} AS known
                ON placed.persona = known.persona AND kinds.family_number = known.family_number
        ),
        standing AS (
            SELECT
                persona AS of_persona, place_number, family_number,
                CASE WHEN bool_or({is_own}) THEN persona
                ELSE min(persona) OVER (PARTITION BY place_number, family_number, bool_or({is_own})) END
                    AS persona
            FROM behind
            GROUP BY persona, place_number, family_number
            HAVING NOT bool_and({is_own})
        ),
        possible AS (
            SELECT people.persona, people.family_number, {level} AS level, {row} + 1 AS row, 0 AS people
            FROM (SELECT DISTINCT persona, place_number, family_number FROM standing) AS people
            INNER JOIN occurring ON people.family_number = occurring.family_number
            INNER JOIN {events.table("kinds")} AS kinds ON occurring.kind_number = kinds.kind_number
            INNER JOIN {events.table("days")} AS days ON occurring.day = days.number
            {joins}
            UNION ALL
            SELECT standing.persona, standing.family_number, behind.level, behind.row + 1 AS row, 1 AS people
            FROM behind
            INNER JOIN standing
                ON behind.persona = standing.of_persona AND behind.family_number = standing.family_number
        )
        SELECT persona, family_number, coalesce(row, {UNKNOWN}) AS row, sum(people) AS people
        FROM possible
        WHERE level IS NULL OR level NOT IN ({", ".join(map(str, of_personas))})
        GROUP BY ALL"""


def _together(events: Events, known: str, links: str) -> str:
    """The links of personas that may stand behind the same rows as one; of those not known as number 0."""
    of_personas = [number for number, level in enumerate(events.levels) if level.is_of_personas]
    return f"""
        WITH alike AS (
            SELECT persona, family_number, dense_rank() OVER (ORDER BY list(row ORDER BY row)) AS number
            FROM {links}
            GROUP BY persona, family_number
            HAVING sum(people) > 0
        ),
        above AS (
            SELECT kinds.family_number, placed.row + 1 AS row, count(DISTINCT placed.person) AS people
            FROM {events.table("events")} AS placed
            INNER JOIN {events.table("kinds")} AS kinds ON placed.kind_number = kinds.kind_number
            WHERE placed.level NOT IN ({", ".join(map(str, of_personas))})
                AND kinds.family_number IN (SELECT family_number FROM {known})
            GROUP BY ALL
        ),
        of_known AS (
            SELECT row, sum(people) AS people FROM {links} GROUP BY row
        )
        SELECT
            links.family_number, alike.number AS persona, links.row,
            CAST(sum(links.people) AS BIGINT) AS people
        FROM {links} AS links
        INNER JOIN alike
            ON links.persona = alike.persona AND links.family_number = alike.family_number
        GROUP BY ALL
        UNION ALL
        SELECT
            above.family_number, {UNKNOWN}, above.row,
            CAST(above.people - coalesce(of_known.people, 0) AS BIGINT)
        FROM above
        LEFT JOIN of_known ON above.row = of_known.row
        WHERE above.people > coalesce(of_known.people, 0)"""
