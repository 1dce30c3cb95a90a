"""The independent count of persona events: each event goes to the finest published row that it fits."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.engine.recount import persona_names
from personatwin_sql.engine.recount_left import fewest_left, missing_rows
from personatwin_sql.engine.recount_placed import Events, place_events
from personatwin_sql.engine.recount_sums import fewest_in_sums
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import TOP

HIDDEN = literal(TOP)
"""What a released row shows of a block column that its level does not keep."""


@dataclass(frozen=True)
class EventCount:
    """What was found behind the released rows."""

    rows: int
    fewest_people: int
    """Distinct people behind the row that has fewest."""
    rows_that_differ: int
    """Rows whose people or events are not what was counted; that stand twice or nowhere; that are missing."""
    events: int
    """Events of the authored SELECT, those of people without a persona included."""
    published_events: int
    highest_sensitive_share: float
    """Over personas with a published sensitive outcome: people of whom it is true ÷ people."""
    fewest_left: int = 0
    """Of personas, and of coarser groups, with published events of a kind (outcomes apart): the fewest people
    whose events of that kind none of their rows counts; `fewest_people` where nobody is left so."""
    fewest_in_sums: int = 0
    """The fewest people, above none and up to k_event, whose number follows from all counts together."""


def count_events(
    session: Session, events: Events, sensitive_outcomes: Sequence[str], cap: float, k_event: int
) -> EventCount:
    """Recount all rows of the release, or of the relation of its cells; raises NodeError when a query fails.

    What `k_event` people did is missing where no row counts it; not so a sensitive outcome that is true of
    more than the cap of all people with a persona.
    """
    place_events(session, events)
    published, fewest, differing, told = _compared(session, events)
    sensitive = sensitive_outcomes if events.outcome is not None else ()
    missing = missing_rows(session, events, sensitive, cap, k_event)
    left = fewest_left(session, events)
    return EventCount(
        rows=published,
        fewest_people=fewest,
        rows_that_differ=differing + missing,
        events=int(session.value(f"SELECT count(*) FROM (\n{events.sql}\n)")),
        published_events=told,
        highest_sensitive_share=_sensitive_share(session, events, sensitive),
        fewest_left=fewest if left is None else left,
        fewest_in_sums=fewest_in_sums(session, events, k_event),
    )


def _compared(session: Session, events: Events) -> tuple[int, int, int, int]:
    """Published rows, the fewest people behind one, how many state something else, the events they state.

    People and events of a row are those that were placed in it; of rows that stand for the same events, all
    but one have none, and so has a row that stands for no events at all.
    """
    shown = " ".join(
        f"WHEN {literal(level.name)} THEN {_shows_more(level, events)}" for level in events.levels
    )
    row = session.rows(f"""
        WITH counted AS (
            SELECT row, count(*) AS people, sum(events) AS events
            FROM (
                SELECT row, person, count(*) AS events
                FROM {events.table("events")} WHERE row IS NOT NULL GROUP BY row, person
            )
            GROUP BY row
        )
        SELECT
            count(*),
            coalesce(min(coalesce(counted.people, 0)), 0),
            count(*) FILTER (
                WHERE counted.people IS DISTINCT FROM published.people
                OR counted.events IS DISTINCT FROM published.events
                OR CASE published.level {shown} ELSE TRUE END
            ),
            coalesce(sum(published.events), 0)
        FROM {events.release} AS published
        LEFT JOIN counted ON published.rowid = counted.row
        """)[0]
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _shows_more(level: RollUpLevel, events: Events) -> str:
    """Whether a row shows what its level does not keep."""
    hidden = [name for name in events.levels[0].by if name not in level.by]
    shown = " OR ".join(
        f"published.{identifier(name)} IS DISTINCT FROM {'NULL' if name == 'persona_id' else HIDDEN}"
        for name in hidden
    )
    return f"({shown or 'FALSE'})"


def _sensitive_share(session: Session, events: Events, sensitive: Sequence[str]) -> float:
    """The macro takes outcomes as they are spelled; here `Guilty` and `guilty ` are guilty too."""
    if events.outcome is None or not sensitive:
        return 0.0
    outcome = identifier(events.outcome)
    values = ", ".join(_in_any_spelling(literal(value)) for value in sensitive)
    value = session.value(f"""
        WITH sensitive AS (
            SELECT kind_number, {outcome} AS outcome FROM {events.table("kinds")}
            WHERE {_in_any_spelling(outcome)} IN ({values})
        ),
        published AS (
            SELECT DISTINCT rows.persona, sensitive.outcome FROM {events.table("rows")} AS rows
            INNER JOIN sensitive ON rows.kind_number = sensitive.kind_number
            WHERE rows.persona IS NOT NULL
        ),
        true_of AS (
            SELECT placed.persona, count(DISTINCT placed.person) AS people
            FROM {events.table("events")} AS placed
            INNER JOIN sensitive ON placed.kind_number = sensitive.kind_number
            SEMI JOIN published
                ON placed.persona = published.persona AND sensitive.outcome = published.outcome
            GROUP BY placed.persona, sensitive.outcome
        )
        SELECT coalesce(max(true_of.people::DOUBLE / personas.people), 0)
        FROM true_of
        INNER JOIN {persona_names(events.personas)} AS names ON true_of.persona = names.persona
        INNER JOIN release.{identifier(events.personas)} AS personas ON names.persona_id = personas.persona_id
        """)
    return float(value)


def _in_any_spelling(text: str) -> str:
    """A text without what people spell differently: case, blanks around it, blanks or hyphens for `_`."""
    return f"lower(regexp_replace(trim({text}), '[\\s_-]+', '_', 'g'))"
