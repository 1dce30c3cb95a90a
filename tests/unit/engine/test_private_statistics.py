"""Exact sums are made with windows that are sorted, which can spill; everything else as the engine likes."""

from __future__ import annotations

import pytest

from personatwin_sql.engine.private_statistics import made_exact
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError

SETTING = "current_setting('disabled_optimizers')"
FIRST = (
    "SELECT i FROM (SELECT i, row_number() OVER (PARTITION BY p ORDER BY i) AS n FROM private.t) WHERE n <= 2"
)


def test_windows_are_sorted_while_exact_sums_are_made_and_only_then(session: Session) -> None:
    made_exact(session, "model", f"CREATE TABLE private.then AS SELECT {SETTING} AS disabled")
    assert session.value("SELECT disabled FROM private.then") == "top_n_window_elimination"
    assert session.value(f"SELECT {SETTING}") == ""


def test_the_engine_knows_what_is_disabled_by_this_name(session: Session) -> None:
    """It would else be passed over in silence."""
    session.run("CREATE TABLE private.t AS SELECT i, i % 2 AS p FROM range(9) AS t (i)", "t")
    plan = f"EXPLAIN {FIRST}"
    assert "WINDOW" not in str(session.rows(plan)).upper()
    session.attempt("SET disabled_optimizers = 'top_n_window_elimination'")
    assert "WINDOW" in str(session.rows(plan)).upper()


def test_a_script_that_fails_leaves_no_setting_behind(session: Session) -> None:
    with pytest.raises(NodeError):
        made_exact(session, "model", "CREATE TABLE private.then AS SELECT * FROM private.nowhere")
    assert session.value(f"SELECT {SETTING}") == ""
