"""What the census bureau's API answers: a JSON list of rows, the first of which names the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from personatwin_sql.census.table import Unfit

Row = Mapping[str, str]


def rows_of(content: bytes, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of an answer by the names of its columns; more columns may be there, none of these may lack.

    Raises Unfit for all that is no such answer: a page, half an answer, other columns.
    """
    try:
        found = json.loads(content)
    except ValueError:
        raise Unfit("an answer is no JSON") from None
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found) or not found:
        raise Unfit("an answer is no list of rows")
    head, *rows = found
    if missing := [column for column in columns if head.count(column) != 1]:
        raise Unfit(f"an answer has no column {missing[0]}")
    for row in rows:
        if len(row) != len(head) or not all(isinstance(each, str | int) for each in row):
            raise Unfit("an answer has rows of another form")
        yield {name: str(value) for name, value in zip(head, row, strict=True)}


def whole(text: str) -> int:
    """A number of people, or a code. Raises Unfit for anything else."""
    if not text.isascii() or not text.isdecimal():
        raise Unfit("an answer has something else where a whole number has to be")
    return int(text)


def by_key(rows: Iterator[Row], keys: Sequence[str]) -> dict[tuple[int, ...], int]:
    """People by the codes of these columns. Raises Unfit where two rows are of the same."""
    found: dict[tuple[int, ...], int] = {}
    for row in rows:
        key = tuple(whole(row[name]) for name in keys)
        if key in found:
            raise Unfit("an answer has two rows for the same people")
        found[key] = whole(row["POP"])
    return found
