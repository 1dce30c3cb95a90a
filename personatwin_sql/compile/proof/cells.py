"""One branch of released events: cells, each a group of events with the people whose events they are."""

from __future__ import annotations

from dataclasses import dataclass

from personatwin_sql.compile.proof.claims import declared_only, grouped_by, made_from, speaks_of, unit_of
from personatwin_sql.compile.proof.context import AUTHORED, Context
from personatwin_sql.compile.proof.facts import Group, Relation, column_at
from personatwin_sql.compile.proof.proof import given, need
from personatwin_sql.compile.quoting import folded


@dataclass(frozen=True)
class Cell:
    """What is released of one level, and the group that each row of it is."""

    relation: Relation
    group: Group

    @property
    def source(self) -> str:
        """The table whose rows were counted."""
        return self.group.base.table


def read_cell(branch: Relation, context: Context, date: str, people: tuple[str, ...], members: str) -> Cell:
    """A branch whose rows are groups of events and tell no more; raises NotProvableError otherwise."""
    dimensions = tuple(name for name in map(folded, context.authored.columns) if name != date)
    declared = ("level", "period", "people", "events", *people, *dimensions)
    declared_only(branch, declared, f"release.{context.model}")
    found = [group for group in branch.groups if not group.is_optional and not group.is_repeated]
    need(found, f"a row is not one group of people: {branch.note}")
    group = found[0]
    unit = unit_of(group.base.table, context, group.unit)
    roots = {
        "period": {(AUTHORED, date)},
        **{name: {(AUTHORED, name)} for name in dimensions},
        **{name: {(members, name)} for name in people},
    }
    grouped_by(group, {root for each in roots.values() for root in each}, context)
    for name in branch.names:
        speaks_of(branch.column(name), group, name)
        made_from(branch.column(name), roots.get(name, ()), name)
    is_count = "people" not in branch.names or ("", "people") in group.people
    need(is_count, "`people` is not the number of distinct units")
    for name in (*people, *dimensions, "period"):
        if name not in branch.names or not branch.column(name).groups:
            continue
        reason = f"`{name}` is not published as it stands among the columns that make a cell"
        column = given(column_at(group.keys, ("", name)), reason)
        if name in people:
            _of_the_same_person(group, name, column, unit, context, members)
    return Cell(branch, group)


def _of_the_same_person(
    group: Group, name: str, column: str, unit: str, context: Context, members: str
) -> None:
    """A column of personas is that of the persona in which the person of the event is."""
    relation = context.made(group.base.table)
    root = (members, folded(context.authored.unit))
    places = {place for place, *copied in relation.column(unit).copies if tuple(copied) == root}
    is_same = any((place, members, name) in relation.column(column).copies for place in places)
    need(is_same, f"`{name}` is not that of the persona of the person whose event it is")
