"""Tables of the last release come into the next one as they were published, or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from court_release import EVENTS, publish_beside

from personatwin_sql.engine.content import content_of
from personatwin_sql.errors import Unavailable
from personatwin_sql.release.carry import carry
from personatwin_sql.release.result import Release

Connection = duckdb.DuckDBPyConnection


def test_a_carried_table_is_the_one_that_was_published(
    connection: Connection, release: Release, path: Path
) -> None:
    result = publish_beside(connection, release, path)
    connection.execute("DROP TABLE release.personas")
    carried = carry(connection, path, result.models[1])
    assert carried == result.models[1]
    assert content_of(connection, "release", "personas").digest == carried.digest


def test_a_table_that_was_changed_after_publishing_is_not_carried(
    connection: Connection, release: Release, path: Path
) -> None:
    result = publish_beside(connection, release, path)
    connection.execute("DROP TABLE release.personas")
    with duckdb.connect(str(path)) as tamperer:
        tamperer.execute("UPDATE personas SET people = 1 WHERE persona_id = 'p0'")
    with pytest.raises(Unavailable) as raised:
        carry(connection, path, result.models[1])
    assert raised.value.diagnostics[0].code == "PT416"
    assert connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'personas'"
    ).fetchall() == [(0,)]


def test_a_vanished_release_is_not_carried(connection: Connection, tmp_path: Path) -> None:
    connection.execute("DROP TABLE release.persona_events")
    with pytest.raises(Unavailable) as raised:
        carry(connection, tmp_path / "gone.duckdb", EVENTS)
    assert raised.value.diagnostics[0].code == "PT414"
