"""Nothing of the session's memory is in a released file, not even where the engine leaves bytes unset."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from court_release import EVENTS, publish_beside, release_of

FRAGMENT = re.compile(rb"[ZQXJ]{4,}")
"""Letters that private values are made of and released ones are not; padding shows few bytes at a time."""
PRIVATE = """
    SET threads = 4;
    CREATE SCHEMA release; CREATE SCHEMA private;
    CREATE MACRO planted(i, salt) AS
        translate(substr(md5(concat(i, salt)), 1, 8 + i % 23), '0123456789abcdef', 'ZQXJZQXJZQXJZQXJ');
    CREATE TABLE private.stg_people AS
        SELECT planted(i, {seed}) AS person_id, planted(i, 'name') AS name,
               planted(i % 700, 'judge') AS judge, i % 60 AS age FROM range(20000) t(i);
    CREATE TABLE private.stg_events AS
        SELECT person_id, planted(i, 'case') AS number, i % 5 AS kind
        FROM private.stg_people, range(3) t(i) ORDER BY hash(person_id, i);
    CREATE TABLE private.units AS
        SELECT person_id, any_value(name) AS name, list(number) AS numbers FROM private.stg_events
        JOIN private.stg_people USING (person_id) GROUP BY ALL;
    CREATE TABLE release.persona_events AS
        SELECT ['persona', 'block', 'all'][1 + i % 3] AS level,
               md5(concat(i % {personas}, 'p')) AS persona_id,
               concat('20', 18 + i % 5, '-q', 1 + i % 4) AS period,
               ['arrest', 'trial', 'charge', 'release', 'appeal'][1 + i % {kinds}] AS event_type,
               3 + i % 7 AS people, 3 + i % {events} AS events
        FROM range({rows}) t(i);
"""


@pytest.mark.parametrize("seed", range(4))
def test_no_fragment_of_a_private_value_is_in_any_byte_of_a_release(tmp_path: Path, seed: int) -> None:
    rows = 61 + 977 * seed
    (tmp_path / ".personatwin").mkdir(mode=0o700)
    with duckdb.connect(str(tmp_path / ".personatwin" / "session.duckdb")) as connection:
        connection.execute(
            PRIVATE.format(
                seed=seed, personas=17 + 31 * seed, kinds=2 + seed % 4, events=5 + 40 * seed, rows=rows
            )
        )
        connection.execute("FROM private.units ORDER BY name").fetchall()
        release = release_of(replace(EVENTS, rows=rows))
        for again in range(3):
            path = tmp_path / "release" / f"court{again}.duckdb"
            publish_beside(connection, release, path)
            assert FRAGMENT.findall(path.read_bytes()) == []
