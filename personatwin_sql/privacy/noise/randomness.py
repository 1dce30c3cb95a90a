"""Where random bits come from: the operating system, or for previews and tests a seed."""

from __future__ import annotations

import os
from hashlib import shake_128
from threading import Lock
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from personatwin_sql.privacy.numbers import Flags

Words = npt.NDArray[np.uint64]
"""Whole numbers that use all of their 64 bits."""
Short = npt.NDArray[np.uint16]
"""Whole numbers that use all of their 16 bits."""

SEED_BYTES = 16


class Bits(Protocol):
    """A source of uniform and independent bits."""

    @property
    def is_secret(self) -> bool:
        """Whether nobody can know the bits beforehand, or find them again: what a release needs."""

    def take(self, count: int) -> bytes:
        """So many bytes that were not given before."""


class SystemBits:
    """Bits of the operating system (on Linux `getrandom`), asked for as they are needed.

    It keeps nothing between two calls: there is no buffer that a thread could share with another or a process
    with its fork, none that memory could show later, and nothing that could be seeded.
    """

    __slots__ = ()

    @property
    def is_secret(self) -> bool:
        return True

    def take(self, count: int) -> bytes:
        return os.urandom(count)


class SeededBits:
    """The same bits for the same seed and requests: for previews that publish nothing, and for tests.

    Request number i is answered by SHAKE-128 of (seed, i), so the bits do not depend on library versions.
    """

    __slots__ = ("_lock", "_requests", "_seed")

    def __init__(self, seed: int) -> None:
        if not 0 <= seed < 1 << 8 * SEED_BYTES:
            raise ValueError(f"a seed is a whole number of at most {8 * SEED_BYTES} bits")
        self._seed: Final = seed.to_bytes(SEED_BYTES, "little")
        self._requests = 0
        self._lock = Lock()

    @property
    def is_secret(self) -> bool:
        return False

    def take(self, count: int) -> bytes:
        with self._lock:
            self._requests += 1
            request = self._requests
        return shake_128(self._seed + request.to_bytes(8, "little")).digest(count)


def words(bits: Bits, count: int) -> Words:
    """(count,): uniform whole numbers of 64 bits."""
    return np.frombuffer(bits.take(8 * count), dtype=np.uint64)


def short_words(bits: Bits, count: int) -> Short:
    """(count,): uniform whole numbers of 16 bits."""
    return np.frombuffer(bits.take(2 * count), dtype=np.uint16)


def coins(bits: Bits, count: int) -> Flags:
    """(count,): true or false, each with probability one half."""
    given = np.frombuffer(bits.take((count + 7) // 8), dtype=np.uint8)
    return np.unpackbits(given, count=count).view(np.bool_)
