"""Publishing: what is in the file, and that nothing else ever is."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from court_release import PEOPLE, PERSONAS, PLANTED, guarantee, publish_beside, release_of

from personatwin_sql.engine.content import content_of
from personatwin_sql.engine.publisher_process import write_file
from personatwin_sql.errors import Unavailable, Withheld
from personatwin_sql.release import publish as publish_module
from personatwin_sql.release.result import Release

Connection = duckdb.DuckDBPyConnection


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def published(connection: Connection, release: Release, path: Path) -> Path:
    publish_beside(connection, release, path)
    return path


def test_released_tables_keep_their_rows_and_their_order(connection: Connection, published: Path) -> None:
    for model in ("people_public", "personas", "persona_events", "persona_patterns"):
        assert rows(published, f"FROM {model}") == connection.execute(f"FROM release.{model}").fetchall()


def test_only_declared_schemas_and_tables_are_in_the_file(published: Path) -> None:
    found = rows(published, "SELECT DISTINCT schema_name, table_name FROM duckdb_tables() ORDER BY ALL")
    assert [name for schema, name in found if schema == "main"] == [
        "people_public", "persona_events", "persona_patterns", "personas",
    ]  # fmt: skip
    assert [name for schema, name in found if schema == "_personatwin"] == [
        "columns", "guarantees", "labels", "lineage", "releases", "risk", "sources",
    ]  # fmt: skip


def test_no_byte_of_a_private_table_or_of_an_enum_is_in_the_file(published: Path) -> None:
    assert PLANTED.encode() not in published.read_bytes()


def test_published_types_hide_no_values_and_open_everywhere(published: Path) -> None:
    types = dict(rows(published, "SELECT table_name || '.' || column_name, data_type FROM duckdb_columns()"))
    assert types["people_public.screening"] == "VARCHAR"
    assert types["personas.people"] == "BIGINT"
    assert types["persona_patterns.events"] == "BIGINT"


def test_the_release_explains_its_columns_in_sql(published: Path) -> None:
    assert rows(
        published,
        "SELECT position, role, type, hierarchy, level, height, level_name "
        "FROM _personatwin.columns WHERE model = 'people_public' AND \"column\" = 'age'",
    ) == [(1, "quasi_identifier", "VARCHAR", "age", 2, 4, "bands of 10")]
    assert rows(
        published, "SELECT source, source_column FROM _personatwin.lineage WHERE model = 'personas'"
    ) == [
        ("court.people", "age"),
        ("court.people", "gender"),
    ]


def test_the_walk_of_k_ends_in_the_table_of_guarantees(published: Path) -> None:
    assert rows(
        published,
        "SELECT direction, required, proven, measured, holds, proof, declared_at "
        "FROM _personatwin.guarantees WHERE model = 'people_public' AND guarantee = 'k'",
    ) == [
        (
            "at_least", 11, 11, 13, True, "HAVING count(DISTINCT person_id) >= 11",
            "models/release/people_public.sql:1:39",
        )
    ]  # fmt: skip


def test_how_many_were_left_out_is_a_band_only(published: Path) -> None:
    assert rows(
        published,
        "SELECT measured, measured_words, holds FROM _personatwin.guarantees "
        "WHERE guarantee = 'suppression_limit'",
    ) == [(None, "1 to 5 %", True)]
    assert b"0123456" not in published.read_bytes()


def test_people_of_persona_events_are_said_not_to_add_up(published: Path) -> None:
    ((comment,),) = rows(
        published,
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'persona_events' AND column_name = 'people'",
    )
    assert "Not additive" in str(comment)


def test_tables_and_risk_are_explained(published: Path) -> None:
    ((comment,),) = rows(published, "SELECT comment FROM duckdb_tables() WHERE table_name = 'people_public'")
    assert str(comment).startswith("People whom the court has seen.")
    assert (0.05, "classes / people") in rows(
        published, "SELECT value, formula FROM _personatwin.risk WHERE model = 'people_public'"
    )
    topics = rows(published, "SELECT topic, count(*) FROM _personatwin.labels GROUP BY ALL ORDER BY ALL")
    assert dict(topics)["not promised"] >= 4


def test_everybody_may_read_the_file_and_nothing_is_left_beside_it(published: Path) -> None:
    assert stat.S_IMODE(published.stat().st_mode) == 0o644
    assert [entry.name for entry in published.parent.iterdir()] == [published.name]


def test_digest_and_types_come_back_for_the_manifest(
    connection: Connection, release: Release, path: Path
) -> None:
    result = publish_beside(connection, release, path)
    stored = dict(rows(path, "SELECT model, digest FROM _personatwin.releases"))
    assert stored == {model.name: model.digest for model in result.models}
    assert all(len(digest) == 64 for digest in stored.values())
    assert result.models[0].columns[2].type == "VARCHAR"


def test_the_same_tables_give_the_same_digests_and_another_order_does_not(connection: Connection) -> None:
    first = content_of(connection, "release", "personas")
    assert content_of(connection, "release", "personas") == first
    connection.execute(
        "CREATE OR REPLACE TABLE release.personas AS FROM release.personas ORDER BY persona_id DESC"
    )
    assert content_of(connection, "release", "personas").digest != first.digest


def test_digests_tell_null_from_text_and_one_cell_from_two(connection: Connection) -> None:
    digests = set()
    for number, (left, right) in enumerate(
        (("NULL", "'a'"), ("'-'", "'a'"), ("'1:a'", "''"), ("''", "'1:a'"))
    ):
        connection.execute(f"CREATE TABLE release.t{number} AS SELECT {left}::VARCHAR AS x, {right} AS y")
        digests.add(content_of(connection, "release", f"t{number}").digest)
    assert len(digests) == 4


def test_a_second_build_replaces_the_file_and_readers_keep_theirs(
    connection: Connection, release: Release, published: Path
) -> None:
    with duckdb.connect(str(published), read_only=True) as reader:
        connection.execute("DELETE FROM release.persona_patterns WHERE persona_id = 'p0'")
        patterns = replace(release.models[3], rows=3)
        publish_beside(connection, replace(release, models=(*release.models[:3], patterns)), published)
        assert reader.execute("SELECT count(*) FROM persona_patterns").fetchall() == [(4,)]
    assert rows(published, "SELECT count(*) FROM persona_patterns") == [(3,)]


def test_leftovers_of_a_crash_are_cleaned(connection: Connection, release: Release, path: Path) -> None:
    path.parent.mkdir()
    for name in (f".{path.name}.new", f".{path.name}.new.wal", f"{path.name}.wal"):
        (path.parent / name).write_bytes(b"torn")
    publish_beside(connection, release, path)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert rows(path, "SELECT count(*) FROM personas") == [(4,)]


def test_a_release_below_k_is_not_published_by_any_call(connection: Connection, published: Path) -> None:
    before = published.read_bytes()
    held = release_of(replace(PEOPLE, guarantees=(guarantee(measured=10),)))
    with pytest.raises(Withheld) as raised:
        publish_beside(connection, held, published)
    assert raised.value.diagnostics[0].code == "PT203"
    assert published.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE release.people_public ADD COLUMN person_id VARCHAR",
        "ALTER TABLE release.people_public DROP COLUMN screening",
        "INSERT INTO release.people_public VALUES ('x', 'y', 'low')",
    ],
)
def test_a_table_that_is_not_the_one_that_was_judged_is_withheld(
    connection: Connection, release: Release, path: Path, change: str
) -> None:
    connection.execute(change)
    with pytest.raises(Withheld) as raised:
        publish_beside(connection, release, path)
    assert raised.value.diagnostics[0].code == "PT210"
    assert not path.exists()


@pytest.mark.parametrize(
    "expression", ["{'a': 1}", "'x'::BLOB", "MAP {'Jane': 1}", "NULL::ENUM('Jane')[]", "now()"]
)
def test_a_type_that_carries_more_than_it_shows_is_withheld(connection: Connection, expression: str) -> None:
    connection.execute(f"CREATE TABLE release.t AS SELECT {expression} AS x")
    with pytest.raises(Withheld) as raised:
        content_of(connection, "release", "t")
    assert raised.value.diagnostics[0].code == "PT209"


def test_a_number_beyond_bigint_is_withheld_without_being_quoted(connection: Connection) -> None:
    connection.execute("CREATE TABLE release.t AS SELECT 9223372036854775808::HUGEINT AS events")
    with pytest.raises(Withheld) as raised:
        content_of(connection, "release", "t")
    assert "9223372036854775808" not in str(raised.value)


def test_names_and_texts_with_quotes_are_published_as_they_are(connection: Connection, path: Path) -> None:
    connection.execute('CREATE TABLE release.odd AS SELECT 1::BIGINT AS "it\'s ""so""", \'Ü\' AS "select"')
    columns = (replace(PEOPLE.columns[2], name='it\'s "so"'), replace(PEOPLE.columns[2], name="select"))
    model = replace(
        PEOPLE,
        name="odd",
        rows=1,
        columns=columns,
        guarantees=(guarantee(model="odd"),),
        description="It's; DROP",
    )
    publish_beside(connection, release_of(model), path)
    assert rows(path, "FROM odd") == [(1, "Ü")]
    assert str(rows(path, "SELECT comment FROM duckdb_tables() WHERE table_name = 'odd'")[0][0]).startswith(
        "It's; DROP"
    )


def test_an_empty_table_is_published(connection: Connection, path: Path) -> None:
    connection.execute("DELETE FROM release.personas")
    empty = replace(PERSONAS, rows=0, guarantees=(guarantee(model="personas", measured=None),))
    publish_beside(connection, release_of(empty), path)
    assert rows(path, "SELECT count(*) FROM personas") == [(0,)]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE SCHEMA private",
        "CREATE TABLE stg_people AS SELECT 'Jane' AS name",
        "CREATE VIEW everybody AS FROM personas",
        "CREATE TYPE shade AS ENUM ('Jane')",
        "CREATE SEQUENCE numbers",
        "CREATE INDEX by_age ON personas (age)",
        "ALTER TABLE personas ADD COLUMN name VARCHAR",
        "ALTER TABLE _personatwin.labels ADD COLUMN name VARCHAR",
        "DELETE FROM personas WHERE persona_id = 'p0'",
        "UPDATE personas SET people = people + 1 WHERE persona_id = 'p0'",
        "DROP TABLE persona_patterns",
        "DROP TABLE _personatwin.guarantees",
    ],
)
def test_a_file_that_holds_anything_else_is_not_put_in_place(
    connection: Connection, release: Release, path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    def write_and_change(handover: Path, file: Path) -> None:
        write_file(handover, file)
        with duckdb.connect(str(file)) as tamperer:
            tamperer.execute(change)

    monkeypatch.setattr(publish_module, "write_file", write_and_change)
    with pytest.raises(Unavailable) as raised:
        publish_beside(connection, release, path)
    assert raised.value.diagnostics[0].code == "PT416"
    assert list(path.parent.iterdir()) == []
