"""What the owner is told of those who know some events of a person: how many people the source gives away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.engine.known_in_source import known_in_source
from personatwin_sql.engine.session import Session
from personatwin_sql.release.promise import percent


def known_notes(session: Session, compiled: Compiled, names: Sequence[str]) -> Iterator[str]:
    """A note for each `known_events` that a model asks for: the share of people that it is needed for."""
    for name in names:
        for risk in known_in_source(session, compiled.models[name]):
            share = f"{'' if risk.is_exact else 'at most '}{percent(risk.unique_share)}"
            what = "one event" if risk.m == 1 else f"{risk.m} events"
            yield (
                f"{name}: {share} of the people with events are alone in the source for whoever knows some "
                f"{what} of theirs, at the finest period that is released"
            )
