"""Differentially private models of two small tables, as SQL, without a project around them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from personatwin_sql.compile.aggregate.aggregation import Aggregation, aggregation_of
from personatwin_sql.compile.aggregate.guarantees import of_aggregate
from personatwin_sql.compile.aggregate.reader import read_aggregate
from personatwin_sql.compile.aggregate.render import parts_of, render_aggregate
from personatwin_sql.compile.column import Authored
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.null_keys import with_known_keys
from personatwin_sql.compile.private_config import read_private
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.budget import WrittenBudget
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.guarantee import Guarantee
from tests.unit.compile.aggregate.relations import parsed, relations
from tests.unit.compile.promised import project
from tests.unit.compile.proven_scripts import MACROS

NAME = "model"
COUNTIES = ("ash", "oak", "elm")
KINDS = ("a", "b")
KEYS = {"county": COUNTIES, "kind": KINDS}


@dataclass(frozen=True)
class Shape:
    """A model that was read and calibrated, and its script."""

    model: CompiledModel
    aggregation: Aggregation
    promise: DifferentialPrivacy
    script: str

    @property
    def before(self) -> str:
        """What runs before the charge."""
        return parts_of(self.script)[0]

    @property
    def after(self) -> str:
        """What runs after it."""
        return parts_of(self.script)[1]

    def guarantees(self, script: str | None = None) -> dict[str, Guarantee]:
        """By name: of this script, or of another in its place."""
        told = of_aggregate(self.model, self.promise, self.script if script is None else script, None)
        return {guarantee.name: guarantee for guarantee in told}


def shape(sql: str, sets: tuple[tuple[int, ...], ...] | None = None, **config: Any) -> Shape:
    """What a project makes of the SELECT, grouped by these `sets` of its keys. Raises ProjectError."""
    text = replace(parsed(sql), config=config, places={key: Place("models/model.sql", 1) for key in config})
    loaded = project()
    aggregate, wrong = with_known_keys(read_aggregate(text, relations), text, loaded)
    assert not wrong
    aggregate = aggregate if sets is None else replace(aggregate, sets=sets)
    budgets = {"court": WrittenBudget(epsilon=10, delta=1e-6)}
    loaded = replace(
        loaded, project=loaded.project.model_copy(update={"budgets": budgets}), macros=MACROS.files
    )
    problems: list[Diagnostic] = []
    promise = read_private(text, loaded, aggregate, problems)
    assert promise is not None, [str(problem) for problem in problems]
    aggregation, refused = aggregation_of(aggregate, promise)
    assert aggregation is not None, refused
    script = render_aggregate(loaded, NAME, "models/model.sql", promise, aggregation)
    authored = Authored((), frozenset(), frozenset(), one_row_per_unit=False)
    return Shape(CompiledModel(text, authored, promise, None, (), aggregation), aggregation, promise, script)


@cache
def shapes() -> dict[str, Shape]:
    """All that is added up, by keys that are listed, by those of the data, by several and by none."""
    some = {"epsilon": 1, "delta": "1e-6", "max_groups": 2, "max_rows_per_group": 3}
    amounts = {"bounds": {"amount": (-10, 50)}}
    return {
        "counts": shape(
            "SELECT county, kind, count(*) AS n FROM private.events GROUP BY ALL", keys=KEYS, **some
        ),
        "people": shape(
            "SELECT county, count(DISTINCT person_id) AS people FROM private.events GROUP BY county",
            keys={"county": COUNTIES},
            **some,
        ),
        "sums": shape(
            "SELECT county, count(*) AS n, count(DISTINCT person_id) AS people, sum(amount) AS amount"
            " FROM private.events GROUP BY county",
            keys={"county": COUNTIES},
            **some,
            **amounts,
        ),
        "no keys": shape(
            "SELECT count(*) AS n, sum(amount) AS total FROM private.events",
            epsilon=1,
            max_rows_per_group=3,
            bounds={"amount": (-10, 50)},
        ),
        "means": shape(
            "SELECT kind, avg(amount) AS mean, variance(visits) AS spread FROM private.events GROUP BY kind",
            keys={"kind": KINDS},
            **some,
            bounds={"amount": (10, 50), "visits": (0, 7)},
        ),
        "private keys": shape(
            "SELECT county, kind, count(*) AS n, sum(amount) AS amount FROM private.events GROUP BY ALL",
            keys="private",
            **some,
            **amounts,
        ),
        "filters": shape(
            "SELECT county, count(*) FILTER (WHERE visits > 2) AS often, count(kind) AS kinds, count(*) AS n,"
            " count(DISTINCT person_id) FILTER (WHERE kind = 'a') AS a"
            " FROM private.events WHERE amount > 0 OR amount IS NULL GROUP BY county",
            keys={"county": COUNTIES},
            **some,
        ),
        "joins": shape(
            "WITH firsts AS (SELECT person_id, min(day) AS first_day FROM private.events GROUP BY ALL)"
            " SELECT p.county, count(*) AS n, sum(e.visits) AS visits FROM private.people AS p"
            " JOIN private.events AS e ON p.person_id = e.person_id LEFT JOIN firsts AS f"
            " ON f.person_id = p.person_id WHERE f.first_day < DATE '2030-01-01' GROUP BY ALL",
            keys="private",
            **some,
            bounds={"visits": (0, 5)},
        ),
        "sets": shape(
            "SELECT county, kind, count(*) AS n, count(DISTINCT person_id) AS people, sum(amount) AS amount"
            " FROM private.events GROUP BY ALL",
            sets=((0, 1), (0,), ()),
            keys=KEYS,
            **some,
            **amounts,
        ),
        "private sets": shape(
            "SELECT coalesce(county, 'none') AS county, coalesce(kind, 'none') AS kind, count(*) AS n,"
            " sum(amount) AS amount FROM private.events GROUP BY ALL",
            sets=((0, 1), (0,), (1,), ()),
            keys="private",
            **some,
            **amounts,
        ),
        "gaussian": shape(
            "SELECT county, kind, count(*) AS n, sum(amount) AS amount, avg(visits) AS visits"
            " FROM private.events GROUP BY ALL",
            keys=KEYS,
            mechanism="gaussian",
            **some,
            bounds={"amount": (0, 50), "visits": (0, 9)},
        ),
        "gaussian private": shape(
            "SELECT county, kind, count(*) AS n, count(DISTINCT person_id) AS people"
            " FROM private.events GROUP BY ALL",
            keys="private",
            mechanism="gaussian",
            **some,
        ),
        "quantiles": shape(
            "SELECT county, median(amount) AS middle, quantile_cont(visits, 0.9) AS most, count(*) AS n"
            " FROM private.events GROUP BY ALL",
            keys="private",
            quantile_share=0.5,
            **some,
            bounds={"amount": (-10, 50), "visits": (0, 9)},
        ),
        "nulls": shape(
            "SELECT county, kind, sum(amount) AS amount, median(visits) AS middle,"
            " variance(visits) FILTER (WHERE kind = 'a') AS visits, count(amount) AS n"
            " FROM private.events GROUP BY ALL",
            sets=((0, 1), (0,), ()),
            keys={"county": (*COUNTIES, "none"), "kind": KINDS},
            quantile_share=0.25,
            **some,
            bounds={"amount": (-10, 50), "visits": (0, 9), "middle": (0, 9)},
            nulls={"amount": 50, "visits": 9, "middle": 3, "county": "none", "kind": "a"},
        ),
        "chosen keys": shape(
            "SELECT coalesce(county, 'none') AS county, coalesce(kind, 'none') AS kind, count(*) AS n,"
            " median(visits) AS middle FROM private.events GROUP BY ALL",
            sets=((0, 1), (0,), ()),
            keys="private",
            quantile_share=0.25,
            mechanism="laplace",
            **some,
            bounds={"visits": (0, 9)},
        ),
        "agreeing": shape(
            "SELECT county, kind, count(*) AS n, sum(amount) AS amount, avg(visits) AS visits"
            " FROM private.events GROUP BY ALL",
            sets=((0, 1), (0,), ()),
            keys=KEYS,
            consistent=True,
            intervals=True,
            non_negative=True,
            **some,
            bounds={"amount": (0, 50), "visits": (0, 9)},
        ),
    }
