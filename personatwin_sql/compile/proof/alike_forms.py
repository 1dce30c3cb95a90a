"""The SELECTs that find classes whose values are like those of everybody, as the macros write them.

`private.counted` is the table that counts all people by class and value, `each` every column of a class in
turn; n1, n2 … are numbers, `any_condition` is what a HAVING says of `class_values`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from personatwin_sql.compile.proof.proof import of_kind
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

HOLDS: Final = "any_condition"
SHARES: Final = ("sensitive_value", "people", "class_people", "known_people", "value_people", "everybody")
"""The columns of `shares` that a condition may speak of."""
_SHARES: Final = """
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.each,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(
            CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END
        ) AS BIGINT) AS known_people
    FROM private.counted AS class_values
    GROUP BY class_values.each
    HAVING CAST(sum(class_values.people) AS BIGINT) >= n9
),
value_totals AS (
    SELECT class_values.sensitive_value, CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.counted AS class_values
    GROUP BY class_values.sensitive_value
),
total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody FROM private.counted AS class_values
),
shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM private.counted AS class_values
    INNER JOIN sized_classes ON class_values.each IS NOT DISTINCT FROM sized_classes.each
    INNER JOIN value_totals ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),
"""
_CONDITIONS: Final = """
near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING any_condition
)
"""
_MOVED: Final = """
    sum(abs(differences.class_difference))
    / (differences.class_people * greatest(differences.value_places - 1, 1) * differences.all_known)
"""
_ORDERED: Final = f"""
places AS (
    SELECT
        value_totals.sensitive_value,
        row_number() OVER (ORDER BY value_totals.sensitive_value) AS place,
        CAST(sum(value_totals.value_people) OVER (ORDER BY value_totals.sensitive_value) AS BIGINT) AS up_to,
        CAST(sum(value_totals.value_people) OVER () AS BIGINT) AS all_known,
        count(*) OVER () AS value_places
    FROM value_totals
    WHERE value_totals.sensitive_value IS NOT NULL
),
placed AS (
    SELECT shares.class_number, places.place, shares.people
    FROM shares
    INNER JOIN places ON shares.sensitive_value = places.sensitive_value
),
differences AS (
    SELECT
        sized_classes.class_number,
        sized_classes.class_people,
        sized_classes.known_people,
        places.all_known,
        places.value_places,
        total.everybody,
        CAST(sum(coalesce(placed.people, 0)) OVER (
            PARTITION BY sized_classes.class_number ORDER BY places.place
        ) AS BIGINT) * places.all_known - places.up_to * sized_classes.known_people AS class_difference
    FROM sized_classes
    CROSS JOIN places
    CROSS JOIN total
    LEFT JOIN placed ON sized_classes.class_number = placed.class_number AND places.place = placed.place
),
near AS (
    SELECT differences.class_number
    FROM differences
    GROUP BY
        differences.class_number,
        differences.class_people,
        differences.known_people,
        differences.all_known,
        differences.value_places,
        differences.everybody
    HAVING CASE
        WHEN differences.everybody = differences.all_known THEN {_MOVED}
        ELSE round(
            {_MOVED}
            + abs(
                (differences.class_people - differences.known_people) * differences.everybody
                - (differences.everybody - differences.all_known) * differences.class_people
            ) / (differences.class_people * differences.everybody),
            9
        )
    END <= n1
)
"""
_FOUND: Final = """
SELECT sized_classes.each
FROM sized_classes
SEMI JOIN near ON sized_classes.class_number = near.class_number
"""


@dataclass(frozen=True)
class Form:
    """A SELECT as it is written, and what it says of the classes that it finds."""

    name: str
    sql: str
    reading: str = ""

    def of(self, table: exp.Table, names: tuple[str, ...]) -> exp.Expr:
        """The SELECT that reads this table and makes classes by these columns."""
        return _written(self.sql, (folded(table.db), folded(table.name)), names)


CONDITIONS: Final = Form("conditions", _SHARES + _CONDITIONS + _FOUND)
ORDERED: Final = Form(
    "t_closeness_ordered",
    _SHARES + _ORDERED + _FOUND,
    "HAVING (sum of |people up to each value - those expected| as a share of the class) <= {:g}",
)
FORMS: Final = (CONDITIONS, ORDERED)


@cache
def _form(sql: str) -> exp.Expr:
    (tree,) = DuckDB().parse(sql)
    return of_kind(tree, exp.Select, "no form")


@lru_cache(maxsize=16)
def _written(sql: str, table: tuple[str, str], names: tuple[str, ...]) -> exp.Expr:
    tree = _form(sql).copy()
    for counted in tree.find_all(exp.Table):
        if counted.db:
            counted.set("db", exp.to_identifier(table[0]))
            counted.set("this", exp.to_identifier(table[1]))
    for node in list(tree.find_all(exp.Select, exp.Group)):
        node.set("expressions", [each for part in node.expressions for each in _named(part, names)])
    for join in tree.find_all(exp.Join):
        on = join.args.get("on")
        if on is not None:
            join.set("on", exp.and_(*_named(on, names), copy=False))
    return tree


def _named(part: exp.Expr, names: tuple[str, ...]) -> list[exp.Expr]:
    """The part, once for every column of a class where it speaks of each."""
    if not any(column.name == "each" for column in part.find_all(exp.Column)):
        return [part]
    found = []
    for name in names:
        copy = part.copy()
        for column in copy.find_all(exp.Column):
            if column.name == "each":
                column.set("this", exp.to_identifier(name))
        found.append(copy)
    return found
