"""Questions asked of a released file: nothing else in reach, and a reason for each that is not answered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.compile.question import Question, read_questions
from personatwin_sql.release.asked import Findings
from personatwin_sql.release.asking import findings
from personatwin_sql.release.result import LevelCount, Release
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.loader import load
from tests.unit.release.court_release import EVENTS, PEOPLE, PERSONAS, plain, release_of

HEADER = (
    "{{{{ config(title='T', question='Q?', groups={groups}, of='events', "
    "counted='were dismissed'{more}) }}}}\n"
)
SHARE = """SELECT {{ group }}, sum(events) FILTER (outcome = 'dismissed') AS counted, sum(events) AS total
FROM {{ ref('persona_events') }} GROUP BY ALL"""
COLUMNS = ("level", "persona_id", "gender", "event_type", "outcome", "people", "events", "is_added")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(Path(__file__).resolve().parents[3])


@pytest.fixture
def release() -> Release:
    events = replace(
        EVENTS,
        rows=6,
        columns=tuple(map(plain, COLUMNS)),
        events_by_level=(LevelCount("block_year", 6, 450),),
    )
    return release_of(PEOPLE, PERSONAS, events)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "court.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            CREATE TABLE persona_events (
                level VARCHAR, persona_id VARCHAR, gender VARCHAR, event_type VARCHAR, outcome VARCHAR,
                people BIGINT, events BIGINT, is_added BOOLEAN
            );
            INSERT INTO persona_events VALUES
                ('block_year', NULL, 'Male', 'trial', 'dismissed', 50, 60, false),
                ('block_year', NULL, 'Male', 'trial', 'convicted', 50, 140, false),
                ('block_year', NULL, 'Female', 'trial', 'dismissed', 50, 90, NULL),
                ('block_year', NULL, 'Female', 'trial', 'convicted', 50, 110, false),
                ('block_year', NULL, 'Female', 'trial', 'dismissed', 50, 40, true),
                ('everyone', NULL, '*', 'trial', 'dismissed', 10, 10, false);
            CREATE TABLE people_public AS
                SELECT '20-29' AS age, if(i % 3 = 0, 'Male', 'Female') AS gender, 'low' AS screening
                FROM range(60) AS t(i);
            CREATE TABLE personas AS
                SELECT 'p' || i AS persona_id, 15 AS people, '20-29' AS age, 'Male' AS gender
                FROM range(4) AS t(i);
            """)
    return path


def found(loaded: Loaded, release: Release, file: Path, text: str) -> Findings:
    questions: tuple[Question, ...] = read_questions(loaded, (SqlFile("q", "analyses/q.sql", text),))
    return findings(release, questions, file)


def header(groups: str = "['gender']", more: str = "") -> str:
    return HEADER.format(groups=groups, more=more)


def reasons(told: Findings) -> list[str]:
    assert not told.asked
    return [unasked.reason for unasked in told.unasked]


def test_added_events_are_no_evidence(loaded: Loaded, release: Release, file: Path) -> None:
    (asked,) = found(loaded, release, file, header() + SHARE).asked
    counts = {cell.group: (cell.counted, cell.total) for cell in asked.cells}
    assert counts == {"Female": (90, 200), "Male": (60, 200), "*": (10, 10)}


def test_a_table_of_another_name_is_found_by_its_protection(
    loaded: Loaded, release: Release, file: Path
) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("ALTER TABLE persona_events RENAME TO steps")
    renamed = tuple(
        replace(model, name="steps") if model.protection == "persona_events" else model
        for model in release.models
    )
    (asked,) = found(loaded, replace(release, models=renamed), file, header() + SHARE).asked
    assert asked.tables == ("steps",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (header("['county']") + SHARE, "no table that it reads has a column `county`"),
        (header() + SHARE.replace("outcome", "verdict"), "the release has no column `verdict`"),
        (header() + SHARE.replace("persona_events", "visits"), "there is no table `visits`"),
        (
            header() + SHARE.replace("dismissed", "x").replace("sum(events) AS", "0 AS"),
            "nothing that it counts",
        ),
        (header() + SHARE.replace("sum(events) AS", "1 AS"), "more is counted than there is"),
        (header() + SHARE.replace("sum(events) AS", "sum(events) + 0.5 AS"), "not all whole numbers"),
        (header("['level']") + SHARE.replace("{{ group }}", "'*' AS level"), "`level` is not told apart"),
        (header() + "DELETE FROM {{ ref('persona_events') }}", "syntax error"),
        (header() + "SELECT {{ group }}, 1 AS counted FROM {{ ref('persona_events') }}", "total"),
        (header() + "SELECT * FROM read_csv('/etc/passwd')", "no table that it reads has a column"),
        (SHARE, "it has no header"),
    ],
)
def test_what_is_not_answered_is_told_with_its_reason(
    loaded: Loaded, release: Release, file: Path, text: str, told: str
) -> None:
    (reason,) = reasons(
        found(loaded, release, file, text.replace("{{ group }}", "gender") if text == SHARE else text)
    )
    assert told in reason


def test_nothing_but_the_release_is_in_reach(
    loaded: Loaded, release: Release, file: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "people.csv"
    secret.write_text("gender,total,counted\nPLANTED,99,1\n")
    text = header() + f"SELECT gender, counted, total FROM '{secret}' UNION ALL {SHARE}"
    (reason,) = reasons(found(loaded, release, file, text))
    assert "disabled by configuration" in reason


def test_groups_with_a_tenth_of_the_counted_untold_are_not_compared(
    loaded: Loaded, release: Release, file: Path
) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE persona_events SET events = 30 WHERE gender = '*'")
    (reason,) = reasons(found(loaded, release, file, header() + SHARE))
    assert "17 % of what it counts is in rows that do not name `gender`" in reason


def test_a_question_with_too_many_groups_is_refused(loaded: Loaded, release: Release, file: Path) -> None:
    text = (
        header()
        + "SELECT i AS gender, 1 AS counted, 2 AS total FROM range(3000) AS t(i), {{ ref('personas') }}"
    )
    (reason,) = reasons(found(loaded, release, file, text))
    assert "more than 2,000 rows" in reason


def test_tables_of_more_than_ten_million_rows_are_not_counted(
    loaded: Loaded, release: Release, file: Path
) -> None:
    large = tuple(
        replace(model, rows=10_000_001) if model.protection == "persona_events" else model
        for model in release.models
    )
    told = found(loaded, replace(release, models=large), file, header() + SHARE)
    assert reasons(told) == ["`persona_events` has more than 10,000,000 rows"]
    assert "persona_events" not in {marginal.model for marginal in told.marginals}


def test_marginals_add_up_to_the_people_or_events_of_their_table(
    loaded: Loaded, release: Release, file: Path
) -> None:
    told = found(loaded, release, file, header() + SHARE)
    spread = {(marginal.model, marginal.column): marginal for marginal in told.marginals}
    assert spread["people_public", "gender"].values == (("Female", 40), ("Male", 20))
    assert spread["personas", "gender"].values == (("Male", 60),)
    assert spread["persona_events", "gender"].values == (("Female", 240), ("Male", 200), ("*", 10))
    assert all(marginal.others == 0 for marginal in told.marginals)
    assert ("personas", "persona_id") not in spread
    assert ("persona_events", "people") not in spread
