"""What published rows of events leave: people beside them, and kinds of events that stand in no row."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.recount import agree, listed
from personatwin_sql.engine.recount_placed import Events
from personatwin_sql.engine.session import Session


def fewest_left(session: Session, events: Events) -> int | None:
    """The fewest people, above none, of a group with rows whose events none of its rows counts.

    A group is a persona, or what a coarser level keeps of it, and a kind of events without the outcome. None
    where each group with rows is counted whole.
    """
    fewest = []
    for by in dict.fromkeys(level.by for level in events.levels):
        numbers = [number for number, level in enumerate(events.levels) if level.by == by]
        kept = ["persona"] if "persona_id" in by else list(by)
        group = ["family_number", *kept]
        place = "each" if "persona_id" in by else "places"
        columns = listed(["family_number"], "kinds") + "".join(f", {listed([name], place)}" for name in kept)
        joins = f"""
            INNER JOIN {events.table("kinds")} AS kinds ON each.kind_number = kinds.kind_number
            INNER JOIN {events.table("places")} AS places ON each.place_number = places.place_number"""
        found = session.value(f"""
            WITH published AS (
                SELECT DISTINCT {columns} FROM {events.table("rows")} AS each {joins}
                WHERE each.level IN ({", ".join(map(str, numbers))})
            ),
            beside AS (
                SELECT {columns}, each.person FROM {events.table("events")} AS each {joins}
                WHERE each.level IS NULL OR each.level > {max(numbers)}
            )
            SELECT min(people) FROM (
                SELECT count(DISTINCT beside.person) AS people FROM beside
                SEMI JOIN published ON {agree("beside", "published", group)}
                GROUP BY {listed(group, "beside")}
            )""")
        fewest += [int(found)] if found is not None else []
    return min(fewest, default=None)


def missing_rows(session: Session, events: Events, values: Sequence[str], cap: float, k_event: int) -> int:
    """Kinds of events that stand in no row although enough people are behind them.

    What the last level leaves has too few people, or is a sensitive outcome of nearly everybody, in events
    of any kind, or was the smallest kind beside others that differ in the outcome alone, of whom too few
    people would be left. Families of which rows were held back for what sums would tell are not asked.
    """
    outcome, dimensions, families = events.outcome, events.dimensions, events.families
    unplaced = (
        f"(SELECT placed.person{''.join(f', kinds.{identifier(name)}' for name in dimensions)} "
        f"FROM {events.table('events')} AS placed INNER JOIN {events.table('kinds')} AS kinds "
        "ON placed.kind_number = kinds.kind_number WHERE placed.row IS NULL "
        f"AND kinds.family_number NOT IN ({_held_families(events)}))"
    )
    group = f"GROUP BY {listed(dimensions)}" if dimensions else ""
    is_saturated = (
        f"coalesce({identifier(outcome)} IN (SELECT outcome FROM saturated), FALSE)"
        if outcome and values
        else "FALSE"
    )
    saturated = (
        f"""
        saturated AS (
            SELECT {identifier(outcome)} AS outcome FROM {unplaced}
            WHERE {identifier(outcome)} IN ({", ".join(map(literal, values))})
            GROUP BY {identifier(outcome)}
            HAVING count(DISTINCT person) > {cap}::DOUBLE * (
                SELECT count(*) FROM private.{identifier(events.personas + "__units")}
                WHERE class_id IS NOT NULL
            )
        ),"""
        if outcome and values
        else ""
    )
    return int(
        session.value(f"""
        WITH {saturated}
        large AS (
            SELECT {"".join(f"{identifier(name)}, " for name in dimensions)} TRUE AS is_large
            FROM {unplaced} {group}
            HAVING count(DISTINCT person) >= {k_event} AND NOT {is_saturated}
        ),
        families AS (
            SELECT
                count(DISTINCT CASE WHEN large.is_large IS NULL THEN unplaced.person END)
                    AS beside,
                count(DISTINCT CASE WHEN large.is_large THEN {_kind(dimensions)} END) AS kinds
            FROM {unplaced} AS unplaced
            LEFT JOIN large ON {agree("unplaced", "large", dimensions)}
            {"GROUP BY " + listed(families, "unplaced") if families else ""}
        )
        SELECT coalesce(sum(kinds), 0) FROM families
        WHERE kinds > 1 OR beside NOT BETWEEN 1 AND {k_event - 1}""")
    )


def _held_families(events: Events) -> str:
    same = (
        f"CAST(kinds.{name} AS VARCHAR) IS NOT DISTINCT FROM CAST(held.{name} AS VARCHAR)"
        for name in map(identifier, events.families)
    )
    return f"""SELECT kinds.family_number FROM {events.table("kinds")} AS kinds
        SEMI JOIN private.{identifier(events.model + "__held")} AS held ON {" AND ".join(same) or "TRUE"}"""


def _kind(dimensions: Sequence[str]) -> str:
    """All that tells the kind of an event as one value, NULL being one of them."""
    return f"struct_pack(kind := row({listed(dimensions, 'unplaced')}))" if dimensions else "TRUE"
