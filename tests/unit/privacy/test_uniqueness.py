"""Estimates of uniqueness: near what is known of simulated populations, and silent where they fail."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.gamma import digamma, digammas, log_choose
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.pitman import expected_share, fitted_pitman
from personatwin_sql.privacy.slide_negative_binomial import Slide, fitted_slide
from personatwin_sql.privacy.uniqueness import (
    ClassHistogram,
    InvalidFraction,
    dankar,
    pitman,
    snb,
    uniqueness,
    zayatz,
)


def histogram(*sizes: int) -> ClassHistogram:
    return ClassHistogram.of(np.array(sizes, dtype=np.int64))


def sampled(population: Codes, fraction: float, seed: int) -> ClassHistogram:
    """The classes of a sample of people; `population` (classes,) are sizes."""
    generator = np.random.default_rng(seed)
    people = np.repeat(np.arange(len(population)), population)
    taken = generator.choice(people, size=round(len(people) * fraction), replace=False)
    return ClassHistogram.of(np.bincount(taken, minlength=len(population)))


def unique_share(population: Codes) -> float:
    return float((population == 1).sum() / population.sum())


def slides(alpha: float, beta: float, classes: int, seed: int) -> Codes:
    return np.asarray(1 + np.random.default_rng(seed).negative_binomial(alpha, beta, classes), dtype=np.int64)


def pitman_population(theta: float, alpha: float, people: int, seed: int) -> Codes:
    """Person by person: a new class with probability (θ + α·classes)/(θ + people so far)."""
    generator = np.random.default_rng(seed)
    sizes: list[int] = []
    joined: list[int] = []
    for number in range(people):
        if generator.random() * (theta + number) < theta + alpha * len(sizes):
            sizes.append(1)
            joined.append(len(sizes) - 1)
            continue
        while True:  # a class with probability proportional to its size − α
            found = joined[int(generator.integers(number))]
            if generator.random() * sizes[found] < sizes[found] - alpha:
                break
        sizes[found] += 1
        joined.append(found)
    return np.array(sizes, dtype=np.int64)


def test_pitman_finds_the_uniqueness_of_a_population_of_its_kind() -> None:
    population = pitman_population(300.0, 0.5, 20_000, seed=5)
    for fraction in (0.05, 0.2):
        found = pitman(sampled(population, fraction, seed=1), fraction)
        assert found.share == pytest.approx(unique_share(population), rel=0.15)


def test_pitman_finds_the_form_of_its_own_sample() -> None:
    population = ClassHistogram.of(pitman_population(300.0, 0.5, 20_000, seed=5))
    fitted = fitted_pitman(population.sizes, population.classes)
    assert fitted == (pytest.approx(300, rel=0.25), pytest.approx(0.5, abs=0.05))


def test_the_form_that_pitman_finds_is_the_likeliest() -> None:
    found = ClassHistogram.of(pitman_population(50.0, 0.4, 1_500, seed=2))
    n, u = found.people, found.total

    def likelihood(theta: float, alpha: float) -> float:
        classes = sum(math.log(theta + i * alpha) for i in range(1, u))
        people = sum(math.log(theta + i) for i in range(1, n))
        inside = sum(
            int(number) * sum(math.log(i - alpha) for i in range(1, int(size)))
            for size, number in zip(found.sizes, found.classes, strict=True)
        )
        return classes - people + inside

    fitted = fitted_pitman(found.sizes, found.classes)
    assert not isinstance(fitted, str)
    theta, alpha = fitted
    best = likelihood(theta, alpha)
    for other in (
        (theta * 1.01, alpha),
        (theta * 0.99, alpha),
        (theta, alpha + 0.003),
        (theta, alpha - 0.003),
    ):
        assert likelihood(*other) < best


def test_the_expected_share_is_the_product_of_never_being_joined() -> None:
    theta, alpha, people = 3.5, 0.3, 40
    product = math.prod((theta + alpha + i - 1) / (theta + i) for i in range(1, people))
    assert expected_share(theta, alpha, people) == pytest.approx(product, rel=1e-12)


@pytest.mark.parametrize(("alpha", "beta"), [(0.15, 0.05), (1.0, 0.3), (4.0, 0.6)])
def test_snb_finds_the_uniqueness_of_a_population_of_its_kind(alpha: float, beta: float) -> None:
    population = slides(alpha, beta, 20_000, seed=3)
    for fraction in (0.2, 0.5, 0.8):
        found = snb(sampled(population, fraction, seed=4), fraction)
        assert found.share == pytest.approx(unique_share(population), rel=0.25), fraction


def test_snb_finds_its_own_expected_counts_to_the_digit() -> None:
    model = Slide(0.7, 3.2)
    none, one, two = model.seen(0.25)
    fitted = fitted_slide(one / (1 - none), two / (1 - none), 0.25)
    assert isinstance(fitted, Slide)
    assert (fitted.alpha, fitted.mean) == (pytest.approx(0.7, rel=1e-6), pytest.approx(3.2, rel=1e-6))


def test_what_snb_expects_of_a_sample_is_a_thinned_population() -> None:
    model, fraction = Slide(0.7, 3.2), 0.25
    beta = model.alpha / (model.alpha + model.mean - 1)
    sizes = np.arange(1, 400)
    log_size = [
        math.lgamma(model.alpha + x) - math.lgamma(model.alpha) - math.lgamma(x + 1) for x in sizes - 1.0
    ]
    share = np.exp(np.array(log_size) + model.alpha * math.log(beta) + (sizes - 1) * math.log(1 - beta))
    for seen, expected in enumerate(model.seen(fraction)):
        chosen = np.array([math.comb(int(size), seen) for size in sizes], dtype=np.float64)
        thinned = chosen * fraction**seen * (1 - fraction) ** (sizes - seen).clip(min=0)
        assert expected == pytest.approx(float((share * thinned)[sizes >= seen].sum()), rel=1e-9)


def test_zayatz_is_the_rule_of_bayes_over_the_classes_of_the_sample() -> None:
    sample, fraction = histogram(1, 1, 1, 2, 2, 4), 0.5
    n, population = 11, 22
    joint = {
        size: number * size * math.comb(population - size, n - 1)
        for size, number in zip(sample.sizes.tolist(), sample.classes.tolist(), strict=True)
    }
    assert zayatz(sample, fraction).share == pytest.approx(3 / 11 * joint[1] / sum(joint.values()))


def test_zayatz_is_near_where_half_of_the_population_is_seen() -> None:
    population = slides(0.5, 0.2, 20_000, seed=8)
    found = zayatz(sampled(population, 0.5, seed=9), 0.5)
    assert found.share == pytest.approx(unique_share(population), rel=0.1)


def test_the_rule_takes_pitman_of_small_samples_and_the_lower_of_two_of_others() -> None:
    population = slides(0.3, 0.1, 20_000, seed=6)
    small, large = sampled(population, 0.1, seed=1), sampled(population, 0.101, seed=1)
    assert dankar(small, 0.1).share == pitman(small, 0.1).share
    lower = min(snb(large, 0.101).share or 0, zayatz(large, 0.101).share or 0)
    assert dankar(large, 0.101).share == lower


def test_where_a_model_fails_the_rule_takes_zayatz_and_says_so() -> None:
    alike = histogram(*[3] * 50, 1)
    assert pitman(alike, 0.05).share is None
    found = dankar(alike, 0.05)
    assert (found.share, found.reason) == (zayatz(alike, 0.05).share, "as estimated by zayatz")


@pytest.mark.parametrize("sizes", [(1,) * 30, (30,), (5, 5, 5, 5), (2,), (1,), (1, 1, 2), (2, 2, 3)], ids=str)
def test_a_failure_is_none_with_a_reason_and_never_zero(sizes: tuple[int, ...]) -> None:
    for found in uniqueness(histogram(*sizes), 0.2):
        if found.share is None:
            assert found.reason
        else:
            assert 0 <= found.share <= 1
            assert found.share > 0 or 1 not in sizes


def test_nobody_in_the_sample_gives_no_estimate() -> None:
    assert all(found.share is None and found.reason for found in uniqueness(histogram(), 0.5))


def test_a_sample_that_is_the_population_is_counted() -> None:
    for found in uniqueness(histogram(1, 1, 2, 6), 1.0):
        assert (found.share, found.reason) == (0.2, "counted: the sample is the population")


@pytest.mark.parametrize("fraction", [0.0, -0.1, 1.0001, math.nan, math.inf])
def test_a_fraction_that_is_none_is_refused(fraction: float) -> None:
    with pytest.raises(InvalidFraction):
        uniqueness(histogram(1, 2), fraction)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=40),
    st.floats(0.001, 1.0, exclude_min=True),
)
def test_an_estimate_is_a_share_or_says_why_there_is_none(sizes: list[int], fraction: float) -> None:
    for found in uniqueness(histogram(*sizes), fraction):
        assert (found.share is None and found.reason) or (found.share is not None and 0 <= found.share <= 1)


def test_ten_million_people_take_no_longer_than_their_distinct_sizes() -> None:
    sizes = np.arange(1, 4_000, dtype=np.int64)
    large = ClassHistogram(sizes, np.maximum(1, 2_000_000 // sizes**2))
    assert large.people > 10_000_000
    assert all(found.share is not None for found in uniqueness(large, 0.03))


def test_the_digamma_function_is_that_of_the_tables() -> None:
    assert digamma(1.0) == pytest.approx(-0.5772156649015329, abs=1e-14)
    assert digamma(0.5) == pytest.approx(-1.9635100260214235, abs=1e-14)
    assert digammas(np.array([2, 11])).tolist() == pytest.approx(
        [1 - 0.5772156649015329, sum(1 / i for i in range(1, 11)) - 0.5772156649015329], abs=1e-13
    )


def test_the_logarithm_of_choose_is_that_of_the_whole_number() -> None:
    found = log_choose(np.array([10, 50, 3]), 4)
    assert found[:2].tolist() == pytest.approx([math.log(math.comb(10, 4)), math.log(math.comb(50, 4))])
    assert found[2] == -math.inf
