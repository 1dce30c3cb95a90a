"""What is known of groups that stand in rows: what is found by them, added up of them, or copied of them."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.proof.columns import A_PERSON, Column, Key
from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.frozen import replace


def told(relation: Relation, right: Relation, lefts: frozenset[Key]) -> Relation:
    """What is found by the keys of a group alone is the same for all of it, if it is no value of a person."""
    finding = next((group for group in relation.groups if _is_found_by(group, lefts, right)), None)
    if finding is None or not lefts:
        return relation
    found = {key for key, column in right.columns.items() if A_PERSON not in column.groups}
    columns = {
        key: replace(column, groups=frozenset({finding.name})) if key in found else column
        for key, column in relation.columns.items()
    }
    groups = tuple(
        replace(group, told=group.told | found) if group is finding else group for group in relation.groups
    )
    return replace(relation, columns=columns, groups=groups)


def _is_found_by(group: Group, lefts: frozenset[Key], right: Relation) -> bool:
    own = group.told.union(*group.keys.values())
    return not group.is_optional and lefts <= own and own.isdisjoint(right.columns)


def addable(columns: Mapping[Key, Column], are_once: bool) -> Mapping[Key, Column]:
    """Counts can be added up where no row that bears them stands twice."""
    return columns if are_once else {key: replace(each, counts=frozenset()) for key, each in columns.items()}


def spread(relation: Relation, people: Key) -> Relation | None:
    """Each row as often as this count of the people of its group says; None where it says no such thing."""
    if not any(people in group.people and not group.is_repeated for group in relation.groups):
        return None
    return replace(
        relation,
        columns=addable(relation.columns, are_once=False),
        rows=tuple(
            replace(rows, is_once=False, is_exact=False, is_whole_within=False) for rows in relation.rows
        ),
        groups=tuple(
            replace(
                group,
                is_complete=False,
                is_repeated=True,
                is_spread=people in group.people and not group.is_repeated,
            )
            for group in relation.groups
        ),
        distinct=(),
        unique=frozenset(),
        over_cap=None,
        repeats=True,
    )
