"""Outcomes that are told by chance: what that hides, what it does to counts, and the counts without it."""

from __future__ import annotations

import math

from personatwin_sql.release.ledger.shown import ceiling
from personatwin_sql.release.promise import percent
from personatwin_sql.release.report.document import Block, Cell, Column, Table, Text
from personatwin_sql.release.report.told import counted, listed
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.release.told_outcomes import ReleasedResponse


def told_outcomes(model: ReleasedModel) -> tuple[Block, ...]:
    """Nothing where outcomes are told as they are."""
    response = model.response
    if response is None:
        return ()
    return Text(_words(response)), Text(_correction(response), "muted"), *_table(response)


def _words(response: ReleasedResponse) -> str:
    others, epsilon = len(response.outcomes) - 1, ceiling(response.epsilon)
    all_draws = ceiling(response.epsilon_of_draws)
    more = f" The ledger knows {response.draws} draws of outcomes, ε {all_draws} in all."
    return (
        f"The `{response.column}` of an event is told by chance: {percent(float(response.changed))} of the "
        f"events are told to have another one than theirs, any of {others} as often. So nobody can be sure "
        "of the outcome of an event: what is told is at most "
        f"{math.exp(float(response.epsilon)):,.0f} times as likely with it as with another (ε {epsilon} of "
        "each; of a person with two events, twice as much). Each event is drawn once, and told alike in "
        f"every release.{more if response.draws > 1 else ''} This covers outcomes alone: it is no "
        "differential privacy of the table."
    )


def _correction(response: ReleasedResponse) -> str:
    m = len(response.outcomes)
    q = float(response.changed) / (m - 1)
    p = 1 - float(response.changed)
    return (
        f"A share s of events with an outcome is (s − {q:.5f}) ÷ {p - q:.5f} without that chance, so "
        f"differences between groups are {percent(1 - (p - q))} smaller here than they are. "
        "Events that are left out of the table are no part of its shares; the figures below count them too. "
        "What is promised of sensitive outcomes, and of people who share events, is so of outcomes as told."
    )


def _table(response: ReleasedResponse) -> tuple[Table, ...]:
    if not response.corrected:
        return ()
    heads = (
        Column("Outcome"),
        Column("Told of", True),
        Column("Without chance", True),
        Column("95 of 100 times from", True),
        Column("to", True),
    )
    rows = tuple(
        (
            Cell(listed([f"`{name}`" for name in each.outcomes])),
            Cell(counted(each.told, "event")),
            Cell(f"{each.events:,.0f}"),
            Cell(f"{each.low:,.0f}"),
            Cell(f"{each.high:,.0f}"),
        )
        for each in response.corrected
    )
    return (Table(heads, rows, caption="All events that have an outcome, before any was left out"),)
