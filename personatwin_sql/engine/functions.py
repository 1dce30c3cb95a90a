"""Python functions that SQL can call: risk scores that it cannot say itself. Never one call a source row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

import _duckdb as duckdb
from _duckdb._func import SPECIAL

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.risk import band
from personatwin_sql.privacy.sums import rows_to_hold_back

_PRECISE = 2.0**-60
"""A term of the series that is smaller than this, relative to the sum, changes nothing."""
_RECURRENCE = 64
"""Up to this class size the recurrence is exact enough and short; above it the series ends soon."""


@dataclass(frozen=True)
class SqlFunction:
    """A function as SQL sees it: same arguments, same result."""

    name: str
    function: Callable[..., object]
    parameters: tuple[str, ...]
    returns: str


def risk_band(average: float | None, record: float | None) -> str | None:
    """The widest audience that both risks allow: public, research, internal or unsafe; NULL for NULL."""
    if average is None or record is None:
        return None
    return band(average, record)


def individual_risk(class_size: int | None, sampling_fraction: float | None) -> float | None:
    """The chance of finding a person of a class of f people in a sample of a population; NULL for NULL.

    Posterior mean of 1/F under F | f ~ negative binomial(f, p), where p is the sampling fraction:
    Σ_{h≥f} (1/h) C(h-1, f-1) p^f (1-p)^{h-f} = (p/f) ₂F₁(1, 1; f+1; 1-p) (Benedetti & Franconi 1998).
    It is 1/f where everybody is in the sample, p = 1.
    """
    if class_size is None or sampling_fraction is None:
        return None
    if class_size < 1 or not 0 < sampling_fraction <= 1:
        raise ValueError("a class has at least one person, and a sampling fraction lies in (0, 1]")
    return _mean_inverse(class_size, sampling_fraction)


def rows_in_sums(
    personas: list[int] | None, rows: list[list[int | None]] | None, people: list[int] | None, k: int
) -> list[int]:
    """Rows that must go, so that adding and subtracting counts tells of nobody or k people; none for NULL."""
    if personas is None or rows is None or people is None:
        return []
    return rows_to_hold_back(personas, rows, people, k)


FUNCTIONS = (
    SqlFunction(
        "pt_rows_to_hold_back", rows_in_sums, ("BIGINT[]", "BIGINT[][]", "BIGINT[]", "BIGINT"), "BIGINT[]"
    ),
    SqlFunction("pt_risk_band", risk_band, ("DOUBLE", "DOUBLE"), "VARCHAR"),
    SqlFunction("pt_individual_risk", individual_risk, ("BIGINT", "DOUBLE"), "DOUBLE"),
)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """All of them, until the connection is closed."""
    for function in FUNCTIONS:
        connection.create_function(
            function.name,
            function.function,
            list(function.parameters),
            function.returns,
            null_handling=SPECIAL,
        )


@contextmanager
def registered_functions(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The functions while the context lasts; the engine crashes at exit over one that is left."""
    register(connection)
    try:
        yield
    finally:
        with suppress(duckdb.Error):
            connection.abort()  # a result that was left unfetched would keep the functions in use
        for function in FUNCTIONS:
            with suppress(duckdb.Error):
                connection.remove_function(function.name)


@lru_cache(maxsize=65_536)
def _mean_inverse(f: int, p: float) -> float:
    """p ∫₀¹ s^{f-1} / (p + (1-p) s) ds, another form of the same.

    Sizes of classes repeat, so each is computed once.
    """
    q = 1 - p
    if p >= 0.5 or f > _RECURRENCE:
        return p / f * _series(f, q)
    integral = -math.log(p) / q
    for size in range(1, f):  # q I(f+1) + p I(f) = 1/f; errors shrink by p/q < 1
        integral = (1 / size - p * integral) / q
    return p * integral


def _series(f: int, q: float) -> float:
    """₂F₁(1, 1; f+1; q) = Σ n! q^n / ((f+1)(f+2)…(f+n)): positive terms, falling faster than q^n."""
    total = term = 1.0
    n = 0
    while term > _PRECISE * total:
        n += 1
        term *= n * q / (f + n)
        total += term
    return total
