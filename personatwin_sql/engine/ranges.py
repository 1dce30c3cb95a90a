"""Numbers that a class publishes as a range of its own: their order for the search, and what is written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.spec.range_form import (
    ABOVE,
    BELOW,
    UNDER,
    WHOLE,
    level_of_ends,
    may_be_range,
    range_text,
)


def ranks(session: Session, model: CompiledModel, frequency: FrequencySet) -> dict[str, Codes]:
    """By column of numbers (base values,): their order, -1 for NULL and what is not finite.

    A column in which different numbers are written alike has none: its base values are in no order.
    """
    found = {}
    for number, column in enumerate(model.quasi_identifiers):
        if not may_be_range(column.hierarchy, column.type) or column.microaggregate is not None:
            continue
        is_number = f"coalesce(isfinite(CAST({identifier(column.name)} AS DOUBLE)), FALSE)"
        arrays = session.arrays(
            f"SELECT {is_number} AS is_number FROM {_values(model, number)} ORDER BY value_code"
        )
        numbers = np.asarray(arrays["is_number"], dtype=np.bool_)
        if len(numbers) == frequency.maps[number].shape[1]:
            found[column.name] = np.where(numbers, np.arange(len(numbers)), -1)
    return found


def write_ranges(
    session: Session, model: CompiledModel, recoding: Recoding, lowest: Sequence[int]
) -> tuple[int, ...]:
    """Table the ranges of classes as `private.<model>__ranges`: class, place (of the column), and its text.

    The columns that have any, by place. The ends are those of bands: of the `lowest` level allowed, or of the
    one above the values as given.
    """
    low, high = recoding.low, recoding.high
    if low is None or high is None or not (low >= 0).any():
        return ()
    table = f"private.{identifier(model.name + '__ranges')}"
    session.run(f"CREATE OR REPLACE TABLE {table} (class BIGINT, place INTEGER, text VARCHAR)", model.name)
    places = np.flatnonzero((low >= 0).any(axis=0)).tolist()
    for place in places:
        ends = f"SELECT level_{level_of_ends(lowest[place])} FROM {_values(model, place)} ORDER BY value_code"
        texts = [text for (text,) in session.rows(ends)]
        classes = np.flatnonzero(low[:, place] >= 0)
        written = [
            range_text(texts[first], texts[last])
            for first, last in zip(low[classes, place], high[classes, place], strict=True)
        ]
        session.rows(
            f"INSERT INTO {table} SELECT unnest(CAST(? AS BIGINT[])), {place}, unnest(CAST(? AS VARCHAR[]))",
            [classes.tolist(), written],
            model.name,
        )
    return tuple(places)


def is_in_range(column: PublishedColumn, value: str, text: str) -> str:
    """SQL that says whether a number is in the range that a text names; false for any other text."""
    number = f"CAST({value} AS DOUBLE)"
    forms = (
        (WHOLE, "{n} BETWEEN {low} AND {high}"),
        (UNDER, "{n} >= {low} AND {n} < {high}"),
        (ABOVE, "{n} >= {low}"),
        (BELOW, "{n} < {low}"),
    )
    cases = " ".join(
        f"WHEN regexp_full_match({text}, '{form}') THEN "
        + condition.format(n=number, low=_end(text, form, 1), high=_end(text, form, 2))
        for form, condition in forms
    )
    if not may_be_range(column.hierarchy, column.type):
        return "FALSE"
    return f"coalesce(CASE {cases} END, FALSE)"


def _end(text: str, form: str, group: int) -> str:
    return f"TRY_CAST(regexp_extract({text}, '{form}', {group}) AS DOUBLE)"


def _values(model: CompiledModel, number: int) -> str:
    return f"private.{identifier(f'{model.name}__values_{number}')}"
