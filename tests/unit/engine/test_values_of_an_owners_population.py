"""A value of an owner's population counts where it is of its column's type, and is never rounded into it."""

from __future__ import annotations

import duckdb
import pytest

from personatwin_sql.engine.owner_population import is_of_type


@pytest.mark.parametrize(
    ("text", "kind", "counts"),
    [
        ("33", "BIGINT", True),
        ("33.0", "BIGINT", True),
        ("33.6", "BIGINT", False),
        ("many", "BIGINT", False),
        (None, "BIGINT", True),
        ("33.6", "DOUBLE", True),
        ("2020-02-30", "DATE", False),
        ("2020-02-28", "DATE", True),
        ("007", "VARCHAR", True),
        ("33.6", "VARCHAR", True),
    ],
)
def test_only_values_of_the_type_count(text: str | None, kind: str, counts: bool) -> None:
    sql = f"SELECT {is_of_type(f'TRY_CAST(t AS {kind})', 't')} FROM (SELECT CAST(? AS VARCHAR) AS t)"
    assert duckdb.execute(sql, [text]).fetchall() == [(counts,)]
