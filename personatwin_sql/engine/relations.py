"""How columns go together before and after: read from everybody and from the release, for the owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import macro_model
from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import TOP
from personatwin_sql.statistics.association import corrected_v, crossed, spearman
from personatwin_sql.statistics.naive_bayes import Accuracy, accuracy

MOST_PEOPLE = 200_000
"""Larger tables are read in part: a correlation over so many is off by 0.007 at most, 19 times of 20."""
MOST_VALUES = 1_000
"""A column with more values than this is left out: nearly nobody shares one."""

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Relation:
    """How strongly two columns go together, by one measure, before and after; None where it is undefined."""

    first: str
    second: str
    measure: str
    """`spearman` for two columns of numbers, otherwise `cramers_v`."""
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Foretold:
    """How well a column can be foretold from all others, before and after."""

    column: str
    before: Accuracy | None
    after: Accuracy | None


@dataclass(frozen=True)
class _Coded:
    """Distinct rows: `codes` per column (rows,) in the order of the values, NULL last, `people` (rows,)."""

    codes: dict[str, Codes]
    is_null: dict[str, npt.NDArray[np.bool_]]
    people: npt.NDArray[np.float64]

    def has_few_values(self, name: str) -> bool:
        return int(self.codes[name].max(initial=0)) < MOST_VALUES


def relations(
    session: Session, model: CompiledModel, predicted: Sequence[str] = ()
) -> tuple[tuple[Relation, ...], tuple[Foretold, ...]]:
    """Each two columns of a k_anonymity model, and each predicted column that it publishes."""
    names = tuple(column.name for column in model.columns)
    numbers = _numbers(model)
    unit = identifier(str(model.unit))
    before = _coded(session, _everybody(model), [_given(name) for name in names], names, unit)
    after = _coded(
        session,
        f"release.{identifier(model.name)}",
        [_placed(model, name) if name in numbers else _given(name) for name in names],
        names,
        "rowid",
    )
    found = tuple(
        _relation(first, second, before, after, first in numbers and second in numbers)
        for first, second in combinations(names, 2)
        if before.has_few_values(first) and before.has_few_values(second)
    )
    foretold = tuple(
        Foretold(name, _accuracy(before, name), _accuracy(after, name)) for name in predicted if name in names
    )
    return found, foretold


def _everybody(model: CompiledModel) -> str:
    """One row a person; where rows of a person disagree, nothing."""
    authored, unit = f"(\n{macro_model(model).sql}\n)", identifier(str(model.unit))
    if model.authored.one_row_per_unit:
        return f"(SELECT * FROM {authored} WHERE {unit} IS NOT NULL)"
    agreed = ", ".join(
        f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {name}"
        for name in (identifier(column.name) for column in model.columns)
    )
    return f"(SELECT {unit}, {agreed} FROM {authored} WHERE {unit} IS NOT NULL GROUP BY {unit})"


def _numbers(model: CompiledModel) -> frozenset[str]:
    """Columns whose published values have a place in the order of numbers."""
    return frozenset(
        column.name for column in model.quasi_identifiers if column.type in ("integer", "number")
    )


def _given(name: str) -> str:
    return f"people.{identifier(name)}"


def _placed(model: CompiledModel, name: str) -> str:
    """Where a published band begins among the values as given; NULL for what is not told apart."""
    number = [column.name for column in model.quasi_identifiers].index(name)
    values = f"private.{identifier(f'{model.name}__values_{number}')}"
    column = next(column for column in model.quasi_identifiers if column.name == name)
    bands = " UNION ALL ".join(
        f"SELECT level_{level} AS band, {identifier(name)} AS given FROM {values}"
        for level in range(column.hierarchy.height)
    )
    return (
        f"(SELECT min(bands.given) FROM ({bands}) AS bands "
        f"WHERE bands.band = people.{identifier(name)} AND bands.band <> {literal(TOP)})"
    )


def _in_part(session: Session, relation: str, key: str) -> str:
    """Every n-th row by a hash of `key`, so that no more than about `MOST_PEOPLE` are read."""
    rows = int(session.value(f"SELECT count(*) FROM {relation}"))
    every = -(-rows // MOST_PEOPLE)
    return f"SELECT * FROM {relation}" + (f" WHERE hash({key}) % {every} = 0" if every > 1 else "")


def _coded(session: Session, relation: str, values: Sequence[str], names: Sequence[str], key: str) -> _Coded:
    listed = ", ".join(f"{value} AS c{number}" for number, value in enumerate(values))
    codes = ", ".join(
        f"CAST(dense_rank() OVER (ORDER BY c{number} NULLS LAST) - 1 AS BIGINT) AS c{number}, "
        f"c{number} IS NULL AS n{number}"
        for number in range(len(names))
    )
    arrays = session.arrays(f"""
        WITH people AS ({_in_part(session, relation, key)}),
        alike AS (SELECT {listed}, count(*) AS people FROM people GROUP BY ALL)
        SELECT {codes}, people FROM alike ORDER BY ALL
        """)
    return _Coded(
        {name: np.asarray(arrays[f"c{number}"], dtype=np.int64) for number, name in enumerate(names)},
        {name: np.asarray(arrays[f"n{number}"], dtype=np.bool_) for number, name in enumerate(names)},
        np.asarray(arrays["people"], dtype=np.float64),
    )


def _relation(first: str, second: str, before: _Coded, after: _Coded, are_numbers: bool) -> Relation:
    strengths = [_strength(table, first, second, are_numbers) for table in (before, after)]
    return Relation(first, second, "spearman" if are_numbers else "cramers_v", *strengths)


def _strength(table: _Coded, first: str, second: str, are_numbers: bool) -> float | None:
    if not are_numbers:
        return corrected_v(crossed(table.codes[first], table.codes[second], table.people))
    told = ~(table.is_null[first] | table.is_null[second])  # NULL has no place in the order of numbers
    return spearman(crossed(table.codes[first][told], table.codes[second][told], table.people[told]))


def _accuracy(table: _Coded, name: str) -> Accuracy | None:
    others = [codes for other, codes in table.codes.items() if other != name and table.has_few_values(other)]
    if not others or not len(table.people):
        return None
    return accuracy(np.column_stack(others), table.codes[name], table.people)
