"""Which classes of a partition may be published: at the levels at which their tuples agree."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import replace
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.numbers import Codes, Flags
from personatwin_sql.privacy.recoding.pool import Pool, part_of


def passing(pool: Pool, group: Codes, classes: int) -> Flags:
    """(classes,): which classes may be published; `group` (tuples,) numbers them, -1 for none."""
    found = counted(pool.frequency, group, classes)
    if pool.models:
        whole = {column.name: column for column in pool.sensitive}
        values = {name: replace(values, of=whole[name]) for name, values in found.values.items()}
        found = replace(found, values=values, population=_candidates(pool, group, classes))
    return acceptable(found, pool.k, pool.models)


def is_passing(pool: Pool, rows: Codes) -> bool:
    """Whether these tuples, as one class, may be published."""
    return bool(passing(part_of(pool, rows), np.zeros(len(rows), dtype=np.int64), 1)[0])


def _candidates(pool: Pool, group: Codes, classes: int) -> Codes | None:
    return None if pool.candidates is None else pool.candidates.of(group, classes)
