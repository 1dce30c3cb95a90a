"""What released events tell somebody who knows some of a person's events, and at which levels they stand."""

from __future__ import annotations

import numpy as np

from personatwin_sql.compile.event_protection import dimensions_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.strategy import IS_ADDED, is_repaired, when_columns
from personatwin_sql.engine.recount import listed
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.pattern import PatternRisk, event_patterns
from personatwin_sql.spec.protection import PersonaEvents


@dataclass(frozen=True)
class LevelRows:
    """One level of the roll-up as released."""

    level: str
    rows: int
    events: int


def released_patterns(
    session: Session, model: CompiledModel, personas: CompiledModel
) -> tuple[PatternRisk, ...]:
    """Pattern risks of released rows of personas: cells are period and kind of event, groups are personas."""
    promise = model.protection
    when = when_columns(promise.strategy) if isinstance(promise, PersonaEvents) else ()
    cell = listed([*(name for name in when if name != "step"), *dimensions_of(model)], "events")
    happened = f"WHERE NOT events.{IS_ADDED}" if is_repaired(model) else ""
    arrays = session.arrays(f"""
        SELECT
            dense_rank() OVER (ORDER BY events.persona_id) - 1 AS persona,
            dense_rank() OVER (ORDER BY {cell}) - 1 AS cell,
            personas.people
        FROM release.{identifier(model.name)} AS events
        INNER JOIN release.{identifier(personas.name)} AS personas ON events.persona_id = personas.persona_id
        {happened}
        """)
    return _patterns(arrays)


def _patterns(arrays: dict[str, np.ndarray]) -> tuple[PatternRisk, ...]:
    groups = np.asarray(arrays["persona"], dtype=np.int64)
    people = np.zeros(int(groups.max()) + 1 if groups.size else 0, dtype=np.int64)
    people[groups] = np.asarray(arrays["people"], dtype=np.int64)
    return event_patterns(groups, np.asarray(arrays["cell"], dtype=np.int64), people)


def rows_by_level(session: Session, model: CompiledModel) -> tuple[LevelRows, ...]:
    """Released rows and events at each level, finest first."""
    rows = session.rows(f"""
        SELECT level, count(*), sum(events)::BIGINT FROM release.{identifier(model.name)}
        GROUP BY level ORDER BY min(rowid)
        """)
    return tuple(LevelRows(str(level), int(count), int(events)) for level, count, events in rows)
