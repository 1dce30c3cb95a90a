"""Bad input gives a clear error or the right result; nothing is lost, no value is quoted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run
from tests.integration.leaks import leaks
from tests.integration.records import EVENTS, PEOPLE, Row, records, write

Spoil = Callable[[list[Row], list[Row]], None]


def project(
    folder: Path, personatwin: Run, spoil: Spoil | None = None, people: int = 600, level: str = "low"
) -> Path:
    """A project on made-up records, spoilt; made by `init`."""
    persons, events = records(people)
    if spoil is not None:
        spoil(persons, events)
    files = [
        "--people", write(folder / "people.csv", persons, PEOPLE),
        "--events", write(folder / "events.csv", events, EVENTS),
    ]  # fmt: skip
    personatwin("init", "court", "--domain", "criminal_justice", "--level", level, *files, cwd=folder)
    return folder / "court"


def nothing(persons: list[Row], events: list[Row]) -> None:
    """The records as they are."""


def no_rows(persons: list[Row], events: list[Row]) -> None:
    persons.clear()
    events.clear()


def no_events(persons: list[Row], events: list[Row]) -> None:
    events.clear()


def nulls_everywhere(persons: list[Row], events: list[Row]) -> None:
    for number, row in enumerate(persons):
        for column in ("age", "gender", "ethnicity", "county", "prior_offenses", "risk_level", "name"):
            if (number + len(column)) % 9 == 0:
                row[column] = ""
    for number, row in enumerate(events):
        for column in ("date", "event_type", "outcome", "judge_name"):
            if (number + len(column)) % 11 == 0:
                row[column] = ""


def null_ids(persons: list[Row], events: list[Row]) -> None:
    for row in persons[:5]:
        row["person_id"] = ""
    for row in events[:5]:
        row["person_id"] = ""


def doubled_people(persons: list[Row], events: list[Row]) -> None:
    persons.extend(copy.deepcopy(persons[:100]))


def disagreeing_people(persons: list[Row], events: list[Row]) -> None:
    again = copy.deepcopy(persons[:50])
    for row in again:
        row["gender"], row["age"] = "Other", "44"
    persons.extend(again)


def strangers_events(persons: list[Row], events: list[Row]) -> None:
    for row in events[:50]:
        row["person_id"] = "ZQID999999"


def unknown_types(persons: list[Row], events: list[Row]) -> None:
    for row in events[:300]:
        row["event_type"], row["outcome"] = "levitation", "hovering"


def lone_sensitive_values(persons: list[Row], events: list[Row]) -> None:
    persons[0]["risk_level"] = "ZQRISK1"
    events[0]["outcome"] = "ZQOUTCOME1"


def future_dates(persons: list[Row], events: list[Row]) -> None:
    for row in events[:20]:
        row["date"] = "2999-01-01"


GOOD: list[Spoil] = [
    nothing, no_events, nulls_everywhere, null_ids, doubled_people, disagreeing_people, strangers_events,
    unknown_types, future_dates,
]  # fmt: skip


@pytest.mark.parametrize("spoil", GOOD, ids=lambda spoil: spoil.__name__)
def test_what_can_be_released_is_released_and_keeps_its_promises(
    spoil: Spoil, tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, personatwin, spoil)
    built = personatwin("build", cwd=folder)
    again = personatwin("build", cwd=folder)
    assert "unchanged" in again.stdout + again.stderr
    with duckdb.connect(str(folder / "release" / "court.duckdb"), read_only=True) as release:
        keys = "age, gender, ethnicity, county, state, prior_offenses"
        classes = f"SELECT count(*) FROM people_public GROUP BY {keys}"
        assert all(row[0] >= 3 for row in release.execute(classes).fetchall())
        assert all(row[0] >= 3 for row in release.execute("SELECT people FROM personas").fetchall())
        assert all(row[0] >= 3 for row in release.execute("SELECT people FROM persona_events").fetchall())
        released = release.execute("SELECT sum(people) FROM personas").fetchone()
        assert released is not None
        assert released[0] >= 0.95 * 590
    assert leaks(folder, built.stdout, built.stderr) == []


def test_people_with_two_rows_count_once(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin, doubled_people)
    personatwin("build", cwd=folder)
    with duckdb.connect(str(folder / "release" / "court.duckdb"), read_only=True) as release:
        assert release.execute("SELECT sum(people) FROM personas").fetchone() == (600,)


def test_unlisted_types_are_kept(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin, unknown_types)
    personatwin("build", cwd=folder)
    with duckdb.connect(str(folder / "release" / "court.duckdb"), read_only=True) as release:
        kept = release.execute(
            "SELECT sum(events) FROM persona_events WHERE event_type = 'levitation'"
        ).fetchone()
    assert kept is not None
    assert kept[0] >= 0.95 * 300
    assert "levitation" in (folder / ".personatwin" / "owner.json").read_text()


def test_a_sensitive_value_of_one_person_never_leaves(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin, lone_sensitive_values)
    built = personatwin("build", cwd=folder)
    found = leaks(folder, built.stdout, built.stderr, planted=("ZQOUTCOME",))
    assert found == []


def text_in_numbers(persons: list[Row], events: list[Row]) -> None:
    persons[3]["age"] = "ZQNAME000003"


def fractions_in_integers(persons: list[Row], events: list[Row]) -> None:
    persons[3]["age"] = "32.5"


def huge_numbers(persons: list[Row], events: list[Row]) -> None:
    persons[3]["prior_offenses"] = "1e308"


def no_numbers(persons: list[Row], events: list[Row]) -> None:
    persons[3]["prior_offenses"], persons[4]["age"] = "NaN", "inf"


def text_in_dates(persons: list[Row], events: list[Row]) -> None:
    events[3]["date"] = "ZQCASE000003"


def impossible_dates(persons: list[Row], events: list[Row]) -> None:
    events[3]["date"] = "2019-02-30"


UNREADABLE: list[Spoil] = [
    text_in_numbers, fractions_in_integers, huge_numbers, no_numbers, text_in_dates, impossible_dates,
]  # fmt: skip


@pytest.mark.parametrize("spoil", UNREADABLE, ids=lambda spoil: spoil.__name__)
def test_values_of_another_type_stop_the_build_and_are_not_quoted(
    spoil: Spoil, tmp_path: Path, personatwin: Run
) -> None:
    folder = project(tmp_path, personatwin, spoil)
    built = personatwin("build", cwd=folder, code=1)
    assert "error[PT3" in built.stderr
    assert "fix:" in built.stderr
    assert "2019-02-30" not in built.stdout + built.stderr
    assert not (folder / "release" / "court.duckdb").exists()
    assert leaks(folder, built.stdout, built.stderr) == []


@pytest.mark.parametrize("people", [0, 1, 2])
def test_fewer_people_than_k_are_withheld(people: int, tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin, people=people)
    built = personatwin("build", cwd=folder, code=3)
    assert "error[PT2" in built.stderr
    assert not (folder / "release" / "court.duckdb").exists()
    assert leaks(folder, built.stdout, built.stderr) == []


def test_an_unreachable_target_is_withheld(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin, people=60, level="maximum")
    built = personatwin("build", cwd=folder, code=3)
    assert "PT204" in built.stderr
    assert leaks(folder, built.stdout, built.stderr) == []


def test_a_new_column_stops_the_build(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    personatwin("build", cwd=folder)
    persons, _ = records()
    write(
        tmp_path / "people.csv",
        [{**row, "loyalty_card": "ZQNOTE000001"} for row in persons],
        (*PEOPLE, "loyalty_card"),
    )
    built = personatwin("build", cwd=folder, code=2)
    assert "loyalty_card" in built.stderr
    assert "domains/court.yml" in built.stderr
    assert leaks(folder, built.stdout, built.stderr) == []


def test_a_source_that_vanished_is_named(tmp_path: Path, personatwin: Run) -> None:
    folder = project(tmp_path, personatwin)
    (tmp_path / "events.csv").unlink()
    built = personatwin("build", cwd=folder, code=5)
    assert "../events.csv" in built.stderr
    assert "error[PT4" in built.stderr
