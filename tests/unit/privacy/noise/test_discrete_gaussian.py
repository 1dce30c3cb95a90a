"""Discrete Gaussian noise follows its law exactly, at every variance that fits."""

from __future__ import annotations

from fractions import Fraction
from math import erfc, sqrt

import numpy as np
import pytest

from personatwin_sql.privacy.noise import fixed_point
from personatwin_sql.privacy.noise.discrete_gaussian import (
    LEAST_VARIANCE,
    MOST_VARIANCE,
    SLACK,
    Lattice,
    _is_kept,
    _lattice,
    discrete_gaussian,
)
from personatwin_sql.privacy.noise.randomness import SeededBits, SystemBits
from tests.unit.privacy.noise.plain_laws import (
    DRAWS,
    UNLIKELY,
    Scripted,
    e_to_minus,
    gaussian,
    in_cells,
    likelihood,
)

SMALL = [Fraction(1, 10), Fraction(1, 4), Fraction(1), Fraction(5, 3), Fraction(100), Fraction(1234, 7)]
LARGE = [Fraction(10**6), Fraction(10**12), Fraction(10**25 + 7, 3**20), Fraction(1 << 106)]
UNWIELDY = Fraction(10**40 + 1, 3**80)
"""About 67.65; neither part fits 64 bits."""
ALL = [*SMALL, *LARGE, UNWIELDY, LEAST_VARIANCE, Fraction(1, 10**6), Fraction(2) ** 35 + Fraction(1, 3)]


@pytest.mark.parametrize("variance", [*SMALL, UNWIELDY])
def test_draws_follow_the_law(variance: Fraction) -> None:
    draws = discrete_gaussian(SeededBits(1), variance, DRAWS)
    assert draws.dtype == np.int64
    assert likelihood(draws, gaussian(variance)) > UNLIKELY


@pytest.mark.parametrize("variance", LARGE)
def test_draws_of_large_variance_follow_the_law(variance: Fraction) -> None:
    draws = discrete_gaussian(SeededBits(2), variance, DRAWS)
    sigma = sqrt(variance)
    cells, law = in_cells(draws, lambda at: erfc((at - 0.5) / sigma / sqrt(2)) / 2, int(sigma / 8) | 1, 30)
    assert likelihood(cells, law) > UNLIKELY


@pytest.mark.parametrize("variance", SMALL)
def test_what_is_drawn_from_and_what_is_kept_make_the_law(variance: Fraction) -> None:
    """e^(-y/t) · e^-exponent is e^(-y²/2σ²) times the same number for every y: exactly, not by draws."""
    lattice = _lattice(variance)
    rest = {y / lattice.scale + lattice.exponent(y) - Fraction(y * y) / (2 * variance) for y in range(50)}
    assert len(rest) == 1


def test_exponentials_are_off_by_no_more_than_they_say() -> None:
    rng = np.random.default_rng(1)
    edges = [n << 22 for n in range(33)] + [(n << 32) - 1 for n in range(1, 33)] + [(1 << 64) - 1]
    drawn = rng.integers(0, 33 << 32, 4000, dtype=np.uint64).tolist()
    exponents = np.array([*edges, *drawn], dtype=np.uint64)
    found = fixed_point.exponentials(exponents).tolist()
    for exponent, value in zip(exponents.tolist(), found, strict=True):
        truth = e_to_minus(Fraction(min(exponent, 100 << 32), 1 << 32)) * (1 << 31)
        assert abs(value - truth) < fixed_point.ERROR / 2


@pytest.mark.parametrize("variance", ALL)
def test_chances_are_off_by_no_more_than_is_allowed_for(variance: Fraction) -> None:
    lattice = _lattice(variance)
    for magnitude in magnitudes(lattice):
        about = int(fixed_point.exponentials(lattice.exponents(np.array([magnitude])))[0])
        truth = e_to_minus(min(lattice.exponent(magnitude), Fraction(200))) * (1 << 31)
        assert abs(about - truth) < SLACK


@pytest.mark.parametrize("variance", [Fraction(5, 3), Fraction(10**12), Fraction(1 << 106)])
def test_a_word_near_its_chance_is_decided_by_the_true_chance(variance: Fraction) -> None:
    lattice = _lattice(variance)
    for magnitude in magnitudes(lattice)[:100]:
        truth = e_to_minus(min(lattice.exponent(magnitude), Fraction(200))) * (1 << 31)
        for off in (-SLACK - 1, -SLACK, -1, 0, 1, SLACK, SLACK + 1):
            word = int(truth) + off
            if 0 <= word < 1 << 31:
                following = int((truth - int(truth)) * (1 << 64))
                for more in (following - 1, following + 1):
                    if not 0 <= more < 1 << 64:
                        continue
                    source = Scripted((word << 1).to_bytes(4, "little"), more.to_bytes(8, "little"))
                    kept = bool(_is_kept(source, lattice, np.array([magnitude]))[0])
                    assert kept == (off < 0 or (off == 0 and more < following))


@pytest.mark.parametrize("variance", [Fraction(0), LEAST_VARIANCE / 2, Fraction(MOST_VARIANCE + 1)])
def test_variances_that_do_not_fit_are_refused(variance: Fraction) -> None:
    with pytest.raises(ValueError, match="variance"):
        discrete_gaussian(SeededBits(1), variance, 1)


@pytest.mark.parametrize("size", [0, 1, (1 << 14) + 1])
def test_there_are_as_many_draws_as_asked_for(size: int) -> None:
    assert discrete_gaussian(SystemBits(), Fraction(3), size).shape == (size,)


def test_the_operating_system_is_no_other_law() -> None:
    assert likelihood(discrete_gaussian(SystemBits(), Fraction(7), 50_000), gaussian(Fraction(7))) > 1e-9


def magnitudes(lattice: Lattice) -> list[int]:
    """From 0 to where nothing is kept, about the centre, and far away."""
    sigma = sqrt(lattice.variance)
    spread = sorted({int(sigma * step / 16) for step in range(160)})
    return [*spread, int(lattice.centre) + 1, lattice.most - 1, lattice.most, lattice.most + 1, (1 << 62) - 1]
