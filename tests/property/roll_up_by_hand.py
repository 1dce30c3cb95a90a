"""The roll-up of events said again in Python, one group after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from court_people import SENSITIVE_OUTCOME, Event

from personatwin_sql.compile.rollup import RollUpLevel

Values = tuple[str | None, ...]


class Fact(NamedTuple):
    """An event of a person who has a persona."""

    person_id: int
    persona: Mapping[str, str | None]
    """persona_id, its number `persona`, and what stands beside it."""
    event: Event


class Row(NamedTuple):
    level: str
    place: Values
    """persona_id and what stands beside it; None and `*` where the level does not keep it."""
    period: str | None
    event_type: str | None
    outcome: str | None
    people: int
    events: int


def facts(events: Sequence[Event], personas: Mapping[int, Mapping[str, str | None]]) -> list[Fact]:
    return [
        Fact(event.person_id, personas[event.person_id], event)
        for event in events
        if event.person_id in personas
    ]


def period(day: str | None, name: str | None) -> str | None:
    if name is None:
        return "*"
    if day is None:
        return None
    found = date.fromisoformat(day)
    year, week, _ = found.isocalendar()
    return {
        "day": day,
        "week": f"{year}-W{week:02}",
        "month": day[:7],
        "quarter": f"{found.year}-Q{(found.month + 2) // 3}",
        "year": day[:4],
    }[name]


def rolled_up(
    given: Sequence[Fact],
    personas: Mapping[int, Mapping[str, str | None]],
    levels: Sequence[RollUpLevel],
    columns: Sequence[str],
    k_event: int,
    cap: float,
) -> list[Row]:
    """The rows that are due, and by that what is suppressed."""
    left, rows = list(given), []
    for level in levels:
        taken = _cells(left, personas, level, k_event, cap)
        for cell, members in taken.items():
            kept = dict(zip(level.by, cell, strict=False))
            hidden = {name: None if name == "persona_id" else "*" for name in columns}
            place = tuple({**hidden, **kept}[name] for name in columns)
            rows.append(Row(level.name, place, *cell[len(level.by) :], _people(members), len(members)))
        left = [fact for fact in left if _cell(fact, level) not in taken]
    return rows


def _cells(
    left: Sequence[Fact],
    personas: Mapping[int, Mapping[str, str | None]],
    level: RollUpLevel,
    k_event: int,
    cap: float,
) -> dict[Values, list[Fact]]:
    found: dict[Values, list[Fact]] = defaultdict(list)
    saturated = _saturated(left, personas, level, cap)
    for fact in left:
        if fact.event.outcome != SENSITIVE_OUTCOME or _kept(fact.persona, level.by) not in saturated:
            found[_cell(fact, level)].append(fact)
    cells = {cell: members for cell, members in found.items() if _people(members) >= k_event}
    groups = [lambda fact: (_kept(fact.persona, level.by), fact.event.event_type)]
    if level.onward is not None:
        onward = level.onward
        groups.append(lambda fact: _group(fact, onward))
    held = [cell for group in groups for cell in _held(left, cells, level, group, k_event)]
    return {cell: members for cell, members in cells.items() if cell not in held}


def _held(
    left: Sequence[Fact],
    cells: Mapping[Values, list[Fact]],
    level: RollUpLevel,
    group_of: Callable[[Fact], object],
    k_event: int,
) -> list[Values]:
    """The smallest cell of each group of which some, and too few, would be left."""
    behind: dict[object, list[Fact]] = defaultdict(list)
    for fact in left:
        if _cell(fact, level) not in cells:
            behind[group_of(fact)].append(fact)
    held = []
    for group, members in behind.items():
        beside = [cell for cell, inside in cells.items() if group_of(inside[0]) == group]
        if _people(members) < k_event and beside:
            held.append(min(beside, key=lambda cell: _first_held(cell, cells[cell], level)))
    return held


def _first_held(cell: Values, members: Sequence[Fact], level: RollUpLevel) -> tuple[object, ...]:
    """No sensitive outcome, if that can be; few people; and then by what the cell is, personas by number."""
    values: list[object] = [(v is None, v or "") for v in cell]
    if level.is_of_personas:
        values[0] = int(str(members[0].persona["persona"]))
    return cell[-1] == SENSITIVE_OUTCOME, _people(members), values


def _saturated(
    left: Sequence[Fact], personas: Mapping[int, Mapping[str, str | None]], level: RollUpLevel, cap: float
) -> set[Values]:
    """Groups of whose people more than the cap have the sensitive outcome."""
    everyone, having = defaultdict(set), defaultdict(set)
    for person, persona in personas.items():
        everyone[_kept(persona, level.by)].add(person)
    for fact in left:
        if fact.event.outcome == SENSITIVE_OUTCOME:
            having[_kept(fact.persona, level.by)].add(fact.person_id)
    return {group for group, people in having.items() if len(people) > cap * len(everyone[group])}


def _kept(persona: Mapping[str, str | None], names: Sequence[str]) -> Values:
    return tuple(persona[name] for name in names)


def _cell(fact: Fact, level: RollUpLevel) -> Values:
    event = fact.event
    kind = (event.event_type, event.outcome)
    return (*_kept(fact.persona, level.by), period(event.date, level.period), *kind)


def _group(fact: Fact, onward: Sequence[str]) -> Values:
    return (*_kept(fact.persona, onward), fact.event.event_type, fact.event.outcome)


def _people(members: Sequence[Fact]) -> int:
    return len({fact.person_id for fact in members})
