"""Measures the SQL that finds classes under privacy models, beside the bare GROUP BY of the same people.

Two million people stand in 1,920 and in 38,400 classes of five columns of text, with a sensitive column of
ten values. What models read is how many people of each class have each value, so the GROUP BY of that stands
beside as well: no plan that counts them needs less.
"""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import duckdb

from personatwin_sql.compile.class_rules import class_rules
from personatwin_sql.compile.macro_library import MacroLibrary
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity
from personatwin_sql.spec.hierarchy import Flat, Taxonomy
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import SqlFile
from personatwin_sql.spec.role import Role

PEOPLE = 2_000_000
CLASSES = {1_920: (4, 4, 5, 4, 6), 38_400: (8, 8, 10, 6, 10)}
"""How many values each column has; their product is the number of classes."""
NAMES = ("a", "b", "c", "d", "e")
TREE = tuple((f"value {place}", f"kind {place // 3}", f"top {place // 6}") for place in range(10))
COLUMNS = (
    *(PublishedColumn(name, Role.QUASI_IDENTIFIER, "text", Flat(), level=0) for name in NAMES),
    PublishedColumn(
        "need",
        Role.SENSITIVE,
        "text",
        Taxonomy(rows=TREE, levels=("kind", "top"), unmapped="error"),
        "needs",
    ),
)
DIVERSITIES = (
    DistinctDiversity("need", 2),
    EntropyDiversity("need", 1.5),
    RecursiveDiversity("need", 3, 2),
)
MODELS: Mapping[str, tuple[PrivacyModel, ...]] = {
    "k": (),
    "k, three l": DIVERSITIES,
    "k, three l, equal t": (*DIVERSITIES, EqualCloseness("need", 0.9)),
    "k, ordered t": (OrderedCloseness("need", 0.9),),
    "k, hierarchical t": (HierarchicalCloseness("need", 0.9),),
    "k, three l, ordered t": (*DIVERSITIES, OrderedCloseness("need", 0.9)),
}


@dataclass(frozen=True)
class Ratio:
    """Seconds of CPU of all threads, and how many times those of the two bare queries that is."""

    cpu: float
    of_classes: float
    of_values: float


def measured_class_models(repeats: int) -> dict[str, object]:
    """Printed and given back."""
    return {str(classes): _measured(classes, sizes, repeats) for classes, sizes in CLASSES.items()}


def _measured(classes: int, sizes: tuple[int, ...], repeats: int) -> dict[str, object]:
    connection = _people(sizes)
    by_class = _cpu(lambda: _counted(connection, NAMES), _nothing, repeats)
    by_value = _cpu(lambda: _counted(connection, (*NAMES, "need")), _nothing, repeats)
    print(f"{classes:,} classes: by class {by_class:.2f} s CPU, by class and value {by_value:.2f} s")
    found: dict[str, object] = {"by_class": by_class, "by_value": by_value}
    for name, models in MODELS.items():
        cpu = _cpu(*_step(connection, models), repeats)
        ratio = Ratio(cpu, cpu / by_class, cpu / by_value)
        print(f"  {name:<24}{cpu:8.2f} s CPU {ratio.of_classes:6.2f} x {ratio.of_values:6.2f} x")
        found[name] = asdict(ratio)
    return found


def _people(sizes: tuple[int, ...]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy")
    connection.execute("CREATE TABLE hierarchy.needs (level_0 VARCHAR, level_1 VARCHAR, level_2 VARCHAR)")
    connection.executemany("INSERT INTO hierarchy.needs VALUES (?, ?, ?)", TREE)
    columns = ", ".join(
        f"'{name} ' || hash(i || '-{name}') % {size} AS {name}"
        for name, size in zip(NAMES, sizes, strict=True)
    )
    connection.execute(f"""
        CREATE TABLE private.people AS
        SELECT i AS person_id, {columns},
            'value ' || least(hash(i || 'x') % 10, hash(i || 'y') % 10) AS need
        FROM range({PEOPLE}) AS t(i)""")
    return connection


def _counted(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    listed = ", ".join(names)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE bare AS SELECT {listed}, count(*) AS people FROM private.people "
        f"GROUP BY {listed}"
    )


def _step(
    connection: duckdb.DuckDBPyConnection, models: tuple[PrivacyModel, ...]
) -> tuple[Callable[[], object], Callable[[], object]]:
    """The step of a script that finds the classes, and what takes them away again."""
    folder = library().folder / "macros"
    files = {
        path.stem: SqlFile(path.stem, path.name, path.read_text(encoding="utf-8"), is_builtin=True)
        for path in sorted(Path(folder).rglob("*.sql"))
    }
    script = MacroLibrary(files).call(
        "k_anonymity",
        {
            "model": MacroModel("seen", "seen.sql", 1, "SELECT * FROM private.people"),
            "unit": "person_id",
            "columns": COLUMNS,
            "k": 3,
            "one_row_per_unit": True,
            "sensitive": class_rules(models, COLUMNS),
        },
    )
    first, rest = script.split("-- step 2", 1)
    step = "-- step 2" + rest.split("-- step 3", 1)[0]
    connection.execute(f"DROP TABLE IF EXISTS private.seen__generalized; {first}")
    made = re.findall(r"CREATE TABLE (\S+) AS", step)
    drop = "; ".join(f"DROP TABLE {table}" for table in made)
    return lambda: connection.execute(step), lambda: connection.execute(drop)


def _cpu(run: Callable[[], object], clean: Callable[[], object], repeats: int) -> float:
    found = []
    for _ in range(repeats):
        before = _used()
        run()
        found.append(_used() - before)
        clean()
    return median(found)


def _nothing() -> None:
    """Nothing has to be taken away."""


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
