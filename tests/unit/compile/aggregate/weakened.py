"""Scripts of differentially private models with one thing weakened each, as a macro might write them."""

from __future__ import annotations

from typing import Final

from tests.unit.compile.aggregate.weakened_bounds import WEAKENED_BOUNDS
from tests.unit.compile.aggregate.weakening import Weakened

_CLAMPED = (
    "CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN"
    " CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), -10), 50) AS BIGINT) END"
)
_SUM = "CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount"
_PEOPLE = "CAST(count(bounded.people) AS HUGEINT) AS people"
_RELEASE = "FROM private.model__noisy AS noisy\n"
_DRAW = "FROM private.model__exact\n    WHERE pt_set = 0\n"
_TAU = "(pt_set = 0 AND people >= #)"
_N = "n + pt_discrete_laplace(#, #) AS n"
_LAW = "people >= pt_least_people(#, #, #, #) AS people"

WEAKENED: Final = (
    *WEAKENED_BOUNDS,
    Weakened("no clamp", "sums", _CLAMPED, "CAST(amount AS BIGINT)"),
    Weakened(
        "rounded, and not clamped", "sums",
        "least(greatest(round(CAST(amount AS DOUBLE) / 1), -10), 50)",
        "round(CAST(amount AS DOUBLE) / 1)",
    ),
    Weakened(
        "clamped from above only", "sums",
        "greatest(round(CAST(amount AS DOUBLE) / 1), -10)",
        "round(CAST(amount AS DOUBLE) / 1)",
    ),
    Weakened(
        "clamped from below only", "sums",
        "least(greatest(round(CAST(amount AS DOUBLE) / 1), -10), 50)",
        "greatest(round(CAST(amount AS DOUBLE) / 1), -10)",
    ),
    Weakened(
        "clamped after the sum", "sums",
        "sum(amount) AS amount",
        "least(greatest(sum(amount), -10), 50) AS amount",
        everywhere=True,
    ),
    Weakened("the least and the greatest changed places", "sums", "least(greatest(", "greatest(least("),
    Weakened("a wider bound", "sums", "-10), 50)", "-10), 51)"),
    Weakened("a lower bound", "sums", "-10), 50)", "-60), 50)"),
    Weakened("a bound that CAST does not keep", "sums", "-10), 50)", "-10), 9007199254740993)"),
    Weakened("NULL that counts as more than the bound", "nulls", "ELSE 50 END", "ELSE 51 END"),
    Weakened("NULL that counts as less than the bound", "nulls", "ELSE 50 END", "ELSE -11 END"),
    Weakened("NULL that counts as another value", "nulls", "ELSE 50 END", "ELSE visits END"),
    Weakened("rows that were not asked for", "nulls", "ELSE 5 END END", "ELSE 5 END ELSE 5 END"),
    Weakened("NULL that is another key", "nulls", "coalesce(county, 'none')", "coalesce(county, 'ash')"),
    Weakened("a bound that is a value of the row", "sums", "-10), 50)", "-10), visits)"),
    Weakened(
        "NaN let through", "sums",
        "CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN",
        "CASE WHEN NOT isnan(CAST(visits AS DOUBLE)) THEN",
    ),
    Weakened(
        "a value that was not asked for", "sums",
        "CAST(amount AS DOUBLE)",
        "CAST(visits AS DOUBLE)",
        everywhere=True,
    ),
    Weakened("rows that count double", "sums", "1 AS n,", "2 AS n,"),
    Weakened("rows that count as much as they hold", "sums", "1 AS n,", "visits AS n,"),
    Weakened(
        "people who count double", "sums",
        "max(people) AS people",
        "count(people) + max(people) AS people",
        everywhere=True,
    ),
    Weakened(
        "people counted by how many rows they have",
        "people",
        "CAST(count(bounded.people) AS HUGEINT)",
        "CAST(count(DISTINCT bounded.pt_rows) AS HUGEINT)",
    ),
    Weakened("people counted by count(*)", "sums", _PEOPLE, "CAST(count(*) AS HUGEINT) AS people"),
    Weakened("rows of nobody kept", "sums", "    WHERE contributions.pt_person IS NOT NULL\n", ""),
    Weakened(
        "rows of nobody kept, and others not", "sums",
        "contributions.pt_person IS NOT NULL",
        "contributions.pt_person IS NULL",
    ),
    Weakened("WHERE changed", "filters", "WHERE amount > 0 OR", "WHERE amount > 1 OR"),
    Weakened("WHERE dropped", "filters", "WHERE amount > 0 OR amount IS NULL", ""),
    Weakened(
        "WHERE added", "sums",
        "    FROM private.events\n",
        "    FROM private.events WHERE amount > (SELECT avg(amount) FROM private.events)\n",
    ),
    Weakened(
        "FROM changed", "sums",
        "FROM private.events\n",
        "FROM private.events CROSS JOIN private.people\n",
    ),
    Weakened("LIMIT of everybody's rows", "sums", "FROM private.events\n", "FROM private.events LIMIT 100\n"),
    Weakened(
        "a sample of everybody's rows", "sums",
        "FROM private.events\n",
        "FROM private.events TABLESAMPLE 10 ROWS\n",
    ),
    Weakened("WITH changed", "joins", "min(day)", "max(day)"),
    Weakened("another person", "sums", "events.person_id AS pt_person", "events.kind AS pt_person"),
    Weakened(
        "another key", "sums", "AS pt_person,\n        county,", "AS pt_person,\n        kind AS county,"
    ),
    Weakened(
        "a condition that was not asked for", "filters",
        "CASE WHEN visits > 2 THEN 1 END AS often",
        "CASE WHEN (SELECT max(visits) FROM private.events) > 2 THEN 1 END AS often",
    ),
    Weakened(
        "two columns of one name", "sums",
        "1 AS people,\n",
        "1 AS people,\n        visits AS PT_PERSON,\n",
    ),
    Weakened(
        "DISTINCT rows", "sums",
        "WITH contributions AS (  -- models/model.sql:1, its FROM and WHERE as written\n    SELECT",
        "WITH contributions AS (\n    SELECT DISTINCT",
    ),
    Weakened(
        "public keys joined, not looked up", "sums",
        "SEMI JOIN hierarchy.model__keys AS keys",
        "JOIN hierarchy.model__keys AS keys",
    ),
    Weakened("rows outside of public keys", "sums", "SEMI JOIN", "ANTI JOIN"),
    Weakened(
        "public keys from the data", "sums",
        "SELECT\n    key_1.county\nFROM (\n    VALUES\n    ('ash'),\n    ('oak'),\n    ('elm')\n)"
        " AS key_1 (county)",
        "SELECT DISTINCT county FROM private.events",
    ),
    Weakened("a public key that is counted", "sums", "('ash')", "((SELECT min(county) FROM private.events))"),
    Weakened(
        "keys of the data for public ones", "sums",
        "    SELECT DISTINCT\n        county\n    FROM hierarchy.model__keys\n",
        "    SELECT DISTINCT\n        county\n    FROM private.events\n",
    ),
    Weakened(
        "public keys that are there twice", "sums",
        "    SELECT DISTINCT\n        county\n    FROM",
        "    SELECT\n        county\n    FROM",
    ),
    Weakened("FULL JOIN", "sums", "LEFT JOIN bounded", "FULL JOIN bounded"),
    Weakened(
        "a join on less than the key", "sums",
        "ON keys.county IS NOT DISTINCT FROM bounded.county",
        "ON true",
    ),
    Weakened(
        "a join on either key", "counts",
        "AND keys.kind IS NOT DISTINCT FROM bounded.kind",
        "OR keys.kind IS NOT DISTINCT FROM bounded.kind",
    ),
    Weakened("an average", "sums", _SUM, "CAST(coalesce(avg(bounded.amount), 0) AS HUGEINT) AS amount"),
    Weakened("a greatest value", "sums", _SUM, "CAST(coalesce(max(bounded.amount), 0) AS HUGEINT) AS amount"),
    Weakened("a sum of doubles", "sums", _SUM, "CAST(coalesce(sum(bounded.amount), 0) AS DOUBLE) AS amount"),
    Weakened(
        "a sum times ten", "sums",
        _SUM,
        "CAST(coalesce(sum(bounded.amount * 10), 0) AS HUGEINT) AS amount",
    ),
    Weakened("a sum of all rows", "sums", "LEFT JOIN bounded\n", "LEFT JOIN gathered AS bounded\n"),
    Weakened("less noise", "sums", "pt_discrete_laplace(#, #) AS n", "pt_discrete_laplace(#, 2#) AS n"),
    Weakened(
        "less noise on a sum", "sums",
        "pt_discrete_laplace(#, #) AS amount",
        "pt_discrete_laplace(#, 2#) AS amount",
    ),
    Weakened(
        "less Gaussian noise", "gaussian",
        "pt_discrete_gaussian(#, #)",
        "pt_discrete_gaussian(#, 2#)",
    ),
    Weakened(
        "noise of another law", "gaussian",
        "pt_discrete_gaussian(#, #) AS n",
        "pt_discrete_laplace(#, #) AS n",
    ),
    Weakened(
        "less noise on a total", "sets",
        "amount + pt_discrete_gaussian(#, #)",
        "amount + pt_discrete_gaussian(#, 9#)",
    ),
    Weakened("no noise", "sums", _N, "n"),
    Weakened("no noise by name", "sums", _N, "n AS n"),
    Weakened("noise times nothing", "sums", _N, "n + 0 * pt_discrete_laplace(18, 1) AS n"),
    Weakened("noise of scale nothing", "sums", "pt_discrete_laplace(#, #)", "pt_discrete_laplace(0, 1)"),
    Weakened(
        "noise whose scale the data say", "sums",
        "pt_discrete_laplace(#, #)",
        "pt_discrete_laplace(people, 1)",
    ),
    Weakened("noise that is fixed", "sums", _N, "n + 7 AS n"),
    Weakened("noise that anybody can draw again", "sums", _N, "n + CAST(hash(n) % 18 AS BIGINT) AS n"),
    Weakened(
        "one noise for two columns", "sums",
        "people + pt_discrete_laplace(#, #) AS people",
        "n + people AS people",
    ),
    Weakened(
        "one column twice", "sums",
        "people + pt_discrete_laplace(#, #) AS people",
        "n + pt_discrete_laplace(#, #) AS people",
    ),
    Weakened("an exact column beside", "sums", _N, f"{_N},\n        people AS really"),
    Weakened("an exact column behind a function", "sums", _N, f"{_N},\n        people % 2 AS odd"),
    Weakened("the difference of columns", "sums", _N, "n - people + pt_discrete_laplace(18, 1) AS n"),
    Weakened(
        "noise drawn again at each read", "sums",
        "noisy AS MATERIALIZED (",
        "noisy AS NOT MATERIALIZED (",
    ),
    Weakened("noise not materialized", "sums", "noisy AS MATERIALIZED (", "noisy AS ("),
    Weakened(
        "a view of noise", "sums",
        "CREATE TABLE private.model__noisy AS",
        "CREATE VIEW private.model__noisy AS",
    ),
    Weakened(
        "a second draw of all", "sums",
        _DRAW,
        f"{_DRAW}    UNION ALL SELECT pt_set, county, n + pt_discrete_laplace(18, 1) AS n,"
        " people + pt_discrete_laplace(6, 1) AS people, amount + pt_discrete_laplace(900, 1) AS amount"
        f" {_DRAW}",
    ),
    Weakened("exact sums of all sets as one", "sums", _DRAW, "FROM private.model__exact\n"),
    Weakened("exact groups chosen", "sums", "WHERE pt_set = 0", "WHERE pt_set = 0 AND n > 10"),
    Weakened("exact groups in their order", "sums", _DRAW, f"{_DRAW}    ORDER BY n\n"),
    Weakened("exact groups limited", "sums", _DRAW, f"{_DRAW}    LIMIT 2\n"),
    Weakened("no threshold", "private keys", f"\nWHERE\n    {_TAU}", ""),
    Weakened("a low threshold", "private keys", "people >= #", "people >= 2"),
    Weakened("a threshold of rows", "private keys", "people >= #", "n >= #"),
    Weakened("a threshold or nothing", "private keys", _TAU, f"{_TAU} OR true"),
    Weakened("a threshold from above", "private keys", "people >= #", "people <= #"),
    Weakened(
        "a threshold of exact people", "private keys",
        _DRAW,
        "FROM private.model__exact\n    WHERE pt_set = 0 AND people >= 89\n",
    ),
    Weakened(
        "a threshold of some people", "private keys",
        "1 AS people\n",
        "CASE WHEN true THEN 1 END AS people\n",
    ),
    Weakened("a set without a threshold", "private sets", "(pt_set = 1 AND people >= #)", "(pt_set = 1)"),
    Weakened("two sets of one number", "private sets", "1 AS pt_set", "0 AS pt_set"),
    Weakened("UNION in place of UNION ALL", "private sets", "UNION ALL BY NAME", "UNION BY NAME"),
    Weakened(
        "a total of rows for people", "sets",
        "count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END)",
        "sum(bounded.n) + count(bounded.people)",
    ),
    Weakened("the exact table released", "sums", _RELEASE, "FROM private.model__exact AS noisy\n"),
    Weakened(
        "the exact table beside", "sums",
        _RELEASE,
        "FROM private.model__noisy AS noisy JOIN private.model__exact AS exact USING (county)\n",
    ),
    Weakened(
        "the exact table in a subquery", "sums",
        "    noisy.county,",
        "    noisy.county, (SELECT sum(n) FROM private.model__exact) AS all_of_them,",
    ),
    Weakened("the source beside", "sums", _RELEASE, "FROM private.model__noisy AS noisy, private.events\n"),
    Weakened(
        "the exact table under a WITH name", "sums",
        "CREATE TABLE release.model AS\nSELECT",
        "CREATE TABLE release.model AS\nWITH e AS (FROM private.model__exact)\nSELECT",
    ),
    Weakened("a file read", "sums", _RELEASE, "FROM private.model__noisy AS noisy, 'people.csv'\n"),
    Weakened(
        "a query as text", "sums",
        "    noisy.county,",
        "    noisy.county, (SELECT 1 FROM query('FROM private.model__exact')) AS q,",
    ),
    Weakened(
        "the secret released", "sums",
        "    noisy.county,",
        "    noisy.county, getvariable('release_secret') AS s,",
    ),
    Weakened("a release in the order of exact sums", "sums", "ORDER BY noisy.county", ""),
    Weakened(
        "a release without all keys in its order", "counts",
        "ORDER BY noisy.county, noisy.kind",
        "ORDER BY noisy.kind",
    ),
    Weakened(
        "a view of the release", "sums",
        "CREATE TABLE release.model AS",
        "CREATE VIEW release.model AS",
    ),
    Weakened(
        "quantiles at a greater rate", "quantiles",
        "pt_quantile(map_keys(middle), map_values(middle), 1, 2, #, #,",
        "pt_quantile(map_keys(middle), map_values(middle), 1, 2, 2#, #,",
    ),
    Weakened(
        "values of people released", "quantiles",
        "    * REPLACE (\n        pt_quantile(map_keys(middle), map_values(middle), 1, 2, "
        "#, #, -10, 50) AS middle,\n",
        "    * REPLACE (\n",
    ),
    Weakened(
        "a quantile beside its values", "quantiles",
        " AS middle,\n        pt_quantile",
        " AS n,\n        pt_quantile",
    ),
    Weakened(
        "a quantile drawn twice", "quantiles",
        "pt_quantile(map_keys(most), map_values(most)",
        "pt_quantile(map_keys(middle), map_values(middle)",
    ),
    Weakened(
        "a quantile of values outside its bounds", "quantiles",
        ", -10, 50) AS middle",
        ", 0, 50) AS middle",
    ),
    Weakened(
        "values listed without a limit", "quantiles",
        "list(middle) FILTER (WHERE middle IS NOT NULL)",
        "list(DISTINCT middle) FILTER (WHERE middle IS NOT NULL)",
    ),
    Weakened("values in place of how many they are", "quantiles", "'histogram'", "'list'"),
    Weakened(
        "noisy totals that agree with exact ones", "agreeing",
        "    FROM private.model__noisy\n",
        "    FROM private.model__exact\n",
    ),
    Weakened(
        "noisy numbers in the order of rows", "agreeing",
        "row_number() OVER (ORDER BY pt_set, county, kind)",
        "row_number() OVER ()",
    ),
    Weakened(
        "one more table", "sums",
        "CREATE TABLE release.model AS",
        "CREATE TABLE release.more AS SELECT * FROM private.events;\n\nCREATE TABLE release.model AS",
    ),
    Weakened(
        "one more table before", "sums",
        "CREATE TABLE private.model__exact AS",
        "CREATE TABLE private.model__all AS SELECT * FROM private.events;\n\nCREATE TABLE privat"
        "e.model__exact AS",
    ),
    Weakened(
        "exact sums changed afterwards", "sums",
        "\n-- the ledger entry",
        "\nUPDATE private.model__exact SET n = 10 * n;\n\n-- the ledger entry",
    ),
    Weakened(
        "the law that chooses keys with more ε", "chosen keys",
        "pt_least_people(#, #, #, #)",
        "pt_least_people(2#, #, #, #)",
    ),
    Weakened(
        "the law that chooses keys with more δ", "chosen keys",
        "pt_least_people(#, #, #, #)",
        "pt_least_people(#, #, 2#, #)",
    ),
    Weakened(
        "the law with parameters of the data", "chosen keys",
        "pt_least_people(#, #, #, #)",
        "pt_least_people(people, #, #, #)",
    ),
    Weakened(
        "the law with less ε than it can be drawn with", "chosen keys",
        "pt_least_people(#, #, #, #)",
        "pt_least_people(1, 1001, #, #)",
    ),
    Weakened("keys chosen by rows", "chosen keys", _LAW, _LAW.replace("people >=", "n >=")),
    Weakened("keys of one more person", "chosen keys", _LAW, _LAW.replace("people >=", "people + 1 >=")),
    Weakened("keys of few chosen", "chosen keys", _LAW, _LAW.replace("people >=", "people <=")),
    Weakened("keys chosen by no chance", "chosen keys", _LAW, "people >= 12 AS people"),
    Weakened("keys that are all chosen", "chosen keys", _LAW, "true AS people"),
    Weakened("the number of people that chooses keys", "chosen keys", _LAW, "people"),
    Weakened(
        "keys chosen twice", "chosen keys",
        _LAW,
        f"{_LAW},\n        people >= pt_least_people(1, 9, 1, 4000000) AS again",
    ),
    Weakened(
        "keys chosen by unbounded people", "chosen keys",
        "FROM bounded\nGROUP BY bounded.county, bounded.kind",
        "FROM per_person AS bounded\nGROUP BY bounded.county, bounded.kind",
    ),
    Weakened(
        "keys chosen by people of several groups", "chosen keys",
        "count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END)",
        "count(bounded.people)",
    ),
    Weakened("the choice of keys ignored", "chosen keys", "(pt_set = 0 AND people)", "(pt_set = 0)"),
    Weakened("the choice of keys or any", "chosen keys", "(pt_set = 0 AND people)", "(pt_set = 0 OR people)"),
    Weakened("keys not chosen", "chosen keys", "(pt_set = 0 AND people)", "(pt_set = 0 AND NOT people)"),
    Weakened("keys chosen by a noisy number", "chosen keys", "(pt_set = 1 AND people)", "(pt_set = 1 AND n)"),
    Weakened("the charge after the draw", "sums", "-- the ledger entry is on disk before this line\n", ""),
)  # fmt: skip
"""What a macro that is wrong might write."""
