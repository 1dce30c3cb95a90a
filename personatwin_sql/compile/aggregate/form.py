"""An aggregate as the author wrote it: keys, measures, sets of keys, and the text of the rest."""

from __future__ import annotations

import re
from typing import Final, Literal

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.differential_privacy import KeyValue

MeasureKind = Literal["count", "people", "sum", "avg", "variance", "stddev", "quantile"]

CHARGE: Final = "-- the ledger entry is on disk before this line"
"""Stands between what is exact and what is noisy: nothing below it runs before the release is paid for."""


_BARE: Final = re.compile(r"([a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class KeyItem:
    """A column of GROUP BY."""

    name: str
    sql: str
    """The expression as written."""
    kind: str
    place: Place
    domain: tuple[str, str] | None = None
    """The source and column that it repeats, where it is nothing but a column."""
    can_be_null: bool = True
    """Whether a row may have none; a total of several sets of keys is NULL there."""
    exact_kind: str = ""
    """The kind of its values as they are told apart inside of aggregates; empty where that is `kind`."""
    written: tuple[KeyValue, ...] = ()
    """The values that the expression writes out, where it can have no others but NULL."""
    null_as: KeyValue | None = None
    """What rows without a value count as; the expression says so already."""

    @property
    def is_named(self) -> bool:
        """Whether the expression is a column that has the name already."""
        return self.sql.rpartition(".")[2] == identifier(self.name) and _BARE.fullmatch(self.sql) is not None


@dataclass(frozen=True)
class Measure:
    """An aggregate of the SELECT list."""

    name: str
    kind: MeasureKind
    value: str
    """The aggregated expression as written; empty for rows and people."""
    value_kind: str
    """`integer` or `number`; empty for rows and people."""
    place: Place
    only: str = ""
    """The condition of FILTER (WHERE …) as written; empty for all rows."""
    quantile: str = ""
    """Of quantiles: which one, as written, from 0 to 1."""
    is_sample: bool = True
    """Of variance and stddev: divided by n - 1, not by n."""
    column: str = ""
    """The name that bounds are declared by: that of the column which the value is, or else of the measure."""
    domain: tuple[str, str] | None = None
    """The source and column whose values are aggregated, where they are nothing but a column."""


@dataclass(frozen=True)
class Aggregate:
    """One aggregate over people."""

    unit: str
    """The person of a row, as SQL."""
    keys: tuple[KeyItem, ...]
    measures: tuple[Measure, ...]
    sets: tuple[tuple[int, ...], ...]
    """Which keys each grouping set has, by place; all keys where there are no sets."""
    columns: tuple[str, ...]
    """Names in the order of the SELECT list: keys and measures."""
    with_sql: str
    """The WITH clause as written; empty where there is none."""
    rows_sql: str
    """FROM and WHERE as written."""
    line: int
    """The line of FROM in the model's file."""
