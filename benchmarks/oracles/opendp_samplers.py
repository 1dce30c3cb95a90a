"""Our noise beside that of OpenDP: the same laws, by two-sample χ² tests, and how fast each is.

Usage: python benchmarks/oracles/opendp_samplers.py [DRAWS]
It makes an environment of its own in a temporary folder, installs OpenDP there, and runs itself inside, so
that nothing of OpenDP is needed by the product or its tests. It ends with 1 if a law differs.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VERSION = "0.16.0"
DRAWS = 1_000_000
UNLIKELY = 1e-6
SCALES = ("1/2", "1", "7/2", "10", "100", "1000")
SCORES = (5, 9, 0, 7, 8, 2)

Sampler = Callable[[int], Sequence[int]]


def main() -> int:
    draws = sys.argv[1] if len(sys.argv) > 1 else str(DRAWS)
    if importlib.util.find_spec("opendp") is not None:
        return compared(int(draws))
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python = Path(place) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", f"opendp=={VERSION}", "numpy"], check=True)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run([python, __file__, draws], env=environment, check=False).returncode


def compared(draws: int) -> int:
    """Each law: the p-value that both drew from it, and draws a second of each."""
    odd = 0
    print(
        f"OpenDP {importlib.metadata.version('opendp')}, {draws:,} draws of each: p, ours and theirs a second"
    )
    for name, (ours, theirs, count) in laws(draws).items():
        one, our_seconds = timed(ours, count)
        other, their_seconds = timed(theirs, count)
        p = likelihood(one, other)
        odd += p < UNLIKELY
        print(f"  {name:34} {p:8.4f} {count / our_seconds:13,.0f} {count / their_seconds:13,.0f}")
    return 1 if odd else 0


def laws(draws: int) -> dict[str, tuple[Sampler, Sampler, int]]:
    """What both can draw: our sampler, theirs, and how many draws."""
    found: dict[str, tuple[Sampler, Sampler, int]] = {}
    for scale in map(Fraction, SCALES):
        found[f"discrete Laplace, scale {scale}"] = our_laplace(scale), their_laplace(scale), draws
        found[f"discrete Gaussian, σ {scale}"] = our_gaussian(scale), their_gaussian(scale), draws
    few = draws // 20
    found["exponential mechanism"] = our_choice(Fraction(1, 2)), their_choice(2.0), few
    found["randomised response, 4 answers"] = our_answers(Fraction(3, 8)), their_answers(0.625), few
    return found


def our_laplace(scale: Fraction) -> Sampler:
    from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
    from personatwin_sql.privacy.noise.randomness import SystemBits

    return lambda count: discrete_laplace(SystemBits(), scale, count).tolist()


def our_gaussian(sigma: Fraction) -> Sampler:
    from personatwin_sql.privacy.noise.discrete_gaussian import discrete_gaussian
    from personatwin_sql.privacy.noise.randomness import SystemBits

    return lambda count: discrete_gaussian(SystemBits(), sigma**2, count).tolist()


def our_choice(rate: Fraction) -> Sampler:
    from personatwin_sql.privacy.noise.exponential_mechanism import exponential_mechanism
    from personatwin_sql.privacy.noise.randomness import SystemBits

    return lambda count: [exponential_mechanism(SystemBits(), SCORES, rate) for _ in range(count)]


def our_answers(changed: Fraction) -> Sampler:
    """As the SQL of persona events does with the 64 bits of each event: here they come from the system."""
    import numpy as np

    from personatwin_sql.privacy.noise.randomised_response import response_law
    from personatwin_sql.privacy.noise.randomness import SystemBits, words

    law = response_law(changed, 4)

    def told(count: int) -> list[int]:
        draws = words(SystemBits(), count)
        others = (3 + (draws // np.uint64(law.other)).astype(np.int64)) % 4
        return [int(each) for each in np.where(draws < np.uint64(law.changing), others, 2)]

    return told


def their_laplace(scale: Fraction) -> Sampler:
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.l1_distance(T=dp.i64)
    measurement = dp.m.make_laplace(*space, scale=float(scale))
    return lambda count: measurement([0] * count)


def their_gaussian(sigma: Fraction) -> Sampler:
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.l2_distance(T=float)
    measurement = dp.m.make_gaussian(*space, scale=float(sigma))
    return lambda count: measurement([0] * count)


def their_choice(scale: float) -> Sampler:
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.linf_distance(T=dp.i64)
    measurement = dp.m.make_noisy_max(*space, dp.zero_concentrated_divergence(), scale=scale)
    return lambda count: [measurement(list(SCORES)) for _ in range(count)]


def their_answers(truth: float) -> Sampler:
    measurement = opendp().m.make_randomized_response([0, 1, 2, 3], prob=truth)
    return lambda count: [measurement(2) for _ in range(count)]


def opendp() -> Any:
    """Its module, which is not there where types are checked."""
    import opendp.prelude as dp  # type: ignore[import-not-found, unused-ignore]  # in its own environment

    dp.enable_features("contrib")
    return dp


def likelihood(one: Sequence[int], other: Sequence[int]) -> float:
    """The p-value of a two-sample χ² test; neighbours share a cell until it holds some 20 draws of both."""
    import numpy as np

    from personatwin_sql.statistics.normal import chi_square_tail

    values, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    ours = np.bincount(place[: len(one)], minlength=values.size)
    both = np.bincount(place, minlength=values.size)
    cell = np.cumsum(both) // max(20, both.sum() // 400)
    _, cell = np.unique(cell, return_inverse=True)
    ours, both = np.bincount(cell, weights=ours), np.bincount(cell, weights=both)
    share = len(one) / (len(one) + len(other))
    statistic = float(((ours - share * both) ** 2 / (share * (1 - share) * both)).sum())
    return chi_square_tail(statistic, max(1, both.size - 1))


def timed(sampler: Sampler, count: int) -> tuple[Sequence[int], float]:
    started = time.process_time()
    drawn = sampler(count)
    return drawn, time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
