"""Losses by loops over people, as the papers write them, sharing nothing with the search."""

from __future__ import annotations

from collections import Counter
from math import exp, log, log2, prod

from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet

Levels = tuple[int, ...]
Key = tuple[int, ...]


def plain_loss(frequency: FrequencySet, demand: Demand, levels: Levels, kept: dict[Key, int]) -> float:
    """The demand's measure of a release that keeps these classes at these levels."""
    if not frequency.total:
        return 0.0
    rows = [
        (row, people, generalized(frequency, levels, row))
        for row, people in zip(frequency.codes.tolist(), frequency.people.tolist(), strict=True)
    ]
    objective, total = demand.objective, frequency.total
    suppressed = sum(people for _, people, key in rows if key not in kept)
    match objective.measure:
        case "discernibility":
            return sum(size**2 for size in kept.values()) + total * suppressed
        case "average_class_size":
            return total / (len(kept) + (suppressed > 0))
        case "ambiguity":
            domain = prod(int(leaves.sum()) for leaves in frequency.leaves)
            areas = (
                people * (area(frequency, levels, key) if key in kept else domain) for _, people, key in rows
            )
            return sum(areas) / total
        case "kl_divergence":
            domain = prod(int(leaves.sum()) for leaves in frequency.leaves)
            found = 0.0
            for _, people, key in rows:
                size, spread = (
                    (kept[key], area(frequency, levels, key)) if key in kept else (suppressed, domain)
                )
                found += people / total * log2((people / total) / (size / total / spread))
            return found
    losses = [_of_column(frequency, demand, levels, column, rows, kept) for column in range(len(levels))]
    weights = [demand.weights.get(name, 1.0) for name in frequency.names]
    if objective.mean == "geometric":
        logs = sum(weight * log(1 + loss) for weight, loss in zip(weights, losses, strict=True))
        return exp(logs / sum(weights)) - 1
    return sum(weight * loss for weight, loss in zip(weights, losses, strict=True)) / sum(weights)


def _of_column(
    frequency: FrequencySet,
    demand: Demand,
    levels: Levels,
    column: int,
    rows: list[tuple[list[int], int, Key]],
    kept: dict[Key, int],
) -> float:
    weight, total, level = demand.objective.suppression, frequency.total, levels[column]
    if demand.objective.measure == "non_uniform_entropy":
        return _entropy(column, rows, kept, weight)
    leaves, raw = frequency.leaves[column], 0.0
    domain, height = int(leaves.sum()), frequency.heights[column]
    for _, people, key in rows:
        cell = level / height if height else 0.0
        if demand.objective.measure == "loss":
            cell = under(frequency, column, level, key[column]) / domain
        raw += people * (cell if key in kept else cell + weight * (1 - cell))
    if demand.objective.measure == "precision":
        return raw / total
    least = total / domain
    return (raw - least) / (total - least) if total > least else 0.0


def _entropy(
    column: int, rows: list[tuple[list[int], int, Key]], kept: dict[Key, int], weight: float
) -> float:
    given: Counter[int] = Counter()
    merged: Counter[int] = Counter()
    gone: Counter[int] = Counter()
    for row, people, key in rows:
        given[row[column]] += people
        merged[key[column]] += people
        if key not in kept:
            gone[key[column]] += people
    bits = sum(people * log2(merged[key[column]] / given[row[column]]) for row, people, key in rows)
    bits += weight * sum(people * log2(gone.total() / people) for people in gone.values())
    most = sum(people * log2(given.total() / people) for people in given.values())
    return bits / most if most else 0.0


def generalized(frequency: FrequencySet, levels: Levels, row: list[int]) -> Key:
    return tuple(
        int(table[level][value]) for table, level, value in zip(frequency.maps, levels, row, strict=True)
    )


def area(frequency: FrequencySet, levels: Levels, key: Key) -> int:
    """Combinations of leaves under a class."""
    return prod(
        under(frequency, column, level, code)
        for column, (level, code) in enumerate(zip(levels, key, strict=True))
    )


def under(frequency: FrequencySet, column: int, level: int, code: int) -> int:
    """Leaves under a generalized value."""
    values = zip(frequency.leaves[column].tolist(), frequency.maps[column][level].tolist(), strict=True)
    return sum(leaf for leaf, of in values if of == code)
