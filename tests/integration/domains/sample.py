"""Small files of each domain, the same at every call: skewed, incomplete and faulty, as real files are.

Each holds columns of every role under names that such files use, values that may leave nowhere (they begin
with `ZQ`), missing values, event types that no list has, and people whose events break a rule of order.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

PEOPLE = 300
PLANTED = ("ZQID", "ZQNAME", "ZQNOTE", "ZQLEAD", "ZQEVENT", "ZQSHOE")
"""Beginnings of values that lead to a person."""
UNLISTED_EVERY, FAULTY_EVERY, MISSING_EVERY = 60, 40, 70
FIRST_DAY = date(2021, 1, 4)

Row = dict[str, str]
Choices = Mapping[str, int]
Step = tuple[str, Choices]


@dataclass(frozen=True)
class Sample:
    """What is special about the files of one domain."""

    unit: str
    """The column of the person's key."""
    leads: tuple[str, ...]
    """Columns of people that lead to a person."""
    event_leads: tuple[str, ...]
    people: Mapping[str, Choices | range]
    """Columns of people: values with their weights, or a range of numbers."""
    steps: tuple[Step, ...]
    """What happens to a person, in order; each later step to fewer people."""
    unlisted: str
    """An event type outside the list."""
    broken: str
    """The rule that whoever lacks the first step breaks, as the owner reads it."""


SAMPLES = {
    "criminal_justice": Sample(
        unit="defendant_id",
        leads=("case_number",),
        event_leads=("judge", "victim", "arrest_warrant"),
        people={
            "priors": range(12),
            "charge_degree": {"misdemeanor": 6, "felony": 4},
            "risk_level": {"low": 5, "medium": 3, "high": 2},
        },
        steps=(
            ("arrest", {"completed": 1}),
            ("charge", {"pending": 8, "reduced": 2}),
            ("plea", {"guilty": 6, "not_guilty": 4}),
            ("trial", {"plea_bargain": 5, "convicted": 2, "dismissed": 2, "acquitted": 1}),
        ),
        unlisted="drug_court_review",
        broken="charge must follow arrest",
    ),
    "healthcare": Sample(
        unit="mrn",
        leads=("insurance_id", "facility_name", "provider"),
        event_leads=("physician", "hospital"),
        people={
            "icd10": {"E11.65": 5, "E11.9": 4, "I10": 6, "J45.909": 3, "C50.911": 1},
            "payer": {"Medicare": 4, "Medicaid": 3, "commercial": 5, "self_pay": 1},
            "condition_type": {"endocrine": 4, "circulatory": 5, "respiratory": 2},
        },
        steps=(
            ("admission", {"ongoing": 1, "stable": 3}),
            ("surgery", {"completed": 7, "cancelled": 1}),
            ("discharge", {"recovered": 4, "improved": 4, "transferred": 1}),
            ("follow_up", {"stable": 5, "readmitted": 1}),
        ),
        unlisted="music_therapy",
        broken="surgery must follow admission",
    ),
    "education": Sample(
        unit="student_id",
        leads=("school_name", "guardian_name"),
        event_leads=("teacher_name", "course"),
        people={
            "grade_level": {"9": 4, "10": 4, "11": 3, "12": 3},
            "test_score": range(45, 100),
            "frl": {"free": 4, "reduced": 1, "paid": 5},
        },
        steps=(
            ("enrollment", {"completed": 1}),
            ("assessment", {"passed": 7, "failed": 3}),
            ("grade", {"passed": 8, "retained": 1}),
            ("promotion", {"promoted": 9, "withdrawn": 1}),
        ),
        unlisted="field_trip",
        broken="assessment must follow enrollment",
    ),
    "social_services": Sample(
        unit="client_id",
        leads=("household_members", "caseworker"),
        event_leads=("case_number", "agency"),
        people={
            "income": range(4_000, 42_000),
            "program": {"SNAP": 6, "TANF": 3, "WIC": 2, "section_8": 1},
            "service_category": {"child_welfare": 2, "employment": 4, "addiction": 1},
        },
        steps=(
            ("application", {"pending": 1, "completed": 4}),
            ("eligibility_determination", {"approved": 6, "denied": 3}),
            ("benefit_received", {"ongoing": 5, "completed": 2}),
            ("sanction", {"non_compliant": 2, "overturned": 1}),
        ),
        unlisted="home_garden_visit",
        broken="eligibility_determination must follow application",
    ),
    "employment": Sample(
        unit="emp_id",
        leads=("ssn", "manager_name"),
        event_leads=("supervisor", "review_text"),
        people={
            "department": {"Sales": 4, "Engineering": 4, "HR": 1, "Finance": 2},
            "salary": range(31_000, 160_000),
            "rating": {"exceeds": 2, "meets": 6, "below": 1},
        },
        steps=(
            ("hire", {"completed": 1}),
            ("training", {"successful": 8, "unsuccessful": 1}),
            ("performance_review", {"successful": 6, "unsuccessful": 2}),
            ("resignation", {"voluntary": 8, "involuntary": 1}),
        ),
        unlisted="company_picnic",
        broken="training must follow hire",
    ),
    "custom": Sample(
        unit="user_id",
        leads=("email", "ip_address"),
        event_leads=("reference",),
        people={
            "education": {"high_school": 4, "bachelor": 4, "master": 2},
            "marital_status": {"Married": 5, "Single": 4, "Divorced": 2},
            "religion": {"A": 5, "B": 3, "none": 4},
        },
        steps=(("joined", {"done": 1}), ("asked", {"answered": 5, "dropped": 1}), ("left", {"done": 1})),
        unlisted="joined",
        broken="",
    ),
}


def write(domain: str, folder: Path) -> tuple[Path, Path]:
    """The files of people and of events of a domain."""
    dice = Random(f"sample of {domain}")
    sample = SAMPLES[domain]
    people, events = [], []
    for number in range(PEOPLE):
        person = _person(sample, number, dice)
        people.append(person)
        events.extend(_events(sample, person, number, dice))
    events.sort(key=lambda row: row["event_date"])
    rows = [{"event_id": f"ZQEVENT{number:05d}", **row} for number, row in enumerate(events)]
    return _write(folder / f"{domain}_people.csv", people), _write(folder / f"{domain}_events.csv", rows)


def _person(sample: Sample, number: int, dice: Random) -> Row:
    age = str(min(92, 18 + int(dice.expovariate(1 / 18))))
    county = _chosen({"Alder": 6, "Birch": 3, "Cedar": 1}, dice)
    return {
        sample.unit: f"ZQID{number:05d}",
        "full_name": f"ZQNAME{number:05d}",
        "age": "" if number % MISSING_EVERY == 1 else age,
        "sex": _chosen({"Male": 6, "Female": 5}, dice),
        "race": "" if number % MISSING_EVERY == 2 else _chosen({"White": 6, "Black": 3, "Samoan": 1}, dice),
        "state": "Ohio",
        "county": county,
        "city": f"{county} {_chosen({'Falls': 3, 'Springs': 1}, dice)}",
        **dict.fromkeys(sample.leads, f"ZQLEAD{number:05d}"),
        **{column: _chosen(choices, dice) for column, choices in sample.people.items()},
        "shoe_size": f"ZQSHOE{number:05d}",
        "comments": f"ZQNOTE{number:05d}",
    }


def _events(sample: Sample, person: Row, number: int, dice: Random) -> list[Row]:
    """As far as the person goes; of some the first step is missing, of some a type is in no list."""
    steps = [step for position, step in enumerate(sample.steps) if position == 0 or dice.random() < 0.75]
    if number % FAULTY_EVERY == 3:
        steps = list(sample.steps[1:])
    if number % UNLISTED_EVERY == 4:
        steps.append((sample.unlisted, dict.fromkeys(list(sample.steps[0][1])[:1], 1)))
    day = FIRST_DAY + timedelta(days=int(dice.random() ** 2 * 500))
    rows = []
    for kind, outcomes in steps:
        rows.append(
            {
                sample.unit: person[sample.unit],
                "event_date": day.isoformat(),
                "type": kind,
                "result": _chosen(outcomes, dice),
                **dict.fromkeys(sample.event_leads, f"ZQLEAD{number:05d}"),
            }
        )
        day += timedelta(days=1 + int(dice.expovariate(1 / 20)))
    return rows


def _chosen(choices: Choices | range, dice: Random) -> str:
    if isinstance(choices, range):
        return str(choices[int(dice.random() ** 2 * len(choices))])
    return dice.choices(list(choices), list(choices.values()))[0]


def _write(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
