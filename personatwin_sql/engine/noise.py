"""Noise as SQL calls it: exact integer samplers behind functions that give another number at each call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from threading import Lock
from typing import Final

import _duckdb as duckdb
from _duckdb._func import SPECIAL

from personatwin_sql.privacy.noise.discrete_gaussian import discrete_gaussian
from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.randomness import Bits
from personatwin_sql.privacy.numbers import Codes

LAPLACE: Final = "pt_discrete_laplace"
GAUSSIAN: Final = "pt_discrete_gaussian"
_AT_ONCE: Final = 4_096
"""Draws are made so many at a time; what is left over at the end is thrown away."""


class _Supply:
    """Numbers of one law after the other, each given once."""

    def __init__(self, draw: Callable[[Bits, Fraction, int], Codes], bits: Bits) -> None:
        self._draw = draw
        self._bits = bits
        self._lock = Lock()
        self._laws: dict[tuple[int, int], Iterator[int]] = {}

    def __call__(self, numerator: int, denominator: int) -> int:
        with self._lock:  # the engine may call from several threads
            law = self._laws.get((numerator, denominator))
            if law is None:
                law = self._laws[numerator, denominator] = self._numbers(Fraction(numerator, denominator))
            return next(law)

    def _numbers(self, scale: Fraction) -> Iterator[int]:
        size = 64
        while True:
            yield from self._draw(self._bits, scale, size).tolist()
            size = min(4 * size, _AT_ONCE)


def _gaussian(bits: Bits, deviation: Fraction, size: int) -> Codes:
    return discrete_gaussian(bits, deviation**2, size)


@contextmanager
def noise_functions(connection: duckdb.DuckDBPyConnection, bits: Bits) -> Iterator[None]:
    """`pt_discrete_laplace(b)` and `pt_discrete_gaussian(σ)`, the scale as numerator and denominator.

    They are there while the context lasts, and no longer: SQL of other models cannot draw. Buffers live and
    die with it. Whatever is drawn was paid for before: the caller sees to that.
    """
    functions = {LAPLACE: _Supply(discrete_laplace, bits), GAUSSIAN: _Supply(_gaussian, bits)}
    for name, supply in functions.items():
        connection.create_function(
            name, supply.__call__, ["BIGINT", "BIGINT"], "BIGINT", side_effects=True, null_handling=SPECIAL
        )
    try:
        yield
    finally:
        with suppress(duckdb.Error):
            connection.abort()
        for name in functions:
            with suppress(duckdb.Error):
                connection.remove_function(name)
