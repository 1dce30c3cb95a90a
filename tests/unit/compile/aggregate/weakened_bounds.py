"""Scripts in which the bounds of what each person adds are weakened, as a macro might write them."""

from __future__ import annotations

from typing import Final

from tests.unit.compile.aggregate.weakening import Weakened

_ROWS = "PARTITION BY contributions.pt_person, contributions.county\n"
_ROW = ",\n                coalesce(CAST(contributions.amount AS VARCHAR), '')"
_GROUPS = "PARTITION BY gathered.pt_person\n"
_GROUP = "hash(gathered.pt_person, gathered.county)"
_TIES = "                )),\n                gathered.county\n"
_OTHERS = "    ANTI JOIN crowded\n        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person\n"
_MANY = "\n        AND chosen.pt_rows > 3"
_FEW = "    FROM chosen\n    WHERE pt_rows <= 3\n"

WEAKENED_BOUNDS: Final = (
    Weakened("rows not limited", "sums", "    WHERE pt_nth_row <= 3\n", ""),
    Weakened("one row more", "sums", "pt_nth_row <= 3", "pt_nth_row <= 4"),
    Weakened("rows limited or not", "sums", "pt_nth_row <= 3", "pt_nth_row <= 3 OR true"),
    Weakened("rows limited by another number", "sums", "WHERE pt_nth_row <= 3", "WHERE n <= 3"),
    Weakened("groups not limited", "sums", " WHERE pt_nth_group <= 2", ""),
    Weakened("one group more", "sums", "pt_nth_group <= 2", "pt_nth_group <= 3"),
    Weakened(
        "rows numbered by person, key and value", "sums",
        _ROWS,
        "PARTITION BY contributions.pt_person, contributions.county, contributions.amount\n",
    ),
    Weakened("rows numbered by key", "sums", _ROWS, "PARTITION BY contributions.county\n"),
    Weakened(
        "rank in place of row_number", "sums",
        f"row_number() OVER (\n            {_ROWS}",
        f"rank() OVER (\n            {_ROWS}",
    ),
    Weakened(
        "dense rank of groups", "sums",
        f"row_number() OVER (\n            {_GROUPS}",
        f"dense_rank() OVER (\n            {_GROUPS}",
    ),
    Weakened(
        "groups numbered by person and key", "sums",
        _GROUPS,
        "PARTITION BY gathered.pt_person, gathered.county\n",
    ),
    Weakened(
        "groups numbered by how many rows they have", "sums",
        "md5_number(concat_ws(\n                    '|',\n                    "
        f"getvariable('release_secret'),\n                    {_GROUP}\n                ))",
        "gathered.n",
    ),
    Weakened("groups numbered with ties", "sums", _TIES, "                ))\n"),
    Weakened("groups in an order of how many rows they have", "sums", _GROUP, "hash(gathered.n)"),
    Weakened("groups in the order of their texts", "sums", _GROUP, "gathered.pt_person, gathered.county"),
    Weakened(
        "groups in an order of everybody", "sums",
        _GROUP,
        "hash(gathered.pt_person, gathered.county, (SELECT count(*) FROM gathered))",
    ),
    Weakened(
        "groups in an order that others can find", "sums",
        f"getvariable('release_secret'),\n                    {_GROUP}",
        _GROUP,
    ),
    Weakened("groups in an order by chance", "sums", _GROUP, "random()"),
    Weakened(
        "rows in no order", "sums",
        f"{_ROWS}            ORDER BY md5_number(concat_ws(\n                '|',\n                "
        "getvariable('release_secret'),\n                contributions.pt_person,\n                "
        f"contributions.county{_ROW}\n            ))\n",
        _ROWS,
    ),
    Weakened(
        "an order of all people's rows", "sums",
        "            ))\n        ) AS pt_nth_row\n",
        "            )) || row_number() OVER ()\n        ) AS pt_nth_row\n",
    ),
    Weakened(
        "an order by chance", "sums",
        "getvariable('release_secret'),\n                contributions.pt_person",
        "random(),\n                contributions.pt_person",
    ),
    Weakened(
        "an order that others can find", "sums",
        "getvariable('release_secret'),\n                contributions.pt_person",
        "contributions.pt_person",
    ),
    Weakened("an order in which values tie", "sums", _ROW, ""),
    Weakened(
        "an order in which NULLs tie", "filters",
        "coalesce(CAST(contributions.often AS VARCHAR), ''),\n                "
        "coalesce(CAST(contributions.kinds AS VARCHAR), '')",
        "contributions.often, contributions.kinds",
    ),
    Weakened(
        "rows gathered anew by each that reads them", "sums",
        "gathered AS MATERIALIZED (",
        "gathered AS (",
    ),
    Weakened(
        "groups chosen anew by each that reads them", "sums",
        "chosen AS MATERIALIZED (",
        "chosen AS NOT MATERIALIZED (",
    ),
    Weakened("people in many groups in both branches", "sums", _OTHERS, ""),
    Weakened("all groups of people in many", "sums", "ANTI JOIN crowded", "SEMI JOIN crowded"),
    Weakened("people in few groups told by key", "sums", _OTHERS, _OTHERS.replace("pt_person", "county")),
    Weakened("people in one group more taken whole", "sums", "HAVING count(*) > 2", "HAVING count(*) > 3"),
    Weakened("people in one group less in both", "sums", "pt_nth_group <= 2", "pt_nth_group <= 1"),
    Weakened(
        "groups without a key not counted", "sums", "HAVING count(*) > 2", "HAVING count(county) > 2"
    ),
    Weakened(
        "groups counted by key", "sums",
        "    GROUP BY pt_person\n    HAVING",
        "    GROUP BY pt_person, county\n    HAVING",
    ),
    Weakened("people in many groups only sometimes", "sums", "HAVING count(*) > 2", "HAVING max(n) > 2"),
    Weakened(
        "groups of people in many once more", "sums",
        "    SELECT * EXCLUDE (pt_nth_group)\n",
        "    SELECT * FROM gathered\n    UNION ALL\n    SELECT * EXCLUDE (pt_nth_group)\n",
    ),
    Weakened("groups that were not numbered", "sums", "FROM ranked\n", "FROM gathered\n"),
    Weakened(
        "the number of a group in place of its rows", "sums", "EXCLUDE (pt_nth_group)", "EXCLUDE (pt_rows)"
    ),
    Weakened(
        "a WITH query within a step", "sums",
        "    SELECT gathered.*\n    FROM gathered\n    ANTI",
        "    WITH crowded AS (SELECT NULL AS pt_person) SELECT gathered.*\n    FROM gathered\n    ANTI",
    ),
    Weakened("rows of a group in both branches", "sums", _MANY, ""),
    Weakened("groups of as many rows in both branches", "sums", "chosen.pt_rows > 3", "chosen.pt_rows >= 3"),
    Weakened("groups of one row less in both branches", "sums", "chosen.pt_rows > 3", "chosen.pt_rows > 2"),
    Weakened("groups of one row more in neither branch", "sums", "chosen.pt_rows > 3", "chosen.pt_rows > 4"),
    Weakened("groups of one row more as gathered", "sums", "WHERE pt_rows <= 3", "WHERE pt_rows <= 4"),
    Weakened("all groups as gathered", "sums", _FEW, "    FROM chosen\n"),
    Weakened("groups of few rows that were not chosen", "sums", _FEW, _FEW.replace("chosen", "gathered")),
    Weakened(
        "groups of many rows that were not chosen", "sums",
        "SEMI JOIN chosen\n",
        "SEMI JOIN gathered AS chosen\n",
    ),
    Weakened("rows as often as groups are found", "sums", "SEMI JOIN chosen\n", "JOIN chosen\n"),
    Weakened(
        "rows found by their person alone", "sums",
        "        AND contributions.county IS NOT DISTINCT FROM chosen.county\n",
        "",
    ),
    Weakened(
        "rows of many told by what they are", "sums", "AND chosen.pt_rows > 3", "AND contributions.amount > 3"
    ),
    Weakened("rows of a group not counted", "sums", "count(*) AS pt_rows", "0 AS pt_rows"),
    Weakened("rows without a value not counted", "sums", "count(*) AS pt_rows", "count(amount) AS pt_rows"),
    Weakened("rows that differ counted", "sums", "count(*) AS pt_rows", "count(DISTINCT amount) AS pt_rows"),
    Weakened(
        "rows counted where they matter", "sums",
        "count(*) AS pt_rows",
        "count(*) FILTER (amount > 3) AS pt_rows",
    ),
    Weakened(
        "sums that change places", "sums",
        "        n,\n        people,\n        amount\n    FROM chosen",
        "        amount,\n        people,\n        n\n    FROM chosen",
    ),
    Weakened(
        "a sum under the name of a count", "sums",
        "        n,\n        people,\n        amount\n    FROM chosen",
        "        amount AS n,\n        people,\n        amount\n    FROM chosen",
    ),
    Weakened(
        "sums within bounds in one branch only", "sums",
        "sum(amount) AS amount\n    FROM numbered",
        "sum(10 * amount) AS amount\n    FROM numbered",
    ),
    Weakened(
        "a group of many rows for each value", "sums",
        "    WHERE pt_nth_row <= 3\n    GROUP BY pt_person, county",
        "    WHERE pt_nth_row <= 3\n    GROUP BY pt_person, county, amount",
    ),
    Weakened("groups that are the same", "sums", "UNION ALL\n    SELECT\n", "UNION\n    SELECT\n"),
)  # fmt: skip
"""What lets a person into more groups, or with more rows, or by another order than her own."""
