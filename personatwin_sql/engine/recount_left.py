"""What the rows of persona events leave: kinds of events in none of them, and people beside those in some."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.engine.recount import agree, listed
from personatwin_sql.engine.session import Session


def fewest_left(
    session: Session,
    placed: str,
    release: str,
    unit: str,
    families: Sequence[str],
    levels: Sequence[RollUpLevel],
) -> int | None:
    """The fewest people, above none, of a group with rows whose events none of its rows counts.

    A group is a persona, or what a coarser level keeps of it, and a kind of events without the outcome. None
    where each group with rows is counted whole.
    """
    fewest = []
    for by in dict.fromkeys(level.by for level in levels):
        names = [*by, *families]
        own = ", ".join(literal(level.name) for level in levels if level.by == by)
        number = max(number for number, level in enumerate(levels) if level.by == by)
        until = ", ".join(literal(level.name) for level in levels[: number + 1])
        found = session.value(f"""
            SELECT min(people) FROM (
                SELECT count(DISTINCT placed.{identifier(unit)}) AS people
                FROM {placed} AS placed
                SEMI JOIN (SELECT * FROM {release} WHERE level IN ({own})) AS published
                    ON {agree("placed", "published", names)}
                WHERE placed.level IS NULL OR placed.level NOT IN ({until})
                {"GROUP BY " + listed(names, "placed") if names else "HAVING count(*) > 0"}
            )""")
        fewest += [int(found)] if found is not None else []
    return min(fewest, default=None)


def missing_kinds(
    session: Session,
    placed: str,
    unit: str,
    personas: str,
    dimensions: Sequence[str],
    sensitive: tuple[str, Sequence[str]] | None,
    cap: float,
    k_event: int,
) -> int:
    """Kinds of events that stand in no row although enough people are behind them.

    What the last level leaves has too few people, or is a sensitive outcome of nearly everybody, in events
    of any kind, or was the smallest kind beside others that differ in the outcome alone, of whom too few
    people would be left.
    """
    outcome, values = sensitive if sensitive is not None else (None, ())
    families = [name for name in dimensions if name != outcome]
    group = f"GROUP BY {listed(dimensions)}" if dimensions else ""
    is_saturated = (
        f"coalesce({identifier(outcome)} IN (SELECT outcome FROM saturated), FALSE)"
        if outcome and values
        else "FALSE"
    )
    saturated = (
        f"""
        saturated AS (
            SELECT {identifier(outcome)} AS outcome FROM {placed}
            WHERE level IS NULL AND {identifier(outcome)} IN ({", ".join(map(literal, values))})
            GROUP BY {identifier(outcome)}
            HAVING count(DISTINCT {identifier(unit)}) > {cap}::DOUBLE * (
                SELECT count(*) FROM private.{identifier(personas + "__units")} WHERE class_id IS NOT NULL
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
            FROM {placed} WHERE level IS NULL {group}
            HAVING count(DISTINCT {identifier(unit)}) >= {k_event} AND NOT {is_saturated}
        ),
        families AS (
            SELECT
                count(DISTINCT CASE WHEN large.is_large IS NULL THEN unplaced.{identifier(unit)} END)
                    AS beside,
                count(DISTINCT CASE WHEN large.is_large THEN {_kind(dimensions)} END) AS kinds
            FROM (SELECT * FROM {placed} WHERE level IS NULL) AS unplaced
            LEFT JOIN large ON {agree("unplaced", "large", dimensions)}
            {"GROUP BY " + listed(families, "unplaced") if families else ""}
        )
        SELECT coalesce(sum(kinds), 0) FROM families
        WHERE kinds > 1 OR beside NOT BETWEEN 1 AND {k_event - 1}""")
    )


def _kind(dimensions: Sequence[str]) -> str:
    """All that tells the kind of an event as one value, NULL being one of them."""
    return f"struct_pack(kind := row({listed(dimensions, 'unplaced')}))" if dimensions else "TRUE"
