"""What is known of groups of one table stays known when they are joined with groups of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personatwin_sql.compile.proof.columns import column_at
from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.frozen import replace

if TYPE_CHECKING:
    from personatwin_sql.compile.proof.joins import Condition, Kind, Pair


def kept_by(group: Group, right: Relation, kind: Kind, on: Condition) -> frozenset[str] | None:
    """Where one row at most is found for each, those that agree in what is looked for stay or go together.

    None goes where all groups of the same rows are there to be found.
    """
    before = group.whole_by
    names = [column_at(group.keys, pair.left) for pair in on.pairs if pair.left is not None]
    by = frozenset(name for name in names if name is not None)
    if before is None or not on.is_plain or len(names) != len(on.pairs) or None in names:
        return None
    if kind == "LEFT" or any(_has_all(other, group, on) for other in right.groups):
        return before
    return before | by


def _has_all(other: Group, group: Group, on: Condition) -> bool:
    """Whether each group finds the one of `other` that it is in: all of the same rows are there."""
    found = {
        next((name for name in other.of if _same_key(pair, name, group, other)), None) for pair in on.pairs
    }
    is_safe = all(pair.is_null_safe for pair in on.pairs)
    is_same = other.base.table == group.base.table and other.of == found
    return is_safe and is_same and other.is_complete and other.whole_by == frozenset()


def also_says(group: Group, right: Relation, on: Condition) -> Group:
    """SEMI JOIN of groups with groups that are made alike: what is said of the one holds of the other."""
    for other in right.groups:
        if other.base.table != group.base.table or other.of != group.of or other.is_optional:
            continue
        names = [
            next((name for name in group.of if _same_key(pair, name, group, other)), None)
            for pair in on.pairs
        ]
        if set(names) == group.of:
            return replace(group, says=(*group.says, *other.says))
    return group


def _same_key(pair: Pair, name: str, group: Group, other: Group) -> bool:
    return pair.left in group.keys.get(name, ()) and pair.right in other.keys.get(name, ())
