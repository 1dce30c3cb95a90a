"""What pycanon measures of Adult is what we measure (`benchmarks/pycanon_adult.py` writes its facts).

Where its definition is another one, what it computes is derived from ours:
- its δ is a natural logarithm, the paper's one to base 2;
- its enhanced β is the least of the basic β of all classes and −ln of the rarest value: that of no class;
- its entropy l is cut to a whole number;
- its recursive c starts from the rarest value of a class, the paper's from the most frequent: not compared.
Its t is the equal distance for texts and the ordered one for numbers. It has no hierarchical distance.
"""

from __future__ import annotations

import csv
import json
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness
from personatwin_sql.privacy.models.counted import Counted, counted
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.sensitive import Sensitive

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "adult"
FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("pycanon_adult.json").read_text(encoding="utf-8"))
CASES = [(case, name) for case in FACTS["cases"] for name in case["sensitive"]]


@pytest.mark.parametrize(("case", "name"), CASES, ids=lambda given: given if isinstance(given, str) else "")
def test_adult_has_the_measures_of_pycanon(case: dict[str, Any], name: str) -> None:
    found, theirs = adult_classes(case["levels"], name), case["sensitive"][name]
    assert found.sizes.min() == case["k"]
    assert AlphaK(name, 0.5).measure(found) == pytest.approx(theirs["alpha"])
    assert DistinctDiversity(name, 2).measure(found) == theirs["distinct_l"]
    assert int(EntropyDiversity(name, 2).measure(found)) == theirs["entropy_l"]
    closeness = OrderedCloseness if name == "age" else EqualCloseness
    assert closeness(name, 0.1).measure(found) == pytest.approx(theirs["t"])
    assert DeltaDisclosure(name, 1).measure(found) * log(2) == pytest.approx(theirs["delta"], abs=1e-9)
    basic = BetaLikeness(name, 1).measure(found)
    assert basic == pytest.approx(theirs["basic_beta"])
    rarest = float(found.values[name].of.shares.min())
    assert min(basic, -log(rarest)) == pytest.approx(theirs["enhanced_beta"])


def adult_classes(levels: dict[str, int], name: str) -> Counted:
    """The classes of Adult at these levels, with the people of a sensitive column in its order."""
    if not DATA.is_dir():
        pytest.skip("reference data absent")
    header, *rows = read("adult.csv")
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    codes = [coded(published(columns[quasi], quasi, level)) for quasi, level in levels.items()]
    _, number = np.unique(np.array(codes), axis=1, return_inverse=True)
    given = [int(value) for value in columns[name]] if name == "age" else columns[name]
    values = coded(given)
    size = int(values.max()) + 1
    entries, people = np.unique(number * size + values, return_counts=True)
    tuples, of_value = np.divmod(entries, size)
    sensitive = Sensitive(name, tuples, of_value, people, size)
    count = int(number.max()) + 1
    place = np.arange(count)
    frequency = FrequencySet.of(
        ["q"], place, np.bincount(number), [[place, np.zeros_like(place)]], sensitive=[sensitive]
    )
    return counted(frequency, place, count)


def published(values: tuple[str, ...], name: str, level: int) -> list[str]:
    at = {row[0]: row[level] for row in read(f"adult_hierarchy_{name}.csv")}
    return [at[value] for value in values]


def read(name: str) -> list[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines, delimiter=";") if row]


def coded(values: Any) -> np.ndarray:
    return np.unique(np.array(values), return_inverse=True)[1]
