"""The demo's data can be made again, and has the skew of real records."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
Rows = list[dict[str, str]]


def read(name: str) -> Rows:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def people() -> Rows:
    return read("people.csv")


@pytest.fixture(scope="module")
def events() -> Rows:
    return read("events.csv")


def test_making_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "make_sample.py", tmp_path], check=True)
    for name in ("people.csv", "events.csv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_each_person_stands_once_and_each_event_has_a_person(people: Rows, events: Rows) -> None:
    ids = [row["person_id"] for row in people]
    assert len(ids) == len(set(ids)) == 3000
    assert 10_000 < len(events) < 13_000
    assert {row["person_id"] for row in events} < set(ids)


def test_people_are_young_and_mostly_men(people: Rows) -> None:
    ages = sorted(int(row["age"]) for row in people if row["age"])
    assert ages[0] == 18
    assert ages[-1] <= 90
    assert ages[len(ages) // 2] < sum(ages) / len(ages) < 36
    assert 0.77 < sum(row["gender"] == "Male" for row in people) / len(people) < 0.83


def test_some_ethnic_groups_are_too_small_for_a_crowd(people: Rows) -> None:
    sizes = Counter(row["ethnicity"] for row in people)
    assert {group: size for group, size in sizes.items() if size < 100} == {
        "Asian": 29,
        "Native American": 22,
        "Pacific Islander": 12,
        "": 5,
    }


def test_half_have_no_prior_offenses_and_few_have_many(people: Rows) -> None:
    priors = sorted(int(row["prior_offenses"]) for row in people)
    assert 0.4 < priors.count(0) / len(priors) < 0.6
    assert 0 < sum(number >= 20 for number in priors) < 11


def test_some_ages_are_missing_and_some_people_have_no_events(people: Rows, events: Rows) -> None:
    assert sum(not row["age"] for row in people) == 9
    assert len({row["person_id"] for row in people} - {row["person_id"] for row in events}) >= 14


def test_arrests_are_fewer_at_weekends_and_in_december(events: Rows) -> None:
    arrests = [date.fromisoformat(row["date"]) for row in events if row["event_type"] == "arrest"]
    weekdays = Counter(day.weekday() for day in arrests)
    months = Counter(day.month for day in arrests)
    assert max(weekdays[5], weekdays[6]) < min(weekdays[day] for day in range(5))
    assert months[12] < sum(months.values()) / 12 * 0.85
    assert (min(arrests).year, max(arrests).year) == (2018, 2023)


def test_some_people_come_back(events: Rows) -> None:
    arrests = Counter(row["person_id"] for row in events if row["event_type"] == "arrest")
    assert 0.1 < sum(number > 1 for number in arrests.values()) / len(arrests) < 0.3


def test_convictions_differ_between_groups(people: Rows, events: Rows) -> None:
    convicted = {row["person_id"] for row in events if row["outcome"] in ("convicted", "plea_bargain")}

    def share(group: str) -> float:
        members = {row["person_id"] for row in people if row["ethnicity"] == group}
        return len(members & convicted) / len(members)

    assert 0.02 < share("Black") - share("White") < 0.12


def test_most_cases_keep_the_order_and_a_few_skip_a_step(events: Rows) -> None:
    skipped, sentenced = 0, 0
    seen: dict[str, set[str]] = {}
    for row in events:
        earlier = seen.setdefault(row["case_number"], set())
        if row["event_type"] == "sentencing":
            sentenced += 1
            skipped += "trial" not in earlier
        earlier.add(row["event_type"])
    assert 0 < skipped / sentenced < 0.05
