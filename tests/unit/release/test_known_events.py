"""What is said to whoever knows some of a person's events."""

from __future__ import annotations

from dataclasses import replace

from court_release import EVENTS, PEOPLE, release_of

from personatwin_sql.release.measures import risk_measures
from personatwin_sql.release.report.document import Table, Text
from personatwin_sql.release.report.known_events import known_events
from personatwin_sql.release.report.told import Told
from personatwin_sql.release.result import EventPattern


def told(*patterns: EventPattern) -> Told:
    return Told(release_of(PEOPLE, replace(EVENTS, event_patterns=patterns)))


def test_the_fewest_people_of_all_numbers_of_known_events_are_told() -> None:
    (card,) = known_events(told(EventPattern(1, 34, 0.0), EventPattern(2, 12, 0.0)))
    finding, table = card.blocks
    assert isinstance(finding, Text)
    assert "up to 2 events" in finding.text
    assert "finds 12 or more people" in finding.text
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["1 event", "34", "0 %"],
        ["2 events", "12", "0 %"],
    ]


def test_a_bound_is_told_as_one() -> None:
    (card,) = known_events(told(EventPattern(3, 12, 0.25, is_exact=False)))
    table = card.blocks[1]
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["3 events", "at least 12", "at most 25 %"]
    measures = risk_measures(replace(EVENTS, risk=None, event_patterns=(EventPattern(3, 12, 0.25, False),)))
    assert [measure.words for measure in measures] == [
        "People whom 3 or fewer events of theirs single out, at most",
        "At least so many people who share 3 or fewer events of somebody",
    ]


def test_tables_without_events_and_without_rows_of_single_groups_say_so() -> None:
    assert known_events(Told(release_of(PEOPLE))) == ()
    (card,) = known_events(told(EventPattern(1, 0, 0.0)))
    finding = card.blocks[0]
    assert isinstance(finding, Text)
    assert "nothing is learnt" in finding.text
