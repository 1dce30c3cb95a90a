"""Writes the demo's people.csv and events.csv: the fictional courts of the fictional state of Franklin.

Run by hand: `python data/make_sample.py [FOLDER]`. The same bytes each time, with the skew of real records:
young and mostly male people, ethnic groups of a dozen, most without prior offences, a few with many, busy
Mondays and quiet Decembers, repeat cases, outcomes that differ between groups; and what real files have:
missing ages, people without events, names and case numbers that must not leave, cases that skip a step.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log
from pathlib import Path
from random import Random
from statistics import NormalDist

PEOPLE = 3000
WITHOUT_EVENTS = 14
FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2023, 12, 31)

COUNTIES = {"Alder": 0.50, "Birch": 0.24, "Cedar": 0.14, "Juniper": 0.09, "Tamarack": 0.03}
ZIPS = {"Alder": "371", "Birch": "372", "Cedar": "374", "Juniper": "376", "Tamarack": "379"}
COMMON_GROUPS = {"Black": 0.44, "White": 0.40, "Hispanic": 0.16}
RARE_GROUPS = {"Asian": 29, "Native American": 22, "Pacific Islander": 12}
MONTHS = (0.98, 0.94, 1.08, 1.04, 1.06, 1.03, 1.05, 1.07, 1.02, 1.04, 0.92, 0.77)
WEEKDAYS = (1.25, 1.15, 1.10, 1.05, 1.15, 0.75, 0.55)
FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dan", "Edie", "Finn", "Gwen", "Hal", "Iris", "Jack", "Kai", "Lena")
LAST_NAMES = ("Ashby", "Brook", "Croft", "Dunne", "Ellis", "Frost", "Garland", "Hale", "Ives", "Jarvis")
JUDGES = ("Hon. P. Whitlock", "Hon. R. Okafor", "Hon. L. Brandt", "Hon. S. Iyer", "Hon. T. Vance")

Row = dict[str, str | int]


class Dice:
    """Draws from one seeded stream, using only what Python promises to keep the same between versions."""

    def __init__(self, seed: int) -> None:
        self.uniform = Random(seed).random  # noqa: S311 - sample data, nothing is kept secret by it

    def chance(self, probability: float) -> bool:
        return self.uniform() < probability

    def normal(self) -> float:
        return NormalDist().inv_cdf(max(self.uniform(), 1e-12))

    def choice(self, values: Sequence[str]) -> str:
        return values[int(self.uniform() * len(values))]

    def weighted(self, shares: dict[str, float]) -> str:
        left = self.uniform() * sum(shares.values())
        for value, share in shares.items():
            left -= share
            if left < 0:
                return value
        return value

    def days(self, mean: float) -> timedelta:
        """Exponential waiting time, at least a day."""
        return timedelta(days=1 + int(-mean * log(1 - self.uniform())))


@dataclass(frozen=True)
class Person:
    person_id: int
    age: int
    gender: str
    ethnicity: str
    county: str
    prior_offenses: int
    severity: str
    """Of what the person is usually charged with."""

    @property
    def hardship(self) -> float:
        """How much harder the courts are on this person than on others with like charges and priors."""
        unequal = {"Black": 0.30, "Hispanic": 0.15, "Native American": 0.30}.get(self.ethnicity, 0.0)
        return unequal + 0.06 * min(self.prior_offenses, 8) + (0.1 if self.gender == "Male" else 0.0)


def people(dice: Dice) -> Iterator[Person]:
    rare = [group for group, size in RARE_GROUPS.items() for _ in range(size)]
    rare_at = dict(zip(range(17, PEOPLE, PEOPLE // len(rare)), rare, strict=False))
    for number in range(PEOPLE):
        age = min(90, max(18, int(14 + exp(2.82 + 0.48 * dice.normal()))))
        has_priors = dice.chance(0.40 + min(age - 18, 20) * 0.01)
        yield Person(
            person_id=100_000 + 7 * number,
            age=age,
            gender="Male" if dice.chance(0.80) else "Female",
            ethnicity=rare_at.get(number) or dice.weighted(COMMON_GROUPS),
            county=dice.weighted(COUNTIES),
            prior_offenses=min(38, 1 + int(-3.2 * log(1 - dice.uniform()))) if has_priors else 0,
            severity=dice.weighted({"misdemeanor": 0.55, "felony": 0.38, "infraction": 0.07}),
        )


def risk_level(person: Person, dice: Dice) -> str:
    score = 0.8 + person.hardship * 1.6 - 0.02 * (person.age - 18) + 0.6 * dice.normal()
    return "high" if score > 1.7 else "medium" if score > 0.9 else "low"


def first_arrest(dice: Dice) -> date:
    """A day of the six years, more often on a Monday and in spring than on a Sunday and in December."""
    while True:
        day = FIRST_DAY + timedelta(days=int(dice.uniform() * ((LAST_DAY - FIRST_DAY).days + 1)))
        if dice.chance(MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] / (max(MONTHS) * max(WEEKDAYS))):
            return day


def working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


Step = tuple[date, str, str]


def case(person: Person, arrested: date, dice: Dice) -> Iterator[Step]:
    """The steps of one case, from arrest as far as it goes; a few skip a step, as files do."""
    hard = person.hardship
    is_felony = person.severity == "felony"
    charged = dice.chance(0.55 + 0.1 * is_felony + 0.08 * hard)
    yield arrested, "arrest", "completed" if charged else "dismissed"
    if not charged:
        return
    day = working_day(arrested + dice.days(2))
    if not dice.chance(0.01):
        yield day, "charge", dice.weighted({"pending": 0.80, "reduced": 0.14, "enhanced": 0.03 + 0.08 * hard})
    if is_felony and dice.chance(0.6):
        denied = dice.chance(0.15 + 0.35 * hard)
        yield day, "bail_hearing", "denied" if denied else "granted"
        if denied:
            yield day, "pretrial_detention", "completed"
    if dice.chance(0.48 - 0.15 * hard):
        return
    day = working_day(day + dice.days(20))
    yield day, "arraignment", "pending"
    pleads_guilty = dice.chance(0.60)
    if dice.chance(0.4):
        yield day, "plea", "guilty" if pleads_guilty else "not_guilty"
    day = working_day(day + dice.days(70))
    verdict = (
        "plea_bargain"
        if pleads_guilty
        else dice.weighted(
            {"convicted": 0.45 + 0.4 * hard, "acquitted": 0.25, "dismissed": 0.45 - 0.2 * hard}
        )
    )
    if not dice.chance(0.02):
        yield day, "trial", verdict
    if verdict in ("plea_bargain", "convicted"):
        yield from sentence(person, working_day(day + dice.days(15)), dice)


def sentence(person: Person, day: date, dice: Dice) -> Iterator[Step]:
    hard = person.hardship
    outcome = {"completed": 0.70, "reduced": 0.22 - 0.1 * hard, "enhanced": 0.05 + 0.15 * hard}
    yield day, "sentencing", dice.weighted(outcome)
    if dice.chance(0.03):
        yield day + dice.days(30), "appeal", dice.weighted({"denied": 0.8, "granted": 0.2})
    if dice.chance(0.15 + (0.3 if person.severity == "felony" else 0.0) + 0.25 * hard):
        yield day, "incarceration", "completed"
        released = day + dice.days(250 if person.severity == "felony" else 40)
        if not dice.chance(0.03):
            yield released, "release", "completed"
        if dice.chance(0.08):
            yield released, "parole", "granted"
    elif dice.chance(0.7):
        violated = dice.chance(0.15 + 0.2 * hard)
        yield day, "probation", "violated" if violated else "completed"
        if violated:
            yield day + dice.days(120), "violation", "violated"
    else:
        yield day, "community_service", "completed"
        if dice.chance(0.1):
            yield day + dice.days(700), "expungement", dice.weighted({"granted": 0.7, "denied": 0.3})


def history(person: Person, dice: Dice) -> Iterator[tuple[str, Step]]:
    """All cases of a person in the six years: who was arrested before is arrested again more often."""
    arrested, number = first_arrest(dice), 0
    while arrested <= LAST_DAY:
        number += 1
        case_number = f"{arrested.year}-CR-{person.person_id}-{number}"
        steps = list(case(person, arrested, dice))
        yield from ((case_number, step) for step in steps if step[0] <= LAST_DAY)
        if number == 6 or not dice.chance(0.16 + 0.12 * person.hardship):
            return
        arrested = steps[-1][0] + dice.days(400)


def sample(seed: int = 20240229) -> tuple[list[Row], list[Row]]:
    """The rows of people.csv and events.csv."""
    dice = Dice(seed)
    person_rows: list[Row] = []
    event_rows: list[Row] = []
    for number, person in enumerate(people(dice)):
        person_rows.append(
            {
                "person_id": person.person_id,
                "name": f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}",
                "age": "" if number % 333 == 100 else person.age,
                "gender": person.gender,
                "ethnicity": "" if number % 601 == 300 else person.ethnicity,
                "state": "Franklin",
                "county": person.county,
                "zip": f"{ZIPS[person.county]}{int(dice.uniform() * 30):02d}",
                "prior_offenses": person.prior_offenses,
                "risk_level": risk_level(person, dice),
            }
        )
        if number % (PEOPLE // WITHOUT_EVENTS) == 50:
            continue
        judge = dice.choice(JUDGES)
        for case_number, (day, event_type, outcome) in history(person, dice):
            event_rows.append(
                {
                    "event_id": 0,
                    "person_id": person.person_id,
                    "case_number": case_number,
                    "date": day.isoformat(),
                    "event_type": event_type,
                    "outcome": outcome,
                    "charge_severity": person.severity,
                    "judge_name": judge,
                }
            )
    event_rows.sort(key=lambda row: str(row["date"]))
    return person_rows, [{**row, "event_id": number} for number, row in enumerate(event_rows, start=1)]


def write(rows: Sequence[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, rows in zip(("people", "events"), sample(), strict=True):
        write(rows, folder / f"{name}.csv")
