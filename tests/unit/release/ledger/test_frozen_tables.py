"""A table that was paid for comes back to the byte, and is never drawn again."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledger import COURT, MODEL, TABLE, budgets_of, released, request, spent

from personatwin_sql.errors import NodeError, Unavailable
from personatwin_sql.release.ledger.charge import charged, frozen
from personatwin_sql.release.ledger.entry import Charge, Release
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.frozen import (
    FrozenTable,
    Value,
    frozen_bytes,
    frozen_table,
    read_frozen,
    refuse_unfreezable,
)
from personatwin_sql.release.ledger.replay import changed_sources, replay_key, replayed
from personatwin_sql.release.ledger.store import read_ledger

RULES = {"epsilon": "1", "max_groups": "5"}
KEY = b"k" * 32
COLUMNS = (
    ("n", "BIGINT"),
    ("text", "VARCHAR"),
    ("day", "DATE"),
    ("flag", "BOOLEAN"),
    ("x", "DOUBLE"),
    ("money", "DECIMAL(18,3)"),
)
ROWS: st.SearchStrategy[tuple[Value, ...]] = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.text(st.characters(exclude_categories=("Cs",))),
    st.none() | st.dates(),
    st.none() | st.booleans(),
    st.none() | st.floats(),
    st.none() | st.decimals(-(10**14), 10**14, places=3),
)


@given(rows=st.lists(ROWS, max_size=4))
def test_every_value_comes_back(rows: list[tuple[Value, ...]]) -> None:
    content = frozen_bytes(FrozenTable(COLUMNS, tuple(rows)))
    back = frozen_table(content)
    assert frozen_bytes(back) == content
    assert [tuple(map(repr, row)) for row in back.rows] == [
        tuple(map(repr, (*row[:5], row[5] and Decimal(f"{row[5]:f}")))) if row[5] else tuple(map(repr, row))
        for row in rows
    ]


@pytest.mark.parametrize(
    "text", ["", "\\N", "\\", "\\t", "a\tb", "a\nb", "a\r\nb", "\u2028", "NULL", ' "', "\\\\N"]
)
def test_no_text_is_taken_for_another(text: str) -> None:
    table = FrozenTable((("a:b\tc", "VARCHAR"),), ((text,), (None,)))
    assert frozen_table(frozen_bytes(table)) == table


@pytest.mark.parametrize("x", [-0.0, 0.1, 1e308, 5e-324, math.inf, -math.inf, 1 / 3])
def test_a_float_keeps_its_bits(x: float) -> None:
    ((back,),) = frozen_table(frozen_bytes(FrozenTable((("x", "DOUBLE"),), ((x,),)))).rows
    assert isinstance(back, float)
    assert back.hex() == x.hex()


def test_a_table_without_rows_comes_back() -> None:
    assert frozen_table(frozen_bytes(FrozenTable(COLUMNS, ()))) == FrozenTable(COLUMNS, ())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("BIGINT", 2**63),
        ("BIGINT", -(2**63) - 1),
        ("BIGINT", True),
        ("BIGINT", 1.0),
        ("VARCHAR", 1),
        ("DATE", "2026-05-01"),
        ("BOOLEAN", 1),
        ("DOUBLE", 1),
        ("DECIMAL(5,2)", Decimal("1.234")),
        ("DECIMAL(5,2)", Decimal("12345.00")),
        ("DECIMAL(5,2)", Decimal("nan")),
    ],
)
def test_a_value_of_another_type_is_not_kept(kind: str, value: Value) -> None:
    with pytest.raises(ValueError, match=r"not a|another"):
        frozen_bytes(FrozenTable((("x", kind),), ((value,),)))


def test_the_engine_gets_back_what_it_gave() -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE t AS SELECT i AS n, CASE WHEN i % 3 = 0 THEN NULL ELSE 'x' || i END AS text, "
        "DATE '2026-01-01' + i::INTEGER AS day, i % 2 = 0 AS flag, i / 7 AS x, "
        "(i / 8)::DECIMAL(18,3) AS money "
        "FROM range(100) s(i)"
    )
    columns = tuple((name, kind) for name, kind, *_ in connection.execute("DESCRIBE t").fetchall())
    assert columns == COLUMNS
    rows = tuple(connection.execute("SELECT * FROM t").fetchall())
    back = frozen_table(frozen_bytes(FrozenTable(columns, rows)))
    connection.execute("CREATE TABLE back AS FROM t LIMIT 0")
    connection.executemany("INSERT INTO back VALUES (?, ?, ?, ?, ?, ?)", [list(row) for row in back.rows])
    assert connection.execute("SELECT count(*) FROM (FROM t EXCEPT ALL FROM back)").fetchall() == [(0,)]
    connection.close()


def test_a_type_that_is_not_kept_is_refused_before_anything_is_charged() -> None:
    with pytest.raises(NodeError) as raised:
        refuse_unfreezable("visits", {"n": "HUGEINT", "at": "TIMESTAMP", "ok": "DECIMAL(18,3)"}, MODEL)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT691", "PT691"]
    refuse_unfreezable("visits", dict(COLUMNS), MODEL)


def test_a_frozen_table_is_replayed_to_the_byte(folders: Folders, key: bytes) -> None:
    release = released(folders, key)
    content = (folders.frozen / release.file).read_bytes()
    assert content == b"county:VARCHAR\tvisits:BIGINT\nAdams\t12\nBrown\t-3\n\\N\t0\n"
    for _ in range(3):
        assert read_frozen(folders, release) == TABLE
    assert (folders.frozen / release.file).read_bytes() == content


def test_a_lost_frozen_table_is_an_error(folders: Folders, key: bytes) -> None:
    release = released(folders, key)
    (folders.frozen / release.file).unlink()
    with pytest.raises(Unavailable) as raised:
        read_frozen(folders, release)
    (problem,) = raised.value.diagnostics
    assert (problem.code, str(problem.place)) == ("PT689", f"ledger/frozen/{release.file}")
    assert "not drawn again" in problem.notes[0]


@pytest.mark.parametrize("edit", [b"", b"county:VARCHAR\tvisits:BIGINT\nAdams\t13\n"])
def test_an_altered_frozen_table_is_an_error(folders: Folders, key: bytes, edit: bytes) -> None:
    release = released(folders, key)
    (folders.frozen / release.file).write_bytes(edit)
    with pytest.raises(Unavailable) as raised:
        read_frozen(folders, release)
    assert raised.value.diagnostics[0].code == "PT690"


def test_the_latest_release_of_a_question_is_replayed(folders: Folders, key: bytes) -> None:
    assert replayed(read_ledger(folders, key), "0" * 64) is None
    first = released(folders, key)
    second = released(folders, key, table=FrozenTable((("n", "BIGINT"),), ((date.max.year,),)))
    found = replayed(read_ledger(folders, key), "0" * 64)
    assert found is not None
    assert found[1] == second != first
    assert replayed(read_ledger(folders, key), "1" * 64) is None


def test_a_charge_without_a_release_is_not_replayed_and_stays_charged(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1")
    ledger = read_ledger(folders, key)
    assert replayed(ledger, "0" * 64) is None
    assert [charge.epsilon for _, charge in ledger.charges()] == [1]


def test_a_release_names_what_paid_for_it(folders: Folders, key: bytes) -> None:
    (charge,) = charged(folders, key, budgets_of(COURT), [request("1", replay="7" * 64)])
    entry, release = frozen(folders, key, charge, TABLE)
    ledger = read_ledger(folders, key)
    assert ledger.heads == (entry,)
    assert release == Release("visits", charge, "7" * 64, release.file, release.digest)
    assert isinstance(ledger.entries[charge].content, Charge)


def test_a_question_is_the_same_if_all_that_was_asked_is() -> None:
    asked = replay_key(KEY, "visits", "SELECT 1", RULES, "2026")
    assert asked == replay_key(KEY, "visits", "SELECT 1", dict(reversed(RULES.items())), "2026")
    others = {
        replay_key(b"l" * 32, "visits", "SELECT 1", RULES, "2026"),
        replay_key(KEY, "visit", "SELECT 1", RULES, "2026"),
        replay_key(KEY, "visits", "SELECT 2", RULES, "2026"),
        replay_key(KEY, "visits", "SELECT 1", {**RULES, "epsilon": "2"}, "2026"),
        replay_key(KEY, "visits", "SELECT 1", RULES, "2027"),
    }
    assert len({asked, *others}) == 6


def test_changed_data_leave_a_release_stale_and_standing(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1")
    ((_, charge),) = read_ledger(folders, key).charges()
    assert changed_sources(key, charge, {"court.events": "ab" * 32, "other": "x"}) == ()
    assert changed_sources(key, charge, {"court.events": "cd" * 32}) == ("court.events",)
    assert changed_sources(key, charge, {}) == ("court.events",)


@settings(max_examples=20)
@given(st.text(), st.text())
def test_no_two_models_share_a_question(first: str, second: str) -> None:
    same = replay_key(KEY, first, "q", {}, second) == replay_key(KEY, second, "q", {}, first)
    assert same == (first == second)
