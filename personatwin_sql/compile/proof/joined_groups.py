"""What a condition says of groups of one table holds of groups of the same rows that are kept by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.frozen import replace

if TYPE_CHECKING:
    from personatwin_sql.compile.proof.joins import Condition, Pair


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
