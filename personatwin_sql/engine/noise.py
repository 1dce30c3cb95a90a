"""Noise as SQL calls it: exact integer samplers behind functions that give another number at each call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import partial
from threading import Lock
from typing import Final

import _duckdb as duckdb
import numpy as np
from _duckdb._func import SPECIAL

from personatwin_sql.privacy.noise.agreement import agreeing
from personatwin_sql.privacy.noise.choice import Powers
from personatwin_sql.privacy.noise.discrete_gaussian import discrete_gaussian
from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.partition_selection import least_people
from personatwin_sql.privacy.noise.quantile import quantile
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.numbers import Codes

LAPLACE: Final = "pt_discrete_laplace"
GAUSSIAN: Final = "pt_discrete_gaussian"
LEAST_PEOPLE: Final = "pt_least_people"
QUANTILE: Final = "pt_quantile"
AGREEING: Final = "pt_agreeing"
_AT_ONCE: Final = 4_096
"""Draws are made so many at a time; what is left over at the end is thrown away."""


class _Supply:
    """Numbers of one law after the other, each given once."""

    def __init__(self, draw: Callable[..., Codes], bits: Bits) -> None:
        self._draw = draw
        self._bits = bits
        self._lock = Lock()
        self._laws: dict[tuple[int, ...], Iterator[int]] = {}

    def of_scale(self, numerator: int, denominator: int) -> int:
        """Of the law with this scale."""
        return self._next(numerator, denominator)

    def of_guarantee(self, ahead: int, behind: int, above: int, below: int) -> int:
        """Of the law with ε = ahead / behind and δ = above / below."""
        return self._next(ahead, behind, above, below)

    def _next(self, *parameters: int) -> int:
        with self._lock:  # the engine may call from several threads
            law = self._laws.get(parameters)
            if law is None:
                law = self._laws[parameters] = self._numbers(parameters)
            return next(law)

    def _numbers(self, parameters: tuple[int, ...]) -> Iterator[int]:
        pairs = zip(parameters[::2], parameters[1::2], strict=True)
        draw = partial(self._draw, self._bits, *(Fraction(*pair) for pair in pairs))
        size = 64
        while True:
            yield from draw(size).tolist()
            size = min(4 * size, _AT_ONCE)


class _Quantiles:
    """Quantiles of groups, each drawn when it is asked for."""

    def __init__(self, bits: Bits) -> None:
        self._bits = bits
        self._lock = Lock()
        self._powers: dict[tuple[int, int], Powers] = {}

    def __call__(
        self,
        values: Sequence[int] | None,
        rows: Sequence[int] | None,
        numerator: int,
        denominator: int,
        rate_numerator: int,
        rate_denominator: int,
        lowest: int,
        highest: int,
    ) -> int:
        """Of values with the number of rows that have each; NULL is a group without any."""
        counted = sorted(zip(values or (), rows or (), strict=True))
        share = Fraction(numerator, denominator)
        with self._lock:
            rate = rate_numerator, rate_denominator
            powers = self._powers.setdefault(rate, Powers(Fraction(*rate)))
            return quantile(
                self._bits, [v for v, _ in counted], [n for _, n in counted], share, powers, lowest, highest
            )


def _agreeing(
    sets: Sequence[int],
    codes: Sequence[Sequence[int]],
    values: Sequence[int],
    has_key: Sequence[Sequence[bool]],
    weights: Sequence[float],
    at_least_zero: bool,  # SQL calls by place
) -> list[int]:
    rows, keys = len(values), len(has_key[0])
    found = agreeing(
        np.array(sets, dtype=np.int64),
        np.array(codes, dtype=np.int64).reshape(rows, keys),
        np.array(values, dtype=np.int64),
        np.array(has_key, dtype=np.bool_),
        weights,
        at_least_zero=at_least_zero,
    )
    numbers: list[int] = found.tolist()
    return numbers


def _gaussian(bits: Bits, deviation: Fraction, size: int) -> Codes:
    return discrete_gaussian(bits, deviation**2, size)


@contextmanager
def noise_functions(connection: duckdb.DuckDBPyConnection, bits: Bits) -> Iterator[None]:
    """`pt_discrete_laplace(b)` and `pt_discrete_gaussian(σ)`, the scale as numerator and denominator;
    `pt_least_people(ε, δ)`, both so; `pt_quantile`; and `pt_agreeing`, which draws nothing.

    They are there while the context lasts, and no longer: SQL of other models cannot draw. Buffers live and
    die with it. Whatever is drawn was paid for before: the caller sees to that.
    """
    functions: dict[str, tuple[Callable[..., int], int]] = {
        LAPLACE: (_Supply(discrete_laplace, bits).of_scale, 2),
        GAUSSIAN: (_Supply(_gaussian, bits).of_scale, 2),
        LEAST_PEOPLE: (_Supply(least_people, bits).of_guarantee, 4),
    }
    for name, (draw, numbers) in functions.items():
        connection.create_function(
            name, draw, ["BIGINT"] * numbers, "BIGINT", side_effects=True, null_handling=SPECIAL
        )
    connection.create_function(
        QUANTILE,
        _Quantiles(bits).__call__,
        ["BIGINT[]", "UBIGINT[]", *["BIGINT"] * 6],
        "BIGINT",
        side_effects=True,
        null_handling=SPECIAL,
    )
    connection.create_function(
        AGREEING,
        _agreeing,
        ["BIGINT[]", "BIGINT[][]", "BIGINT[]", "BOOLEAN[][]", "DOUBLE[]", "BOOLEAN"],
        "BIGINT[]",
    )
    try:
        yield
    finally:
        with suppress(duckdb.Error):
            connection.abort()
        for name in (*functions, QUANTILE, AGREEING):
            with suppress(duckdb.Error):
                connection.remove_function(name)
