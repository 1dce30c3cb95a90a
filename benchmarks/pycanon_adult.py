"""What pycanon measures of Adult, as facts that the tests compare with ours.

Usage: python benchmarks/pycanon_adult.py ADULT_FOLDER [FACTS.json]
It makes an environment of its own in a temporary folder, installs pycanon there, and runs itself inside, so
that nothing of pycanon is needed to run the tests. Facts are figures of generalized public data, written with
the version that gave them.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VERSION = "1.3.6"
FACTS = Path(__file__).parents[1] / "tests" / "unit" / "privacy" / "pycanon_adult.json"
CASES: tuple[tuple[dict[str, int], tuple[str, ...]], ...] = (
    ({"sex": 0, "age": 3, "race": 0, "marital-status": 1}, ("occupation", "education", "salary-class")),
    ({"sex": 0, "race": 0}, ("age", "occupation", "workclass", "salary-class")),
    ({"sex": 0, "education": 1, "marital-status": 1}, ("age", "race", "occupation")),
    ({"education": 2, "salary-class": 0}, ("age", "sex", "native-country")),
)
"""Quasi-identifiers with their levels, and sensitive columns; age is a number, all others are text."""


def main() -> None:
    folder = Path(sys.argv[1])
    facts = Path(sys.argv[2]) if len(sys.argv) > 2 else FACTS
    if os.environ.get("PYCANON_INSIDE"):
        facts.write_text(json.dumps(measured(folder), indent=1) + "\n", encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python = Path(place) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", f"pycanon=={VERSION}"], check=True)
        environment = {**os.environ, "PYCANON_INSIDE": "1", "PYTHONPATH": ""}
        subprocess.run([python, __file__, folder, facts], check=True, env=environment)


def measured(folder: Path) -> dict[str, object]:
    """Every measure of pycanon, by case and sensitive column."""
    import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]  # in its own environment
    from pycanon import anonymity  # type: ignore[import-not-found, unused-ignore]  # in its own environment

    adult = pandas.read_csv(folder / "adult.csv", sep=";", dtype=str)
    cases = []
    for levels, sensitive in CASES:
        frame = pandas.DataFrame(
            {name: adult[name].map(hierarchy(folder, name, level)) for name, level in levels.items()}
        )
        quasi = list(levels)
        columns = {}
        for name in sensitive:
            frame[name] = adult[name].astype(int) if name == "age" else adult[name]
            columns[name] = {
                "alpha": float(anonymity.alpha_k_anonymity(frame, quasi, [name])[0]),
                "distinct_l": int(anonymity.l_diversity(frame, quasi, [name])),
                "entropy_l": int(anonymity.entropy_l_diversity(frame, quasi, [name])),
                "recursive_c_l": [
                    float(each) for each in anonymity.recursive_c_l_diversity(frame, quasi, [name])
                ],
                "t": float(anonymity.t_closeness(frame, quasi, [name])),
                "delta": float(anonymity.delta_disclosure(frame, quasi, [name])),
                "basic_beta": float(anonymity.basic_beta_likeness(frame, quasi, [name])),
                "enhanced_beta": float(anonymity.enhanced_beta_likeness(frame, quasi, [name])),
            }
        k = int(anonymity.k_anonymity(frame, quasi))
        cases.append({"levels": levels, "k": k, "sensitive": columns})
    return {"pycanon": importlib.metadata.version("pycanon"), "cases": cases}


def hierarchy(folder: Path, name: str, level: int) -> dict[str, str]:
    with (folder / f"adult_hierarchy_{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {row[0]: row[level] for row in csv.reader(lines, delimiter=";") if row}


if __name__ == "__main__":
    main()
