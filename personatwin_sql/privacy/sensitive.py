"""What people of a frequency set have in a sensitive column, or whether they are in a subset, as codes."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares


@dataclass(frozen=True)
class Sensitive:
    """People by tuple and sensitive value; only combinations of somebody are there.

    name: the column.
    rows: (entries,), the tuple of the frequency set.
    values: (entries,), the code of the value, below `size`; codes of an ordered column follow its order.
    people: (entries,), distinct privacy units with it, at least 1; over the entries of a tuple they sum up to
    the tuple's people.
    size: how many distinct values there are in the whole input, NULL among them.
    null: the code of NULL, -1 where nobody has it: a value of its own that never counts towards l.
    parents: per level above the values (size,) the code of the group of each, finest first, the last of one
    group: for the hierarchical distance; empty where the column has no hierarchy.
    """

    name: str
    rows: Codes
    values: Codes
    people: Codes
    size: int
    null: int = -1
    parents: tuple[Codes, ...] = ()

    @cached_property
    def everybody(self) -> Codes:
        """(size,): people of each value in the whole input, suppressed ones included."""
        return np.bincount(self.values, weights=self.people, minlength=self.size).astype(np.int64)

    @cached_property
    def shares(self) -> Shares:
        """(size,): q, the share of each value among all people of the input, suppressed ones included."""
        return self.everybody / max(1, int(self.everybody.sum()))
