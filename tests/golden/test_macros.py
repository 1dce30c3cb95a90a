"""Each macro's call, the SQL that it writes, and what that gives on a few rows: `macros/*.sql`.

-- given: what is there before, where something must be
-- call:  the macro, its arguments as Python has them
-- run:   a query; `{}` stands for the SQL below
-- gives: its rows
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from personatwin_sql.compile.aggregate.components import Component, ComponentKind
from personatwin_sql.compile.aggregate.form import Aggregate, KeyItem, Measure, MeasureKind
from personatwin_sql.compile.aggregate.shown import Part, Shown
from personatwin_sql.compile.class_rules import ClassRule, SensitiveColumn
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.parsed_model import Relation
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.compile.rollup import RollUpLevel, roll_up_levels
from personatwin_sql.compile.strategy import repair_macro
from personatwin_sql.engine.functions import register
from personatwin_sql.engine.noise import noise_functions
from personatwin_sql.errors import Place
from personatwin_sql.privacy.noise.randomness import SeededBits
from personatwin_sql.spec.differential_privacy import Bounds
from personatwin_sql.spec.domain import MustFollow, OrderRules, RequiresClosure
from personatwin_sql.spec.hierarchy import Dates, Flat, Intervals, Prefix, Taxonomy, Widths
from personatwin_sql.spec.role import Role
from tests.golden.golden import matches_golden
from tests.unit.compile.proven_scripts import MACROS

GOLDEN = Path(__file__).parent / "macros"
_HEAD = re.compile(r"^-- (given|call|run|gives): +(.*)$")
Q = Role.QUASI_IDENTIFIER
PLACE = Place("models/m.sql", 1)


@dataclass(frozen=True)
class Pair:
    """A call and how its SQL is tried out."""

    given: tuple[str, ...]
    call: str
    run: str

    def text(self) -> str:
        """The pair as it stands in its file, written anew."""
        sql = eval(self.call, NAMES)
        head = [
            *(f"-- given: {line}" for line in self.given),
            f"-- call:  {self.call}",
            f"-- run:   {self.run}",
        ]
        return "\n".join([*head, f"-- gives: {self._rows(sql)}", sql.strip("\n"), ""])

    def _rows(self, sql: str) -> str:
        connection = duckdb.connect()
        register(connection)
        connection.execute("CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy")
        connection.execute("SET VARIABLE release_secret = '00ff'")
        for line in self.given:
            connection.execute(line)
        with noise_functions(connection, SeededBits(1)):
            rows = connection.execute(self.run.replace("{}", sql)).fetchall()
        return "; ".join(", ".join("NULL" if cell is None else str(cell) for cell in row) for row in rows)


def age(level: int | None = None, **more: int) -> PublishedColumn:
    return PublishedColumn(
        "age", Q, "integer", Widths(widths=(10, 20), bottom=0, top=90), level=level, **more
    )


def gender(level: int | None = None, **more: int) -> PublishedColumn:
    return PublishedColumn("gender", Q, "text", Flat(), level=level, never_merges=True, **more)


def offenses(level: int | None = None) -> PublishedColumn:
    return PublishedColumn(
        "offenses", Q, "integer", Intervals(intervals=((1, 5),), bottom=0, top=20), level=level
    )


def zip_code(level: int | None = None) -> PublishedColumn:
    return PublishedColumn("zip", Q, "text", Prefix(prefix=(3, 1)), level=level)


def day(level: int | None = None) -> PublishedColumn:
    return PublishedColumn("date", Q, "date", Dates(dates=("month", "year")), level=level)


def tree(level: int | None = None) -> PublishedColumn:
    rows = (("Ash", "Broadleaf"), ("Fir", "Conifer"))
    hierarchy = Taxonomy(rows=rows, levels=("kind",), unmapped="top")
    return PublishedColumn("tree", Q, "text", hierarchy, "trees", level=level)


def order_rules(rules: tuple[MustFollow | RequiresClosure, ...]) -> OrderRules:
    return OrderRules(
        must_follow=tuple(rule for rule in rules if isinstance(rule, MustFollow)),
        requires_closure=tuple(rule for rule in rules if isinstance(rule, RequiresClosure)),
    )


IN_STUDY = PublishedColumn("in_study", Role.INSENSITIVE, "boolean", Flat(), is_hidden=True)
SCREENING = PublishedColumn("screening", Role.SENSITIVE, "text", Flat())


def class_rule(
    macro: str,
    number: float,
    l: int = 0,  # noqa: E741  the letter of the literature
    levels: tuple[PublishedColumn, ...] = (),
) -> ClassRule:
    exact = Fraction(repr(number))
    return ClassRule(macro, f"{float(number)!r}e0", exact.numerator, exact.denominator, l, tuple(levels))


def sensitive(
    number: int,
    name: str,
    conditions: Sequence[ClassRule] = (),
    comparing: Sequence[ClassRule] = (),
    closeness: Sequence[ClassRule] = (),
) -> SensitiveColumn:
    accepted_by = tuple(comparing) if number == 1 else (*conditions, *comparing)
    return SensitiveColumn(number, name, tuple(conditions), tuple(comparing), tuple(closeness), accepted_by)


def bounds(low: int, high: int, unit: str = "1", null_as: str | None = None) -> Bounds:
    null = None if null_as is None else Fraction(null_as)
    return Bounds(Fraction(low), Fraction(high), Fraction(unit), PLACE, null)


def measure(name: str, kind: MeasureKind, value: str = "", *, is_sample: bool = True) -> Measure:
    return Measure(name, kind, value, "", PLACE, is_sample=is_sample)


def column(
    name: str,
    kind: ComponentKind,
    value: str = "",
    within: Bounds | None = None,
    only: str = "",
    share: str | None = None,
) -> Component:
    return Component(name, kind, 1, value, only, within, None if share is None else Fraction(share))


def shown(
    name: str, kind: MeasureKind, of: tuple[Component, ...], part: Part = "value", **more: Any
) -> Shown:
    return Shown(name, part, "", measure(name, kind, is_sample=more.pop("is_sample", True)), of, **more)


def events(*keys: str) -> Aggregate:
    items = tuple(KeyItem(key, f"lower({key})", "text", PLACE) for key in keys)
    every = tuple(range(len(keys)))
    return Aggregate("person_id", items, (), (every,), keys, "", "FROM events", 3)


KIND, COUNTY = (
    SimpleNamespace(name="kind", values=("'a'",)),
    SimpleNamespace(name="county", values=("'x'", "'y'")),
)
AMOUNT = bounds(0, 50)
ROWS, PEOPLE, SUM = column("n", "rows"), column("people", "people"), column("amount", "sum", "amount", AMOUNT)
MEDIAN = column("median", "spread", "amount", AMOUNT, share="1/2")
MEAN = (
    column("mean__values", "values", "amount", AMOUNT),
    column("mean__centred", "centred", "amount", AMOUNT),
    column("mean__squares", "squares", "amount", AMOUNT),
)

NAMES: dict[str, object] = {
    **{made.__name__: made for made in (bounds, column, shown, events)},
    "rows_of": ROWS,
    "people_of": PEOPLE,
    "sum_of": SUM,
    "median_of": MEDIAN,
    "mean_of": MEAN,
    "kind": KIND,
    "county": COUNTY,
    "scale": Fraction,
    "named": SimpleNamespace,
    "a_model": SimpleNamespace(name="m", path="models/m.sql", line=3),
    **MACROS.macros,
    **{made.__name__: made for made in (age, gender, offenses, zip_code, day, tree)},
    "screening": SCREENING,
    "in_study": IN_STUDY,
    "model": lambda name, sql: MacroModel(name, f"models/{name}.sql", 1, f"    {sql}"),
    "released": lambda name, strategy="", added=False: Relation(
        name, f"release.{name}", strategy, has_added_events=added
    ),
    "rule": class_rule,
    "sensitive": sensitive,
    "levels": roll_up_levels,
    "level": RollUpLevel,
    "recoded": lambda column, coarsest: replace(column, recoding="people_public", coarsest=coarsest),
    "must": lambda event, after: MustFollow(event=event, after=after),
    "closed": lambda event, closer: RequiresClosure(event=event, closed_by=closer),
    "repair": lambda *rules: repair_macro(order_rules(rules)),
}


def pairs(text: str) -> Iterator[Pair]:
    """The pairs of a file; what they wrote and gave when it was written is not read."""
    given: list[str] = []
    call = ""
    for line in text.splitlines():
        found = _HEAD.match(line)
        if found is None:
            continue
        kind, rest = found.groups()
        if kind == "given":
            given.append(rest)
        elif kind == "call":
            call = rest
        elif kind == "run":
            yield Pair(tuple(given), call, rest)
            given = []


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.sql")))
def test_each_call_writes_its_sql_which_gives_its_rows(name: str) -> None:
    golden = GOLDEN / f"{name}.sql"
    written = [pair.text() for pair in pairs(golden.read_text(encoding="utf-8"))]
    assert written
    matches_golden("\n\n".join(written), golden)


def test_every_macro_has_a_pair() -> None:
    called = " ".join(
        pair.call for path in GOLDEN.glob("*.sql") for pair in pairs(path.read_text(encoding="utf-8"))
    )
    assert [name for name in MACROS.files if f"{name}(" not in called] == []
