"""Whether a row of FROM tells of one person only: what ties the relations of people to each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personatwin_sql.compile.lineage_facts import facts_of, is_unit
from personatwin_sql.compile.lineage_scope import AmbiguousName, Found, Input, Scope
from personatwin_sql.compile.quoting import folded


def tie(scope: Scope, units: Sequence[Found], right: Input | None) -> None:
    """Notes `unit = unit` of WHERE, or of the join that brings `right`.

    A join gives one tie only: where it keeps rows that found no partner, it does not bring two relations
    before it together. A NULL equals nothing, so `IS NOT DISTINCT FROM` ties nobody.
    """
    one, other = (_person_of(scope, unit) for unit in units)
    if right is None:
        if one is not None and other is not None:
            scope.ties.append((one, other))
        elif one is not None or other is not None:
            here = {folded(input.alias) for input in scope.inputs}
            far = units[0] if one is None else units[1]
            scope.is_of_outer |= bool(far.aliases) and not far.aliases & here
        return
    alias = folded(right.alias)
    is_tied = any(alias in known for known in scope.ties)
    if one is not None and other is not None and (one == alias) != (other == alias) and not is_tied:
        scope.ties.append((one, other))


def share(scope: Scope, one: Found, other: Found) -> None:
    """Notes `column = column` of a join: a key that equals the person's own value is no other's."""
    people = {folded(input.alias) for input in scope.inputs if input.holds_people}
    for key, own in ((one, other), (other, one)):
        if key.column is not None and own.aliases and own.aliases <= people:
            scope.shared |= {(alias, folded(key.column.name)) for alias in key.aliases}


def both(name: str, scope: Scope, right: Input) -> tuple[Found, Found] | None:
    """A column of USING on either side."""
    other = right.find(name)
    try:
        found = scope.find(name, None)
    except AmbiguousName:
        return None
    if found is None or other is None:
        return None
    return found, Found(facts_of(other), other, frozenset({folded(right.alias)}))


def forget(scope: Scope, alias: str) -> None:
    """Forgets a relation that only filtered rows."""
    scope.ties = [known for known in scope.ties if alias not in known]
    scope.shared = {key for key in scope.shared if key[0] != alias}


def strays(scope: Scope) -> Iterator[Input]:
    """Relations whose values may be of another person than the rows that they are joined to."""
    people = [
        input for input in scope.inputs if input.holds_people and folded(input.alias) not in scope.written
    ]
    if not people:
        return
    group = {folded(people[0].alias)}
    while added := {
        alias for known in scope.ties if group.intersection(known) for alias in known if alias not in group
    }:
        group |= added
    for input in scope.inputs:
        if folded(input.alias) in scope.written:  # what it tells was looked up by a value of the row
            continue
        if (folded(input.alias) not in group) if input.holds_people else _tells(input, scope):
            yield input


def is_about_nobody(scope: Scope) -> bool:
    """Whether FROM has no value of any person."""
    return not any(input.holds_people or _tells(input, scope) for input in scope.inputs)


def is_unit_of_each_row(scope: Scope, found: Found | None) -> bool:
    """Whether a column is the unit of its rows, and no outer join leaves it empty."""
    if found is None or not is_unit(found.column) or _person_of(scope, found) is None:
        return False
    return bool(found.aliases - scope.may_miss)


def _tells(input: Input, scope: Scope) -> bool:
    alias = folded(input.alias)
    return input.decided_by.is_personal or any(
        facts_of(column).is_personal and (alias, folded(column.name)) not in scope.shared
        for column in input.columns
    )


def _person_of(scope: Scope, unit: Found) -> str | None:
    """The folded alias of the relation here whose one unit this is."""
    inputs = [input for input in scope.inputs if folded(input.alias) in unit.aliases]
    if not inputs or any(input.unit is None for input in inputs):
        return None
    return folded(inputs[0].alias)
