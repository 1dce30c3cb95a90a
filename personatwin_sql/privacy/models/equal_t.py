"""t-closeness where any two sensitive values are equally far apart."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.models.by_class import column_of, total
from personatwin_sql.privacy.models.closeness import Closeness
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.numbers import Shares


class EqualCloseness(Closeness):
    """½ Σ|p − q| ≤ t (Li et al. 2007), which is the sum of what values of the class have too much."""

    def each(self, classes: Counted) -> Shares:
        values, sizes = column_of(classes, self.column)
        everybody = values.of.everybody
        people = int(everybody.sum())
        surplus = np.maximum(0, values.people * people - everybody[values.values] * sizes)
        distances: Shares = total(classes, values, surplus) / (np.maximum(classes.sizes, 1) * max(1, people))
        return distances
