"""t-closeness where sensitive values are as far apart as the height of what they have in common."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.models.closeness import Closeness
from personatwin_sql.privacy.models.counted import Counted, Values
from personatwin_sql.privacy.numbers import Codes, Shares


class HierarchicalCloseness(Closeness):
    """Σ over inner nodes of (height ÷ H) · min(pos, neg) ≤ t (Li et al. 2007).

    pos and neg: what the children of a node have too much and too little. Without a hierarchy all values are
    children of one node.
    """

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        of = values.of
        levels = of.parents or (np.zeros(of.size, dtype=np.int64),)
        moved = np.zeros(len(classes.sizes))
        children: Codes = np.arange(of.size)
        for height, groups in enumerate(levels, start=1):
            parents = np.unique(groups, return_inverse=True)[1]
            moved += height * _moved_below(classes.sizes, values, children, parents)
            children = parents
        people = max(1, int(of.everybody.sum()))
        distances: Shares = moved / (np.maximum(classes.sizes, 1) * people * len(levels))
        return distances


def _moved_below(sizes: Codes, values: Values, children: Codes, parents: Codes) -> Shares:
    """(classes,): Σ over the nodes of one height of min(pos, neg), times f · N.

    children, parents: (size,), the node of each value one level lower and at this level. A node of which a
    class has nobody has no child with too many, so only those that it has are written out.
    """
    of, size = values.of, max(1, values.of.size)
    people = int(of.everybody.sum())
    keys, place = np.unique(values.classes * size + children[values.values], return_inverse=True)
    held = np.bincount(place, weights=values.people, minlength=len(keys))
    of_class, child = np.divmod(keys, size)
    expected = np.bincount(children, weights=of.everybody, minlength=size)
    surplus = held * people - expected[child] * sizes[of_class]
    parent_of = np.zeros(size, dtype=np.int64)
    parent_of[children] = parents
    nodes, place = np.unique(of_class * size + parent_of[child], return_inverse=True)
    of_class, node = np.divmod(nodes, size)
    positive = np.bincount(place, weights=np.maximum(0, surplus), minlength=len(nodes))
    expected = np.bincount(parents, weights=of.everybody, minlength=size)
    held = np.bincount(place, weights=held, minlength=len(nodes))
    negative = positive - (held * people - expected[node] * sizes[of_class])
    moved = np.minimum(positive, negative)
    return np.bincount(of_class, weights=moved, minlength=len(sizes)).astype(np.float64)
