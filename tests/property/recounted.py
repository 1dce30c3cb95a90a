"""A release counted again from the rows of the source, in plain Python: an adversary matching people to it.

Nothing of the tool is used: a published value says which given values may stand behind it, and whoever may
stand behind a row is counted. Every count is an upper bound of the true one: a row that fails here is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

Person = Mapping[str, str]
Row = Mapping[str, object]

_BAND = re.compile(r"(-?\d+)-(-?\d+)")


def may_be(published: object, given: str) -> bool:
    """Whether a published value may stand for a given one; an empty given value is NULL."""
    if published == "*":
        return True
    if published is None or given == "":
        return published is None and given == ""
    text = str(published)
    if text == given or (text.endswith("*") and given.startswith(text.rstrip("*"))):
        return True
    try:
        number = float(given)
    except ValueError:
        return False
    if band := _BAND.fullmatch(text):
        return int(band[1]) <= number <= int(band[2])
    if text.endswith("+"):
        return number >= float(text[:-1])
    return text.startswith("<") and number < float(text[1:])


def may_be_in(period: object, given: str) -> bool:
    """Whether a published period may hold a given date; `*` holds all, NULL those without one."""
    if period == "*":
        return True
    if period is None or given == "":
        return period is None and given == ""
    day, text = date.fromisoformat(given), str(period)
    monday = day - timedelta(days=day.weekday())
    named = (
        f"{day:%Y-%m}", f"{day:%Y}-Q{(day.month + 2) // 3}", f"{day:%Y}", given, monday.isoformat(),
        "{}-W{:02}".format(*day.isocalendar()),
    )  # fmt: skip
    return text in named


def people_behind(row: Row, people: Sequence[Person], columns: Sequence[str]) -> int:
    """How many of the people may stand behind a published row."""
    return sum(all(may_be(row[name], person[name]) for name in columns) for person in people)


def behind_events(
    row: Row, events: Sequence[Person], people: Mapping[str, Person], columns: Sequence[str]
) -> tuple[int, int]:
    """How many people and how many events may stand behind a published row of events."""
    behind = [
        event["person_id"]
        for event in events
        if event["person_id"] in people
        and may_be_in(row["period"], event["date"])
        and (row["event_type"] or "") == event["event_type"]
        and (row["outcome"] or "") == event["outcome"]
        and all(may_be(row[name], people[event["person_id"]][name]) for name in columns)
    ]
    return len(set(behind)), len(behind)
