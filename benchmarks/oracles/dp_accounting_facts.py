"""What Google's dp-accounting reports of compositions, as facts that the tests compare with ours.

Usage: python benchmarks/oracles/dp_accounting_facts.py [FACTS.json]
It makes an environment of its own in a temporary folder, installs dp-accounting there, and runs itself
inside, so that nothing of it is needed to run the tests. `ORACLE_PYTHON` names a Python that has it already.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VERSION = "0.6.0"
FACTS = Path(__file__).parents[2] / "tests" / "unit" / "privacy" / "accounting" / "dp_accounting.json"
DELTAS = (1e-5, 1e-6, 1e-8)
EPSILONS = (0.25, 0.5, 1.0)
CASES: tuple[tuple[tuple[str, float, int, int], ...], ...] = (
    (("laplace", 1.0, 1, 1),),
    (("laplace", 10.0, 1, 10),),
    (("laplace", 1000.0, 100, 10),),
    (("laplace", 50.0, 1, 200),),
    (("laplace", 20.0, 2, 5), ("laplace", 1000.0, 100, 5)),
    (("gaussian", 4.25, 1, 1),),
    (("gaussian", 0.75, 1, 2),),
    (("gaussian", 13.375, 1, 10),),
    (("gaussian", 26.75, 2, 5), ("gaussian", 1336.0, 100, 5)),
    (("gaussian", 133.5, 1, 1000),),
    (("gaussian", 5000.0, 400, 5),),
    (("gaussian", 26.75, 2, 5), ("laplace", 10.0, 1, 5)),
)
"""Each a list of (law, scale b or σ, by how much an integer moves, how often)."""


def main() -> None:
    facts = Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS
    if os.environ.get("DP_ACCOUNTING_INSIDE"):
        facts.write_text(json.dumps(reported(), indent=1) + "\n", encoding="utf-8")
        return
    environment = {**os.environ, "DP_ACCOUNTING_INSIDE": "1", "PYTHONPATH": ""}
    if python := os.environ.get("ORACLE_PYTHON"):
        subprocess.run([python, __file__, facts], check=True, env=environment)
        return
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        inside = Path(place) / "bin" / "python"
        subprocess.run([inside, "-m", "pip", "install", "-q", f"dp-accounting=={VERSION}"], check=True)
        subprocess.run([inside, __file__, facts], check=True, env=environment)


def reported() -> dict[str, object]:
    """ε by δ and δ by ε of each case: as its accountant rounds, and by its tightest grid (`connect_dots`)."""
    cases = [
        {
            "events": case,
            "epsilons": [
                [delta, *(reported_epsilon(case, delta, dots) for dots in (False, True))] for delta in DELTAS
            ],
            "deltas": [
                [epsilon, *(reported_delta(case, epsilon, dots) for dots in (False, True))]
                for epsilon in EPSILONS
            ],
        }
        for case in CASES
    ]
    return {"dp-accounting": importlib.metadata.version("dp-accounting"), "cases": cases}


def reported_epsilon(case: tuple[tuple[str, float, int, int], ...], delta: float, dots: bool) -> float:
    return float(_composed(case, dots).get_epsilon_for_delta(delta))  # type: ignore[attr-defined]  # of that package


def reported_delta(case: tuple[tuple[str, float, int, int], ...], epsilon: float, dots: bool) -> float:
    return float(_composed(case, dots).get_delta_for_epsilon(epsilon))  # type: ignore[attr-defined]  # of that package


def _composed(case: tuple[tuple[str, float, int, int], ...], dots: bool) -> object:
    from dp_accounting.pld import privacy_loss_distribution as pld  # type: ignore[import-not-found]  # not here

    whole = pld.identity()
    for law, scale, shift, times in case:
        if law == "laplace":
            one = pld.from_discrete_laplace_mechanism(1 / scale, shift, use_connect_dots=dots)
        else:
            one = pld.from_discrete_gaussian_mechanism(scale, shift, use_connect_dots=dots)
        whole = whole.compose(one.self_compose(times))
    return whole


if __name__ == "__main__":
    main()
