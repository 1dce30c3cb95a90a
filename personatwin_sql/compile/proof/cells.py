"""One branch of released events: cells, each a group of events with the people whose events they are."""

from __future__ import annotations

from typing import Final

from personatwin_sql.compile.proof.claims import declared_only, grouped_by, made_from, speaks_of, unit_of
from personatwin_sql.compile.proof.columns import column_at
from personatwin_sql.compile.proof.context import AUTHORED, Context
from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.compile.proof.proof import given, need
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

PERSONA: Final = "persona"
"""The column of the members that numbers personas."""
PERSONA_ID: Final = "persona_id"
"""What a persona is called: a keyed hash of its number."""


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
    unit = unit_of(group.base.table, context, group.unit, may_be_code=True)
    roots = {
        "period": {(AUTHORED, date)},
        **{name: {(AUTHORED, name)} for name in dimensions},
        **{name: {(members, name)} for name in people},
    }
    made = {*(root for each in roots.values() for root in each), (members, PERSONA)}
    grouped_by(group, made, context)
    for name in branch.names:
        speaks_of(branch.column(name), group, name)
        made_from(branch.column(name), roots.get(name, ()), name)
    is_count = "people" not in branch.names or ("", "people") in group.people
    need(is_count, "`people` is not the number of distinct units")
    is_size = "events" not in branch.names or ("", "events") in group.sizes
    need(is_size, "`events` is not the number of events of the cell")
    for name in (*people, *dimensions):
        if name not in branch.names or not branch.column(name).groups:
            continue
        reason = f"`{name}` is not published as it stands among the columns that make a cell"
        column = column_at(group.keys, ("", name))
        if name == PERSONA_ID and column is None:
            places = {
                place for place, *root in branch.column(name).names if tuple(root) == (members, PERSONA)
            }
            need(places & _places_of_person(group, unit, context, members), reason)
            continue
        column = given(column, reason)
        if name in people:
            relation = context.made(group.base.table)
            copies = relation.column(column).copies
            places = {place for place, *root in copies if tuple(root) == (members, name)}
            reason = f"`{name}` is not that of the persona of the person whose event it is"
            need(places & _places_of_person(group, unit, context, members), reason)
    return Cell(branch, group)


def _places_of_person(group: Group, unit: str, context: Context, members: str) -> set[str]:
    """Where the row of the person whose event it is was read."""
    column = context.made(group.base.table).column(unit)
    root = (members, folded(context.authored.unit))
    return {place for place, *copied in column.copies | column.codes if tuple(copied) == root}
