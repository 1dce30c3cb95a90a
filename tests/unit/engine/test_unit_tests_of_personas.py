"""Protections that stand on others are tested with them: personas within classes, and events of personas."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.data_tests.compiled import CompiledUnitTest
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.unit_tests import differences
from personatwin_sql.errors import ProjectError
from tests.unit.compile.tested_project import FILES, compiled

PROJECT = {
    "project.yml": FILES["project.yml"].replace(
        "privacy", "    events: {path: data/events.csv, entity: events}\nprivacy"
    ),
    "domains/court.yml": FILES["domains/court.yml"].replace(
        "entities:\n",
        """\
  date: {dates: [month, year]}
precision: {time: month}
entities:
  events:
    columns:
      person_id: {role: privacy_unit}
      date: {role: quasi_identifier, type: date, hierarchy: date}
      event_type: {role: sensitive}
""",
    ),
    "models/events.sql": "SELECT person_id, date, event_type FROM {{ source('court', 'events') }}\n",
    "models/personas.sql": (
        "{{ config(protection='personas', within=ref('public'), block=['gender'], within_block=['age']) }}\n"
        "SELECT person_id, age, gender FROM {{ ref('people') }}\n"
    ),
    "models/persona_events.sql": (
        "{{ config(protection='persona_events', personas=ref('personas')) }}\n"
        "SELECT person_id, date, event_type FROM {{ ref('events') }}\n"
    ),
}
UNIT = """\
unit_tests:
  - name: kept
    model: {model}
    given:
      - input: ref('people')
        format: csv
        rows: |
          person_id,age,gender
          a,21,F
          b,22,F
          c,29,F
          x,21,M
          y,28,M
          z,24,M
{more}
    protection: {{k: 3, k_event: 2, levels: {{age: 2}}}}
    expect: {{rows: [{expect}]}}
"""
EVENTS = """\
      - input: ref('events')
        format: csv
        rows: |
          person_id,date,event_type
          a,2020-01-03,arrest
          b,2020-01-30,arrest
          x,2020-01-09,arrest
          y,2020-05-09,arrest
          c,2020-06-09,trial
"""


def unit(root: Path, model: str, expect: str, more: str = "", **files: str) -> CompiledUnitTest:
    written = UNIT.format(model=model, more=more, expect=expect)
    return compiled(root, {**PROJECT, **files, "models/units.yml": written}).tests.unit["kept"]


def test_personas_are_cut_within_the_classes_of_the_table_beside_them(
    tmp_path: Path, session: Session
) -> None:
    expect = "{people: 3, age: 20-29, gender: F}, {people: 3, age: 20-29, gender: M}"
    assert differences(session, unit(tmp_path, "personas", expect)) == ()


def test_events_are_rolled_up_until_enough_people_stand_behind_them(tmp_path: Path, session: Session) -> None:
    """Of the women two were arrested in a month; of the men two in a year; the trial is one person's."""
    expect = (
        "{gender: F, period: 2020-01, event_type: arrest, people: 2, events: 2}, "
        "{gender: M, period: '2020', event_type: arrest, people: 2, events: 2}"
    )
    assert differences(session, unit(tmp_path, "persona_events", expect, EVENTS)) == ()
    more = f"{expect}, {{gender: F, event_type: trial, people: 1, events: 1}}"
    (missing,) = differences(session, unit(tmp_path, "persona_events", more, EVENTS))
    assert missing.startswith("expected, and not there: gender F, period NULL, event_type trial, people 1")


def test_what_is_made_below_is_not_given(tmp_path: Path) -> None:
    more = f"{EVENTS}      - {{input: ref('personas'), rows: []}}\n"
    with pytest.raises(ProjectError, match="`personas` is made of the rows that are given below it"):
        unit(tmp_path, "persona_events", "", more)
    with pytest.raises(ProjectError, match="`persona_events` reads `events`, of which nothing is given"):
        unit(tmp_path, "persona_events", "")


def test_classes_count_no_events(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="`public` counts no events"):
        unit(tmp_path, "public", "")
