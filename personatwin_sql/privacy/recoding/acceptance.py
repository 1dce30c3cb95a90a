"""Which classes of a partition may be published: at the levels at which their tuples agree."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import replace
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import Counted, counted
from personatwin_sql.privacy.numbers import Codes, Flags
from personatwin_sql.privacy.population import class_population
from personatwin_sql.privacy.recoding.partition import common_levels, firsts_of
from personatwin_sql.privacy.recoding.pool import Pool, part_of


def passing(pool: Pool, group: Codes, classes: int) -> Flags:
    """(classes,): which classes may be published; `group` (tuples,) numbers them, -1 for none."""
    found = counted(pool.frequency, group, classes)
    if pool.models:
        whole = {column.name: column for column in pool.sensitive}
        values = {name: replace(values, of=whole[name]) for name, values in found.values.items()}
        found = replace(found, values=values, population=_population(pool, group, found))
    return acceptable(found, pool.k, pool.models)


def is_passing(pool: Pool, rows: Codes) -> bool:
    """Whether these tuples, as one class, may be published."""
    return bool(passing(part_of(pool, rows), np.zeros(len(rows), dtype=np.int64), 1)[0])


def _population(pool: Pool, group: Codes, found: Counted) -> Codes | None:
    """(classes,): who in the population shares what a class publishes; it matters where enough people are."""
    population = pool.frequency.population
    if population is None or not any(model.name == "k_map" for model in pool.models):
        return None
    large = np.flatnonzero(found.sizes >= pool.k)
    number = np.full(len(found.sizes) + 1, -1, dtype=np.int64)
    number[large] = np.arange(len(large))
    inside = number[group]
    levels = common_levels(pool, inside, len(large))
    firsts = firsts_of(inside, len(large))
    codes = np.empty_like(levels)
    for column, table in enumerate(pool.frequency.maps):
        codes[:, column] = table[levels[:, column], pool.frequency.codes[firsts, column]]
    alike = np.zeros(len(found.sizes), dtype=np.int64)
    alike[large] = class_population(population, levels, codes)
    return alike
