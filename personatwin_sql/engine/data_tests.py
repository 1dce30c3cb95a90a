"""Counts what tests find. The rows themselves are never fetched: they may be of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personatwin_sql.compile.data_tests.compiled import CompiledTest
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError


def failing_rows(session: Session, tests: Sequence[CompiledTest]) -> Mapping[str, int | NodeError]:
    """Test → how many rows fail it, or why it could not be run.

    All of them in one query; one by one only where one cannot be run, to know which.
    """
    if not tests:
        return {}
    try:
        (counts,) = session.rows(f"SELECT {', '.join(map(_count, tests))}", node=tests[0].name)
    except NodeError as error:
        if len(tests) == 1:
            return {tests[0].name: error}
        return {name: found for test in tests for name, found in failing_rows(session, [test]).items()}
    return {test.name: int(count) for test, count in zip(tests, counts, strict=True)}


def _count(test: CompiledTest) -> str:
    return f"(SELECT count(*) FROM (\n{test.sql}\n))"
