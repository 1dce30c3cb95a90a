"""Noisy totals and their parts agree, in whole numbers, and lie nearer to the truth than before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.noise.agreement import agreeing
from personatwin_sql.privacy.numbers import Codes, Flags

ROLLED = ((True, True), (True, False), (False, False))
CUBED = ((True, True), (True, False), (False, True), (False, False))


def cells(sets: tuple[tuple[bool, ...], ...], true: Codes) -> tuple[Codes, Codes, Codes, Flags]:
    """Rows of all grouping sets of a table of two keys: set, keys, true number."""
    has_key = np.array(sets)
    places = np.stack(np.meshgrid(*(np.arange(size) for size in true.shape), indexing="ij"), -1).reshape(
        -1, 2
    )
    rows = []
    for at, has in enumerate(has_key):
        keys, groups = np.unique(places * has, axis=0, return_inverse=True)
        sums = np.zeros(len(keys), dtype=np.int64)
        np.add.at(sums, groups.reshape(-1), true.ravel())
        rows.append((np.full(len(keys), at), keys, sums))
    return (*(np.concatenate(part) for part in zip(*rows, strict=True)), has_key)  # type: ignore[return-value]


def are_sums(sets: Codes, codes: Codes, found: Codes, has_key: Flags) -> bool:
    parts = {
        tuple(keys): number for keys, number in zip(codes[sets == 0].tolist(), found[sets == 0], strict=True)
    }
    for at, keys, number in zip(sets, codes.tolist(), found, strict=True):
        inside = [
            part
            for key, part in parts.items()
            if all(a == b for a, b, has in zip(key, keys, has_key[at], strict=True) if has)
        ]
        if sum(inside) != number:
            return False
    return True


@given(
    st.sampled_from([ROLLED, CUBED]),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(0, 2**32),
    st.booleans(),
    st.sampled_from([3, 1_000, 1 << 60]),
)
def test_totals_are_sums_of_their_parts_exactly(
    sets: tuple[tuple[bool, ...], ...], rows: int, columns: int, seed: int, at_least_zero: bool, size: int
) -> None:
    rng = np.random.default_rng(seed)
    number, codes, true, has_key = cells(sets, rng.integers(0, 9, (rows, columns)))
    drawn = true + rng.integers(-size, size, len(true))
    weights = rng.uniform(0.01, 1, len(sets)).tolist()
    found = agreeing(number, codes, drawn, has_key, weights, at_least_zero=at_least_zero)
    assert found.dtype == np.int64
    assert are_sums(number, codes, found, has_key)
    assert not at_least_zero or found.min() >= 0


def test_what_agrees_already_stays_as_it_is() -> None:
    number, codes, true, has_key = cells(CUBED, np.arange(12).reshape(3, 4))
    found = agreeing(number, codes, true, has_key, [1, 0.1, 0.5, 1], at_least_zero=True)
    assert found.tolist() == true.tolist()


def test_it_is_the_solution_of_weighted_least_squares() -> None:
    number, codes, true, has_key = cells(ROLLED, np.full((2, 3), 1_000_000))
    rng, weights = np.random.default_rng(1), np.array([1.0, 0.25, 0.04])
    drawn = true + rng.integers(-100_000, 100_000, len(true))
    found = agreeing(number, codes, drawn, has_key, weights.tolist(), at_least_zero=False)
    places = codes[number == 0]
    matrix = np.array(
        [
            [
                all(p == k for p, k, has in zip(place, key, has_key[at], strict=True) if has)
                for place in places
            ]
            for at, key in zip(number, codes, strict=True)
        ],
        dtype=float,
    )
    root = np.sqrt(weights[number])
    best, *_ = np.linalg.lstsq(matrix * root[:, None], drawn * root, rcond=None)
    assert np.abs(found[number == 0] - best).max() <= 1


@pytest.mark.parametrize("sets", [ROLLED, CUBED])
@pytest.mark.parametrize("at_least_zero", [False, True])
def test_it_brings_numbers_nearer_to_the_truth(
    sets: tuple[tuple[bool, ...], ...], at_least_zero: bool
) -> None:
    rng = np.random.default_rng(7)
    number, codes, true, has_key = cells(sets, rng.poisson(300, (12, 30)))
    before, after = [], []
    for _ in range(10):
        drawn = true + np.rint(rng.normal(0, 30, len(true))).astype(np.int64)
        found = agreeing(number, codes, drawn, has_key, [1.0] * len(sets), at_least_zero=at_least_zero)
        before.append([np.mean((drawn - true)[number == at] ** 2) for at in range(len(sets))])
        after.append([np.mean((found - true)[number == at] ** 2) for at in range(len(sets))])
    assert (np.mean(after, axis=0) < np.mean(before, axis=0) * 1.02).all()
    assert np.mean(after, axis=0)[1] < 0.99 * np.mean(before, axis=0)[1]


def test_without_the_parts_there_is_nothing_to_agree_with() -> None:
    number, codes, true, has_key = cells(((True, False), (False, False)), np.ones((2, 2), dtype=np.int64))
    with pytest.raises(ValueError, match="rows with all keys"):
        agreeing(number, codes, true, has_key, [1, 1], at_least_zero=False)
    nothing = np.zeros(0, dtype=np.int64)
    assert len(agreeing(nothing, codes[:0], nothing, has_key, [1, 1], at_least_zero=False)) == 0
