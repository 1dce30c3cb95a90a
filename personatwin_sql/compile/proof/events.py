"""Proves events of personas: each row counts k_event units, and no event is counted in two rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from personatwin_sql.compile.proof.cells import Cell, read_cell
from personatwin_sql.compile.proof.claims import ordered_by
from personatwin_sql.compile.proof.context import Authored, Context
from personatwin_sql.compile.proof.outcome_cap import cap_of
from personatwin_sql.compile.proof.partition import counted_once
from personatwin_sql.compile.proof.personas import PERSON
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need, refuted
from personatwin_sql.compile.proof.rest import rest_of
from personatwin_sql.compile.proof.script import read_script
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.strategy import IS_ADDED
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class PersonaColumns:
    """What the personas say that stands beside their events."""

    model: str
    names: tuple[str, ...]
    """`persona_id` and the columns of the personas that are published with it."""

    @property
    def members(self) -> str:
        """The private table of who is in which persona; the proof of the personas speaks of it."""
        return f"private.{folded(self.model)}__members"


@dataclass(frozen=True)
class Outcomes:
    """The column that holds outcomes, and the outcomes that may not be true of nearly everyone."""

    column: str
    sensitive: tuple[str, ...] = field(default=())


def prove_persona_events(
    script: str,
    model: str,
    authored: Authored,
    date: str,
    personas: PersonaColumns,
    outcomes: Outcomes | None,
) -> Mapping[str, Proof]:
    """What the SQL guarantees of each published cell of events.

    `k_event`: behind every row of every branch stand so many distinct units, whose own events these are, and
    its columns are keys and counts of that cell. `partition` (1): each level reads only what the earlier ones
    left, so no event is counted in two rows. `people_left`: where a level publishes events of a persona or of
    a coarser group and of one kind (outcomes apart), it leaves nobody of them or so many people.
    `outcome_cap`: a sensitive outcome is published of at most this share of all people of the personas that a
    row speaks of; absent when no outcome is sensitive.
    """
    has_cap = outcomes is not None and bool(outcomes.sensitive)
    names = ("k_event", "partition", "people_left", *(("outcome_cap",) if has_cap else ()))
    try:
        members = personas.members
        context = read_script(script, model, authored, {members: authored.unit}, {members: PERSON})
        cells = _cells(context, authored, date, personas)
    except NotProvableError as error:
        return dict.fromkeys(names, refuted(error))
    partition = counted_once(context, cells)
    left = partition
    if partition.value is not None:
        hidden = {folded(date), IS_ADDED, *([folded(outcomes.column)] if outcomes is not None else [])}
        dimensions = frozenset(map(folded, authored.columns)) - hidden
        left = rest_of(script, context, cells, personas.members, dimensions)
    proofs = {"k_event": _least(cells), "partition": partition, "people_left": left}
    if outcomes is not None and outcomes.sensitive:
        column, sensitive = folded(outcomes.column), frozenset(outcomes.sensitive)
        proofs["outcome_cap"] = cap_of(context, cells, personas.members, column, sensitive)
    return proofs


def _cells(context: Context, authored: Authored, date: str, personas: PersonaColumns) -> tuple[Cell, ...]:
    need(authored.unit and context.released, "nothing is released")
    people = tuple(map(folded, personas.names))
    cells = tuple(
        read_cell(branch, context, folded(date), people, personas.members) for branch in context.released
    )
    for branch in context.released:
        names = set(branch.names) - {"level", "people", "events"}
        ordered_by(branch, names, f"release.{context.model}")
    return cells


def _least(cells: tuple[Cell, ...]) -> Proof:
    least = min((cell.group for cell in cells), key=lambda group: group.at_least)
    return Proof(least.at_least if least.at_least > 0 else None, least.reading)
