"""Small made-up records, with unique strings planted where nothing may ever leave."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

PEOPLE = (
    "person_id",
    "name",
    "age",
    "gender",
    "ethnicity",
    "county",
    "state",
    "prior_offenses",
    "risk_level",
    "notes",
)
EVENTS = ("event_id", "person_id", "date", "event_type", "outcome", "case_number", "judge_name")
IDENTIFIERS = ("ZQID", "ZQNAME", "ZQNOTE", "ZQEVENT", "ZQCASE", "ZQJUDGE")
"""Beginnings of planted values that may occur nowhere but under `.personatwin/`."""
SENSITIVE = ("ZQRISK", "ZQOUTCOME")
"""Beginnings of values of sensitive columns that one person has: never in a released class or cell."""

Row = dict[str, str]


def records(people: int = 600, seed: int = 7) -> tuple[list[Row], list[Row]]:
    """People and their events: ages, two genders, three ethnicities, one county, two to six events each."""
    random_ = random.Random(seed)
    persons, events = [], []
    for number in range(people):
        unit = f"ZQID{number:06d}"
        persons.append(
            {
                "person_id": unit,
                "name": f"ZQNAME{number:06d}",
                "age": str(random_.randint(18, 79)),
                "gender": random_.choice(("Male", "Male", "Female")),
                "ethnicity": random_.choices(("Blue", "Green", "Red"), (70, 25, 5))[0],
                "county": "Oak County",
                "state": "Oakland",
                "prior_offenses": str(min(30, int(random_.expovariate(0.5)))),
                "risk_level": random_.choice(("low", "low", "medium", "high")),
                "notes": f"ZQNOTE{number:06d}",
            }
        )
        for _ in range(random_.randint(2, 6)):
            kind, outcome = random_.choice(
                (
                    ("arrest", "pending"),
                    ("charge", "pending"),
                    ("trial", "guilty"),
                    ("trial", "not_guilty"),
                    ("release", "completed"),
                )
            )
            events.append(
                {
                    "event_id": f"ZQEVENT{len(events):06d}",
                    "person_id": unit,
                    "date": f"20{random_.randint(18, 22)}-"
                    f"{random_.randint(1, 12):02d}-{random_.randint(1, 28):02d}",
                    "event_type": kind,
                    "outcome": outcome,
                    "case_number": f"ZQCASE{len(events):06d}",
                    "judge_name": f"ZQJUDGE{len(events):06d}",
                }
            )
    return persons, events


def write(path: Path, rows: Sequence[Row], columns: Sequence[str]) -> Path:
    """Rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path
