"""Rules that no release of given people can satisfy, told before anything is searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.counted import Counted, counted
from personatwin_sql.privacy.models.model import PrivacyModel


@dataclass(frozen=True)
class Contradiction:
    """model: the rule. reason: why it cannot hold, without a figure or value of the data."""

    model: PrivacyModel
    reason: str


def contradictions(
    frequency: FrequencySet,
    models: Sequence[PrivacyModel],
    *,
    suppression_limit: float = 1.0,
    population: int | None = None,
) -> tuple[Contradiction, ...]:
    """The rules that contradict the people, in the order given.

    Of rules that classes keep when they merge: if all people in one class fail one, so does every release of
    all of them. Where people may be suppressed, what no class at all can satisfy is told, and α below what is
    left of the most frequent value when nobody but its people are suppressed.
    population: people of the whole population, where one is known.
    """
    everyone = _everyone(frequency, population)
    found = []
    for model in models:
        reason = next(_reasons(frequency, everyone, model, suppression_limit), None)
        if reason:
            found.append(Contradiction(model, reason))
    return tuple(found)


def _everyone(frequency: FrequencySet, population: int | None) -> Counted:
    alike = None if population is None else np.array([population], dtype=np.int64)
    return counted(frequency, np.zeros(len(frequency.people), dtype=np.int64), 1, alike)


def _reasons(
    frequency: FrequencySet, everyone: Counted, model: PrivacyModel, suppression_limit: float
) -> Iterator[str]:
    if model.column is None:
        if not bool(model.passes(everyone)[0]):
            if model.name == "k_map" and everyone.population is None:
                yield "no population is known"
            yield "it asks for more than all people in one class"
        return
    column = next((each for each in frequency.sensitive if each.name == model.column), None)
    if column is None:
        yield f"nothing is counted by `{model.column}`"
        return
    values = column.size - (column.null >= 0)
    if not values:
        yield f"nobody has a value in `{model.column}`"
    elif model.name == "delta_presence":
        pass
    elif column.size == 1:
        yield f"everybody has the same value in `{model.column}`, which any release tells"
    elif model.name == "l_diversity" and getattr(model, "l", 0) > values:
        yield f"it asks for more values than there are in `{model.column}`"
    elif model.name == "alpha_k" and model.required < 1 / column.size:
        yield f"with so few values in `{model.column}` one is always more frequent"
    elif model.name == "alpha_k" and _left(float(column.shares.max()), suppression_limit) > model.required:
        yield f"one value of `{model.column}` is more frequent than that, and too few may be suppressed"
    if not suppression_limit and model.outlives_merges_of_its_own and not bool(model.passes(everyone)[0]):
        yield "all people in one class fail it, and nobody may be suppressed"


def _left(share: float, suppression_limit: float) -> float:
    """The share that a value has at least when so many people are suppressed, all of whom have it."""
    return max(0.0, (share - suppression_limit) / (1 - suppression_limit)) if suppression_limit < 1 else 0.0
