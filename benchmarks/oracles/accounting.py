"""What our accountants report beside Google's dp-accounting: privacy losses, ρ as ε, and ρ beside RDP.

Usage: python benchmarks/oracles/accounting.py [RANDOM_CASES]
It makes an environment of its own in a temporary folder, installs dp-accounting there, and runs itself
inside; `ORACLE_PYTHON` names a Python that has it already. It ends with 1 where we report less than the
reference, or more than 1 % above it, or charge less ρ than a mechanism costs by the reference. What the joint
calibration proves of Gaussian noise lies beside the tightest bound of the reference, from either side.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from dp_accounting_facts import CASES, DELTAS, EPSILONS, VERSION, reported_delta, reported_epsilon

ROOT = Path(__file__).resolve().parents[2]
RANDOM_CASES = 40
LAWS = ("laplace", "gaussian")
RHOS = ("1/100000", "1/1000", "1/57", "1/10", "1/2", "3", "40")
LAPLACES = ((Fraction(1, 2), 1, 1), (Fraction(2), 1, 5), (Fraction(20), 2, 5), (Fraction(1000), 100, 3))
ANSWERS = ((Fraction(1, 2), 2), (Fraction(1), 4), (Fraction(3), 10))
"""ε of randomised response, and among how many answers."""
CLOSE, ABOVE = 1e-9, 0.01
"""What rounding may differ, and how far above the reference we may be."""
SMALLEST = 1e-9
"""Below it no δ is compared by its ratio."""

Case = tuple[tuple[str, float, int, int], ...]


@dataclass
class Ratios:
    """Ours by the reference's, of one kind, and what they may be."""

    name: str
    least: float
    most: float
    seen: list[float] = field(default_factory=list)

    def told(self) -> bool:
        """Whether all are within; in a line."""
        fine = all(self.least <= ratio <= self.most for ratio in self.seen)
        print(
            f"  {self.name:52}{len(self.seen):5} compared, ours / theirs {min(self.seen):.6f} to"
            f" {max(self.seen):.6f}{'' if fine else '  OUTSIDE'}"
        )
        return fine


def main() -> int:
    count = sys.argv[1] if len(sys.argv) > 1 else str(RANDOM_CASES)
    if importlib.util.find_spec("dp_accounting") is not None:
        return compared(int(count))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if python := os.environ.get("ORACLE_PYTHON"):
        return subprocess.run([python, __file__, count], env=environment, check=False).returncode
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        inside = Path(place) / "bin" / "python"
        subprocess.run([inside, "-m", "pip", "install", "-q", f"dp-accounting=={VERSION}"], check=True)
        return subprocess.run([inside, __file__, count], env=environment, check=False).returncode


def compared(count: int) -> int:
    print(f"dp-accounting {importlib.metadata.version('dp-accounting')}, {len(CASES)} + {count} random cases")
    kinds = [*of_losses([*CASES, *random_cases(count)]), of_conversion(), of_charges()]
    within = [kind.told() for kind in kinds]
    return 0 if all(within) else 1


def random_cases(count: int) -> Iterable[Case]:
    """One or two measures each, with noise that costs between some 0.05 and 5; the same in every run."""
    draws = random.Random(1)
    for _ in range(count):
        case = []
        for _ in range(draws.randint(1, 2)):
            law, shift, groups = draws.choice(LAWS), draws.choice((1, 2, 5, 100)), draws.randint(1, 30)
            size = groups if law == "laplace" else groups**0.5 * 4
            scale = shift * size / draws.uniform(0.1, 4)
            case.append((law, max(round(scale * 8) / 8, 0.5), shift, groups))
        yield tuple(case)


def of_losses(cases: Iterable[Case]) -> tuple[Ratios, ...]:
    """Our privacy-loss distributions, and what the joint calibration proves of Gaussian noise alone."""
    from personatwin_sql.privacy.accounting.pld import privacy_losses
    from personatwin_sql.privacy.accounting.product import Column, delta_of_gaussians

    epsilons = Ratios("ε of a δ, by privacy losses", 1 - CLOSE, 1 + ABOVE)
    deltas = Ratios("δ of an ε, by privacy losses", 1 - CLOSE, 1 + ABOVE)
    proven = Ratios("δ of an ε, proven of joint Gaussians, tightest grid", 1 - ABOVE, 1 + ABOVE)
    for case in cases:
        losses = privacy_losses(events(case))
        for delta in DELTAS:
            epsilons.seen.append(losses.epsilon(delta) / reported_epsilon(case, delta, False))
        for epsilon in EPSILONS:
            reported = reported_delta(case, epsilon, False)
            if reported < SMALLEST:
                continue
            deltas.seen.append(losses.delta(epsilon) / reported)
            if all(law == "gaussian" for law, *_ in case):
                columns = [Column(scale**2, shift, groups) for _, scale, shift, groups in case]
                tightest = reported_delta(case, epsilon, True)
                proven.seen.append(delta_of_gaussians(columns, epsilon) / tightest)
    return epsilons, deltas, proven


def of_conversion() -> Ratios:
    """ε of ρ and δ, beside the least over a hundred thousand orders of Rényi divergence."""
    import numpy as np
    from dp_accounting.rdp import compute_epsilon  # type: ignore[import-not-found, unused-ignore]  # not here

    from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho

    orders = 1 + np.geomspace(1e-3, 1e6, 100_000)
    found = Ratios("ε of ρ-zCDP, beside the least over 100,000 orders", 1 - 1e-6, 1 + 1e-6)
    for rho in map(Fraction, RHOS):
        for delta in DELTAS:
            theirs, _ = compute_epsilon(orders, float(rho) * orders, delta)
            found.seen.append(float(epsilon_of_rho(rho, Fraction(delta))) / theirs)
    return found


def of_charges() -> Ratios:
    """ρ that we charge for pure noise, by the divergence that the reference computes, at each order.

    Its Laplace noise is continuous. The discrete law at its coarsest is randomised response of two answers.
    """
    import dp_accounting as reference  # type: ignore[import-not-found, unused-ignore]  # in its own environment
    import numpy as np
    from dp_accounting.rdp import RdpAccountant

    from personatwin_sql.privacy.accounting.events import Laplace, RandomisedResponse

    orders = 1 + np.geomspace(1e-2, 1e3, 200)
    found = Ratios("ρ · order, by the Rényi divergence of that order", 1 - CLOSE, float("inf"))
    charged: list[tuple[Fraction, Any]] = [
        (
            Laplace(scale, shift, groups).rho,
            reference.SelfComposedDpEvent(reference.LaplaceDpEvent(float(scale / shift)), groups),
        )
        for scale, shift, groups in LAPLACES
    ]
    for epsilon, among in ANSWERS:
        noise = among / (np.exp(float(epsilon)) + among - 1)
        event = reference.RandomizedResponseDpEvent(noise, among)
        charged.append((RandomisedResponse(epsilon, 1).rho, event))
    for rho, event in charged:
        replaced = isinstance(event, reference.RandomizedResponseDpEvent)
        relations = reference.NeighboringRelation
        relation = relations.REPLACE_ONE if replaced else relations.ADD_OR_REMOVE_ONE
        accountant = RdpAccountant(orders, relation)
        accountant.compose(event)
        found.seen.extend((float(rho) * orders / accountant._rdp).tolist())
    return found


def events(case: Case) -> list[Any]:
    """The same, as the ledger records them."""
    from personatwin_sql.privacy.accounting.events import Gaussian, Laplace

    return [
        Laplace(Fraction(scale), shift, groups)
        if law == "laplace"
        else Gaussian(Fraction(scale) ** 2, shift, groups)
        for law, scale, shift, groups in case
    ]


if __name__ == "__main__":
    sys.exit(main())
