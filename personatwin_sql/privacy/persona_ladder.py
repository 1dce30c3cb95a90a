"""The mitigation ladder of personas: from the levels that they start at to those that meet their rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import numpy as np

from personatwin_sql.privacy.coarsening import Node, PersonaDemand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.gathering import gather
from personatwin_sql.privacy.ladder import Rung, Step


def persona_ladder(
    frequency: FrequencySet,
    demand: PersonaDemand,
    start: Sequence[int],
    levels: Sequence[int],
    time_columns: Set[str] = frozenset(),
) -> tuple[Step, ...]:
    """The steps from `start` to `levels`, none finer than the one before: gathered, time, the rest.

    Risks are those of published combinations of values; equal personas are one class to an adversary.
    """
    return tuple(
        _step(name, node, frequency, demand) for name, node in _rungs(frequency, start, levels, time_columns)
    )


def _rungs(
    frequency: FrequencySet, start: Sequence[int], levels: Sequence[int], time_columns: Set[str]
) -> Iterator[tuple[Rung, Node]]:
    first, last = tuple(start), tuple(levels)
    yield "gathered", first
    coarser_time = tuple(
        after if name in time_columns else before
        for name, before, after in zip(frequency.names, first, last, strict=True)
    )
    if coarser_time != first:
        yield "coarser_time", coarser_time
    if coarser_time != last:
        yield "coarser_demographics", last


def _step(name: Rung, levels: Node, frequency: FrequencySet, demand: PersonaDemand) -> Step:
    found = gather(frequency, levels, demand.k, demand.blocks, demand.within)
    return Step(
        name=name,
        k=demand.k,
        levels=levels,
        loss=_loss(frequency, levels),
        average_risk=found.average_risk if found.people else 0.0,
        record_risk=1 / found.smallest if found.smallest else 0.0,
        suppressed_share=(frequency.total - found.people) / frequency.total if frequency.total else 0.0,
    )


def _loss(frequency: FrequencySet, levels: Node) -> float:
    """Iyengar's loss of the levels, mean over columns and people; what gathering hides is not in it."""
    total = 0.0
    for column, level in enumerate(levels):
        people = np.bincount(
            frequency.codes[:, column], weights=frequency.people, minlength=frequency.maps[column].shape[1]
        )
        total += float(frequency.shares(column)[level] @ people)
    return total / (frequency.total * len(levels)) if frequency.total else 0.0
