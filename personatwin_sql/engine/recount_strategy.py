"""The independent count of a strategy: each released row found anew among the events that stand behind it."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.compile.strategy import IS_ADDED
from personatwin_sql.engine.recount import agree
from personatwin_sql.engine.recount_events import HIDDEN
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.protection import Strategy


@dataclass(frozen=True)
class StrategyCount:
    """What was found behind the rows of a strategy."""

    rows: int
    fewest_people: int
    """Of all rows: as stated, or as counted where that is less."""
    rows_that_differ: int
    """Rows that state more people than there are, or other events; that overlap, or have no place."""
    most_rows_of_a_persona: int
    published_events: int
    """Events that happened, in released rows."""
    events_left_out: int
    """Events that happened, in publishable cells of which no row was made."""


def count_strategy(
    session: Session,
    model: str,
    unit: str,
    dimensions: Sequence[str],
    levels: Sequence[RollUpLevel],
    strategy: Strategy,
) -> StrategyCount:
    """Recount all rows against the people and events behind their cells; raises NodeError when a query fails.

    The cells themselves are counted before: each event of `private.<model>__recount_placed` has the level of
    the cell that it is in, or none.
    """
    found = [_level(session, model, unit, dimensions, level, levels, strategy) for level in levels]
    release, is_real = f"release.{identifier(model)}", _is_real(dimensions)
    rows, most = session.rows(f"""
        SELECT coalesce(sum(rows), 0), coalesce(max(rows) FILTER (WHERE persona_id IS NOT NULL), 0)
        FROM (SELECT persona_id, count(*) AS rows FROM {release} GROUP BY persona_id)
        """)[0]
    published = int(session.value(f"SELECT coalesce(sum(events), 0) FROM {release} WHERE {is_real}"))
    in_cells = session.value(
        f"SELECT coalesce(sum(events), 0) FROM {_placed(model)} WHERE level IS NOT NULL AND {is_real}"
    )
    elsewhere = int(rows) - sum(level[0] for level in found)
    return StrategyCount(
        rows=int(rows),
        fewest_people=min((level[1] for level in found if level[0]), default=0),
        rows_that_differ=sum(level[2] for level in found) + elsewhere + _steps(session, release, strategy),
        most_rows_of_a_persona=int(most),
        published_events=published,
        events_left_out=int(in_cells) - published,
    )


def _placed(model: str) -> str:
    return f"private.{identifier(model + '__recount_placed')}"


def _is_real(dimensions: Sequence[str]) -> str:
    return f"NOT {IS_ADDED}" if IS_ADDED in dimensions else "TRUE"


def _level(
    session: Session,
    model: str,
    unit: str,
    dimensions: Sequence[str],
    level: RollUpLevel,
    levels: Sequence[RollUpLevel],
    strategy: Strategy,
) -> tuple[int, int, int]:
    """Rows of one level, the fewest people behind one of them, and how many differ."""
    by, period = [*level.by, *dimensions], f"placed.period_{level.period or 'all_time'}"
    is_joined = strategy.name == "representative"
    first, last = ("period_from", "period_to") if is_joined else ("period", "period")
    is_behind = (
        f"{agree('published', 'placed', by)} AND (({period} BETWEEN published.{first} AND published.{last}) "
        f"OR ({period} IS NULL AND published.{first} IS NULL AND published.{last} IS NULL))"
    )
    hidden = [name for name in levels[0].by if name not in level.by]
    shown = "".join(
        f" OR published.{identifier(name)} IS DISTINCT FROM {'NULL' if name == 'persona_id' else HIDDEN}"
        for name in hidden
    )
    people = ">" if is_joined and level.by[:1] == ("persona_id",) else "<>"
    counted = "counted.events"
    if IS_ADDED in dimensions:
        counted = f"CASE WHEN published.{IS_ADDED} THEN 0 ELSE {counted} END"
    row = session.rows(f"""
        WITH published AS (
            SELECT *, row_number() OVER () AS number
            FROM release.{identifier(model)} WHERE level = {literal(level.name)}
        ),
        placed AS (SELECT * FROM {_placed(model)} WHERE level = {literal(level.name)}),
        counted AS (
            SELECT published.number, count(DISTINCT placed.{identifier(unit)}) AS people,
                sum(placed.events) AS events
            FROM published INNER JOIN placed ON {is_behind} GROUP BY published.number
        ),
        covered AS (
            SELECT coalesce(sum(placed.events), 0) AS events FROM placed SEMI JOIN published ON {is_behind}
        )
        SELECT
            count(*),
            coalesce(min(least(published.people, coalesce(counted.people, 0))), 0),
            count(*) FILTER (
                WHERE coalesce(published.people {people} counted.people, TRUE)
                OR published.events IS DISTINCT FROM {counted}{shown}
            ) + CASE WHEN coalesce(sum(counted.events), 0) <> (SELECT events FROM covered) THEN 1 ELSE 0 END
        FROM published LEFT JOIN counted ON published.number = counted.number
        """)[0]
    return int(row[0]), int(row[1]), int(row[2])


def _steps(session: Session, release: str, strategy: Strategy) -> int:
    """Personas whose rows are not numbered from 1 on without a gap, and numbers above the personas."""
    if strategy.name != "sequence":
        return 0
    return int(
        session.value(f"""
        SELECT count(*) FROM (
            SELECT
                persona_id, count(*) AS rows, count(DISTINCT step) AS steps,
                min(step) AS first, max(step) AS last
            FROM {release} GROUP BY persona_id
        )
        WHERE CASE
            WHEN persona_id IS NULL THEN last IS NOT NULL
            ELSE rows <> steps OR first <> 1 OR last <> rows
        END""")
    )
