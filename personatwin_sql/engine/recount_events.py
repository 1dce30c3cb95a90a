"""The independent count of persona events: each event goes to the finest published row that it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.compile.rollup import RollUpLevel
from personatwin_sql.engine.recount import agree, listed, persona_names
from personatwin_sql.engine.recount_left import fewest_left, missing_kinds
from personatwin_sql.engine.session import Session
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


def count_events(
    session: Session,
    model: str,
    authored_sql: str,
    unit: str,
    date: str,
    dimensions: Sequence[str],
    personas: str,
    levels: Sequence[RollUpLevel],
    outcome: str | None,
    sensitive_outcomes: Sequence[str],
    cap: float,
    k_event: int,
    relation: str | None = None,
) -> EventCount:
    """Recount all rows of the release, or of the relation of its cells; raises NodeError when a query fails.

    What `k_event` people did is missing where no row counts it; not so a sensitive outcome that is true of
    more than the cap of all people with a persona.
    """
    release = relation or f"release.{identifier(model)}"
    base = _base(session, model, authored_sql, unit, date, dimensions, personas, levels)
    placed = _placed(session, model, base, release, dimensions, levels)
    rows = _compared(session, placed, release, unit, dimensions, levels)
    fewest = min((row[1] for row in rows if row[0]), default=0)
    published = int(session.value(f"SELECT count(*) FROM {release}"))
    elsewhere = published - sum(row[0] for row in rows)
    sensitive = (outcome, sensitive_outcomes) if outcome is not None else None
    missing = missing_kinds(session, placed, unit, personas, dimensions, sensitive, cap, k_event)
    families = [name for name in dimensions if name != outcome]
    left = fewest_left(session, placed, release, unit, families, levels)
    return EventCount(
        rows=published,
        fewest_people=fewest,
        rows_that_differ=sum(row[2] for row in rows) + elsewhere + missing,
        events=int(session.value(f"SELECT count(*) FROM (\n{authored_sql}\n)")),
        published_events=int(session.value(f"SELECT coalesce(sum(events), 0) FROM {release}")),
        highest_sensitive_share=_sensitive_share(
            session, base, release, unit, personas, outcome, sensitive_outcomes
        ),
        fewest_left=fewest if left is None else left,
    )


_PERIOD_FORMATS = {
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "year": "%Y",
}


def _period(date: str, period: str) -> str:
    column = f"authored.{identifier(date)}"
    if period == "quarter":
        return f"strftime({column}, '%Y') || '-Q' || CAST((month({column}) + 2) // 3 AS VARCHAR)"
    return f"strftime({column}, '{_PERIOD_FORMATS[period]}')"


def _base(
    session: Session,
    model: str,
    authored_sql: str,
    unit: str,
    date: str,
    dimensions: Sequence[str],
    personas: str,
    levels: Sequence[RollUpLevel],
) -> str:
    table = f"private.{identifier(model + '__recount')}"
    by = [name for name in levels[0].by if name != "persona_id"]
    periods = "".join(
        f"{_period(date, period)} AS period_{period}, "
        for period in dict.fromkeys(level.period for level in levels if level.period)
    )
    session.run(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        SELECT
            map.{identifier(unit)}, personas.persona_id, {listed(by, "personas")}{", " if by else ""}
            {periods} '*' AS period_all_time, {listed(dimensions, "authored")}, count(*) AS events
        FROM (\n{authored_sql}\n) AS authored
        INNER JOIN private.{identifier(personas + "__units")} AS map
            ON authored.{identifier(unit)} = map.{identifier(unit)}
        INNER JOIN {persona_names(personas)} AS names ON map.class_id = names.persona
        INNER JOIN release.{identifier(personas)} AS personas ON names.persona_id = personas.persona_id
        GROUP BY ALL
        """,
        model,
    )
    return table


def _keys(level: RollUpLevel) -> tuple[str, ...]:
    return (*level.by, f"period_{level.period or 'all_time'}")


def _placed(
    session: Session,
    model: str,
    base: str,
    release: str,
    dimensions: Sequence[str],
    levels: Sequence[RollUpLevel],
) -> str:
    table = f"private.{identifier(model + '__recount_placed')}"
    joins, cases = [], []
    for number, level in enumerate(levels):
        by = [*level.by, *dimensions]
        joins.append(
            f"LEFT JOIN (SELECT DISTINCT level, {listed([*by, 'period'])} "
            f"FROM {release} WHERE level = '{level.name}') AS r{number} "
            f"ON {agree('base', f'r{number}', by)} "
            f"AND base.{_keys(level)[-1]} IS NOT DISTINCT FROM r{number}.period"
        )
        cases.append(f"r{number}.level")
    session.run(
        f"CREATE OR REPLACE TABLE {table} AS SELECT base.*, coalesce({', '.join(cases)}) AS level "
        f"FROM {base} AS base {' '.join(joins)}",
        model,
    )
    return table


def _compared(
    session: Session,
    placed: str,
    release: str,
    unit: str,
    dimensions: Sequence[str],
    levels: Sequence[RollUpLevel],
) -> list[tuple[int, int, int]]:
    found = []
    for level in levels:
        by = [*level.by, *dimensions]
        period = _keys(level)[-1]
        hidden = [name for name in levels[0].by if name not in level.by]
        shown = " OR ".join(
            f"published.{identifier(name)} IS DISTINCT FROM {'NULL' if name == 'persona_id' else HIDDEN}"
            for name in hidden
        )
        found.append(
            session.rows(f"""
            WITH published AS (
                SELECT *, count(*) OVER (PARTITION BY {listed([*by, "period"])}) AS times_published
                FROM {release} WHERE level = '{level.name}'
            ),
            counted AS (
                SELECT {listed(by)}, {period} AS period,
                    count(DISTINCT {identifier(unit)}) AS people, sum(events) AS events
                FROM {placed} WHERE level = '{level.name}' GROUP BY {listed(by)}, {period}
            )
            SELECT
                count(*),
                coalesce(min(coalesce(counted.people, 0)), 0),
                count(*) FILTER (
                    WHERE counted.people IS DISTINCT FROM published.people
                    OR counted.events IS DISTINCT FROM published.events
                    OR published.times_published > 1
                    OR {shown or "FALSE"}
                )
            FROM published
            LEFT JOIN counted ON {agree("published", "counted", [*by, "period"])}
            """)[0]
        )
    return [(int(row[0]), int(row[1]), int(row[2])) for row in found]


def _sensitive_share(
    session: Session,
    base: str,
    release: str,
    unit: str,
    personas: str,
    outcome: str | None,
    sensitive: Sequence[str],
) -> float:
    """The macro takes outcomes as they are spelled; here `Guilty` and `guilty ` are guilty too."""
    if outcome is None or not sensitive:
        return 0.0
    values = ", ".join(_in_any_spelling(literal(value)) for value in sensitive)
    value = session.value(f"""
        WITH true_of AS (
            SELECT persona_id, {identifier(outcome)} AS outcome, count(DISTINCT {identifier(unit)}) AS people
            FROM {base} WHERE {_in_any_spelling(identifier(outcome))} IN ({values}) GROUP BY ALL
        )
        SELECT coalesce(max(true_of.people::DOUBLE / personas.people), 0)
        FROM (
            SELECT DISTINCT persona_id, {identifier(outcome)} AS outcome
            FROM {release} WHERE persona_id IS NOT NULL
        ) AS published
        INNER JOIN true_of
            ON published.persona_id = true_of.persona_id AND published.outcome = true_of.outcome
        INNER JOIN release.{identifier(personas)} AS personas ON true_of.persona_id = personas.persona_id
        """)
    return float(value)


def _in_any_spelling(text: str) -> str:
    """A text without what people spell differently: case, blanks around it, blanks or hyphens for `_`."""
    return f"lower(regexp_replace(trim({text}), '[\\s_-]+', '_', 'g'))"
