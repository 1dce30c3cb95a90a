"""Weakens the differentially private part of the product in many ways; the suite must notice each.

Usage: python benchmarks/mutants_private.py [--only NAME ...] [--jobs 2]
Each mutant is a copy of the tree in which one text is another. The tests that are named beside it run there,
and one of them must fail; without a change all must pass. Ends with 1 where a mutant survives.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    "personatwin_sql",
    "macros",
    "domains",
    "census",
    "tests",
    "pyproject.toml",
    "project.yml",
    "README.md",
)
PROOF = "tests/unit/compile/aggregate/test_proof_of_privacy.py"
SENSITIVITY = "tests/property/test_sensitivity_of_aggregates.py"
AUDIT = "tests/property/test_private_audit.py"
CHOICES = "tests/unit/privacy/noise/test_partition_selection.py"
BUILDS = "tests/integration/test_private_builds.py"
DRAWS = "tests/integration/test_private_draws.py"
LEDGER = "tests/unit/release/ledger"


@dataclass(frozen=True)
class Mutant:
    """One text of one file, what it becomes, and the tests that must notice."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


BOUNDED = "macros/privacy/bounded_contributions.sql"
NOISY = "macros/noise/noisy_aggregates.sql"
WORKFLOW = "personatwin_sql/workflow/private_statistics.py"
CALIBRATE = "personatwin_sql/compile/aggregate/calibrate.py"
COMPONENTS = "personatwin_sql/compile/aggregate/components.py"
NUMERATOR, DENOMINATOR = "{{ scale.numerator }}", "{{ scale.denominator }}"
MUTANTS = (
    Mutant(
        "scale ÷ 1.3 in SQL", "macros/noise/noise.sql",
        f"({NUMERATOR}, {DENOMINATOR})", "({{ scale.numerator * 10 }}, {{ scale.denominator * 13 }})",
        (PROOF, AUDIT),
    ),
    Mutant(
        "scale ÷ 1.3 where it is drawn", "personatwin_sql/engine/noise.py",
        "return self._next(numerator, denominator)",
        "return self._next(10 * numerator, 13 * denominator)",
        (AUDIT,),
    ),
    Mutant(
        "scale ÷ 1.3 where it is calibrated", "personatwin_sql/privacy/accounting/calibration.py",
        "return -(-Fraction(value * (1 - 1e-12)) // size) * size",
        "return -(-Fraction(value / 1.3) // size) * size",
        (PROOF,),
    ),
    Mutant(
        "clamp after the sum", "macros/privacy/clamped_units.sql",
        "least(greatest(round(CAST({{ value }} AS DOUBLE) / {{ bounds.granularity | literal }}),"
        " {{ bounds.lowest }}), {{ bounds.highest }})",
        "round(CAST({{ value }} AS DOUBLE) / {{ bounds.granularity | literal }})",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "bounds ignored in the sensitivity", COMPONENTS,
        "rows * max(abs(bounds.lowest), abs(bounds.highest), 1)", "rows",
        (SENSITIVITY, PROOF),
    ),
    Mutant(
        "lower bound ignored in the sensitivity", COMPONENTS,
        "max(abs(bounds.lowest), abs(bounds.highest), 1)", "max(abs(bounds.lowest), 1)",
        (SENSITIVITY, PROOF),
    ),
    Mutant("threshold dropped", NOISY, "{%- if thresholds %}", "{%- if false %}", (PROOF, AUDIT)),
    Mutant(
        "keys chosen with twice the ε in SQL", "macros/noise/is_shown.sql",
        "{{ selection.epsilon.numerator }}", "{{ 2 * selection.epsilon.numerator }}",
        (PROOF, AUDIT),
    ),
    Mutant(
        "keys chosen with twice the ε where it is drawn", "personatwin_sql/engine/noise.py",
        "return self._next(ahead, behind, above, below)",
        "return self._next(2 * ahead, behind, above, below)",
        (AUDIT,),
    ),
    Mutant(
        "keys chosen with more δ than the law has", "personatwin_sql/privacy/noise/partition_selection.py",
        "(low << working) // shrink[1] + small[0],", "(low << working) // shrink[1] + 20 * small[0],",
        (CHOICES, AUDIT),
    ),
    Mutant(
        "δ of chosen keys not shared by groups", "personatwin_sql/privacy/accounting/calibration.py",
        "_down(self.delta / len(self.by) / column.groups)", "_down(self.delta / len(self.by))",
        (PROOF,),
    ),
    Mutant(
        "choice of keys dropped", NOISY,
        "{%- if selections %}\nWHERE", "{%- if false %}\nWHERE",
        (PROOF, AUDIT),
    ),
    Mutant(
        "one noise for all cells", NOISY,
        "{{ noise(mechanism, set[loop.index0]) }} AS", "(SELECT {{ noise(mechanism, set[loop.index0]) }}) AS",
        (PROOF, AUDIT),
    ),
    Mutant(
        "one noise for two cells", "personatwin_sql/engine/noise.py",
        "            return next(law)\n",
        "            self._last = None if getattr(self, '_last', None) is not None else next(law)\n"
        "            self._kept = self._last if self._last is not None else self._kept\n"
        "            return self._kept\n",
        (AUDIT,),
    ),
    Mutant(
        "noise may be drawn again", NOISY, "WITH noisy AS MATERIALIZED (", "WITH noisy AS (", (PROOF,)
    ),
    Mutant(
        "float path", "macros/privacy/exact_total.sql",
        "CAST(coalesce(sum({{ name }}), 0) AS HUGEINT)",
        "CAST(coalesce(sum(CAST({{ name }} AS DOUBLE)), 0) AS HUGEINT)",
        (PROOF,),
    ),
    Mutant(
        "seed left in", WORKFLOW,
        "SystemBits() if self._memory", "SeededBits(PREVIEW_SEED) if self._memory",
        (DRAWS,),
    ),
    Mutant(
        "drawn before it is paid for", WORKFLOW,
        "        entries = self._charged()\n",
        "        for early in self._waiting.values():\n"
        "            drawn(self._session, early.model.name, early.script, SystemBits())\n"
        "            name = identifier(early.model.name)\n"
        "            noisy = identifier(early.model.name + '__noisy')\n"
        "            self._session.run(f'DROP TABLE release.{name}; DROP TABLE private.{noisy}', name)\n"
        "        entries = self._charged()\n",
        (DRAWS,),
    ),
    Mutant(
        "drawn from an empty budget", "personatwin_sql/release/ledger/charge.py",
        "        _refuse(refusals(book.ledger, budgets, requests, key))\n", "",
        (BUILDS, LEDGER),
    ),
    Mutant(
        "a charge that is not kept", "personatwin_sql/release/ledger/charge.py",
        "        book, digest = _appended(book, budgets.declared[request.budget], request)\n",
        "        _, digest = _appended(book, budgets.declared[request.budget], request)\n",
        (BUILDS, LEDGER),
    ),
    Mutant(
        "replay keyed on the text only", "personatwin_sql/release/ledger/replay.py",
        '"rules": dict(rules),', '"rules": {},',
        (BUILDS, LEDGER),
    ),
    Mutant(
        "replay blind to the models below", "personatwin_sql/workflow/private_request.py",
        "for name in (*below, model.name)", "for name in (model.name,)",
        (DRAWS,),
    ),
    Mutant(
        "view materialization allowed", "personatwin_sql/compile/config_reader.py",
        'self.parsed.config.get("materialized", "table") != "table"',
        'self.parsed.config.get("materialized", "table") not in ("table", "view")',
        ("tests/unit/compile/test_config.py",),
    ),
    Mutant(
        "NULL unit kept", BOUNDED, "    WHERE contributions.pt_person IS NOT NULL\n", "", (PROOF, SENSITIVITY)
    ),
    Mutant(
        "sensitivity of GROUPING SETS forgotten", CALIBRATE,
        "return Measured(str(number), component.name, 1, groups * component.moves)",
        "return Measured(str(number), component.name, 1, component.moves)",
        (SENSITIVITY, PROOF),
    ),
    Mutant(
        "L0 ignored", BOUNDED, "    WHERE pt_nth_group <= {{ max_groups }}\n", "", (PROOF, SENSITIVITY)
    ),
    Mutant(
        "L0 ignored in the calibration", CALIBRATE,
        "return promise.max_groups if aggregate.keys else 1", "return 1",
        (SENSITIVITY, PROOF),
    ),
    Mutant(
        "rows of a group not limited", BOUNDED,
        "    WHERE pt_nth_row <= {{ max_rows_per_group }}\n", "",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "rows chosen by chance", BOUNDED,
        "getvariable('release_secret')\n                {%- for name in group %}",
        "random()\n                {%- for name in group %}",
        (PROOF,),
    ),
    Mutant(
        "rows in no order", BOUNDED,
        "\n            ORDER BY md5_number(concat_ws(\n                '|',\n                getvariable",
        "\n            ORDER BY length(concat_ws(\n                '|',\n                getvariable",
        (PROOF,),
    ),
    Mutant(
        "groups chosen by chance", BOUNDED,
        "hash({% for name in group %}gathered.", "hash(random(), {% for name in group %}gathered.",
        (PROOF,),
    ),
    Mutant(
        "people above the bound in both branches", BOUNDED,
        '    ANTI JOIN crowded\n    {{- same_values("gathered", "crowded", ["pt_person"]) | indent(4) }}\n',
        "",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "people in one group more taken whole", BOUNDED,
        "    HAVING count(*) > {{ max_groups }}", "    HAVING count(*) > {{ max_groups + 1 }}",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "groups of one row more as gathered", BOUNDED,
        "    WHERE pt_rows <= {{ max_rows_per_group }}", "    WHERE pt_rows <= {{ max_rows_per_group + 1 }}",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "groups of as many rows in both branches", BOUNDED,
        "AND chosen.pt_rows > {{", "AND chosen.pt_rows >= {{",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "rows of groups that were not chosen", BOUNDED,
        "    SEMI JOIN chosen\n", "    SEMI JOIN gathered AS chosen\n",
        (PROOF, SENSITIVITY),
    ),
    Mutant(
        "groups found anew by each that reads them", BOUNDED,
        "gathered AS MATERIALIZED (", "gathered AS (", (PROOF,),
    ),
    Mutant(
        "key order from the data", "macros/protection/differential_privacy.sql",
        "ORDER BY {{", "-- {{",
        (PROOF,),
    ),
    Mutant(
        "the exact number beside the noisy one", NOISY,
        "        pt_set\n        {%- for key in keys %}",
        "        pt_set,\n        {{ columns[0].name }} AS pt_exact\n        {%- for key in keys %}",
        (PROOF,),
    ),
    Mutant(
        "columns behind a star once by name", "personatwin_sql/compile/aggregate/frame.py",
        "is_merged = table is None and alias in self.merged.get(name, ())", "is_merged = table is None",
        ("tests/unit/compile/aggregate/test_shapes.py",),
    ),
    Mutant(
        "columns that the file has not got behind a star", "personatwin_sql/compile/compiler.py",
        "if there is None or folded(each) in there", "if True",
        ("tests/integration/test_stars_of_sources.py",),
    ),
    Mutant(
        "δ of other noise than is charged", "personatwin_sql/compile/aggregate/guarantees.py",
        "is_charged &= loss.guarantee.delta <= joint.guarantee.delta", "is_charged &= True",
        (PROOF,),
    ),
    Mutant(
        "texts that grow without end", "personatwin_sql/compile/aggregate/growth.py",
        "return sum(parts)", "return max(parts)",
        ("tests/unit/compile/aggregate/test_shapes.py",),
    ),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Shows that the suite kills each weakening.")
    parser.add_argument("--only", nargs="*", help="names of mutants; default all")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time; default 2")
    arguments = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if not arguments.only or mutant.name in arguments.only]
    gone = [each for each in chosen if each.old not in (ROOT / each.path).read_text(encoding="utf-8")]
    if gone:
        print("\n".join(f"{each.name}: the text to change is no longer in {each.path}" for each in gone))
        return 1
    tests = sorted({test for mutant in chosen for test in mutant.tests})
    if not arguments.only and not passes(tests, None):
        print("the tests fail without any change")
        return 1
    with ThreadPoolExecutor(arguments.jobs) as threads:
        killers = list(threads.map(killer, chosen))
    for mutant, found in zip(chosen, killers, strict=True):
        print(f"{mutant.name:<42} {f'killed by {found}' if found else 'SURVIVED'}")
    killed = sum(found is not None for found in killers)
    print(f"{killed} of {len(chosen)} killed")
    return 0 if killed == len(chosen) else 1


def killer(mutant: Mutant) -> str | None:
    """The test file that notices; None where all pass."""
    return next((test for test in mutant.tests if not passes([test], mutant)), None)


def passes(tests: Sequence[str], mutant: Mutant | None) -> bool:
    """Whether the tests pass in a copy of the tree with this change."""
    with tempfile.TemporaryDirectory(prefix="personatwin-mutant-") as name:
        tree = Path(name)
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, tree / part)
        if mutant is not None:
            file = tree / mutant.path
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *tests]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(
                f"{mutant.name if mutant else 'no change'}: {done.stdout[-2000:]}{done.stderr[-500:]}"
            )
        return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
