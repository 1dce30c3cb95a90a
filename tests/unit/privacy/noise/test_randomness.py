"""Bits are new for every call, thread and process; only the source that says so can be seeded."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from personatwin_sql.privacy.noise.randomness import Bits, SeededBits, SystemBits, coins, words
from personatwin_sql.statistics.normal import chi_square_tail


def test_the_bits_of_a_release_cannot_be_seeded() -> None:
    with pytest.raises(TypeError):
        SystemBits(1)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        SystemBits().seed = 1  # type: ignore[attr-defined]


def test_a_source_says_whether_its_bits_are_secret() -> None:
    assert SystemBits().is_secret
    assert not SeededBits(1).is_secret


def test_no_two_threads_get_the_same_bits() -> None:
    bits = SystemBits()
    with ThreadPoolExecutor(8) as threads:
        blocks = list(threads.map(lambda _: bits.take(4096), range(64)))
    numbers = np.frombuffer(b"".join(blocks), dtype=np.uint64)
    assert np.unique(numbers).size == numbers.size


def test_a_fork_gets_other_bits_than_its_parent() -> None:
    bits = SystemBits()
    bits.take(8)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, bits.take(16))
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    assert os.read(read, 16) != bits.take(16)
    os.close(read)


def test_bytes_of_the_operating_system_are_about_equally_frequent() -> None:
    counts = np.bincount(np.frombuffer(SystemBits().take(1 << 20), dtype=np.uint8), minlength=256)
    statistic = float(((counts - 4096) ** 2 / 4096).sum())
    assert 1e-9 < chi_square_tail(statistic, 255) < 1 - 1e-9


def test_the_same_seed_gives_the_same_bits() -> None:
    one, other = SeededBits(7), SeededBits(7)
    assert [one.take(n) for n in (1, 8, 100)] == [other.take(n) for n in (1, 8, 100)]
    assert SeededBits(7).take(16) != SeededBits(8).take(16)


def test_seeded_bits_stay_what_they_are() -> None:
    assert SeededBits(0).take(8).hex() == "67a0f747f93d2e4c"


def test_a_seeded_source_does_not_repeat_itself() -> None:
    bits = SeededBits(7)
    assert np.unique(words(bits, 1000)).size + np.unique(words(bits, 1000)).size == 2000
    assert bits.take(16) != bits.take(16)


@pytest.mark.parametrize("seed", [-1, 1 << 128])
def test_a_seed_that_does_not_fit_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="128 bits"):
        SeededBits(seed)


@pytest.mark.parametrize("bits", [SystemBits(), SeededBits(3)])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 100_000])
def test_coins_are_as_many_as_asked_for_and_fair(bits: Bits, count: int) -> None:
    thrown = coins(bits, count)
    assert thrown.shape == (count,)
    assert abs(int(thrown.sum()) - count / 2) <= 4 * count**0.5
