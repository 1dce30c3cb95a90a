"""Tumult Analytics on Spark, pure ε; of private keys it would need a query of its own, which is left out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from peer import Asked, main
from pyspark.sql import SparkSession
from tmlt.analytics import (
    AddRowsWithID,
    KeySet,
    MaxGroupsPerID,
    MaxRowsPerGroupPerID,
    PureDPBudget,
    QueryBuilder,
    Session,
)


def release(asked: Asked) -> Iterable[tuple[int, float, float]]:
    if not asked.is_public:
        sys.exit("private keys are not asked of it")
    os.environ["PYSPARK_PYTHON"] = sys.executable  # of the workers, too
    spark = SparkSession.builder.master("local[4]").config("spark.driver.memory", "3g").getOrCreate()
    session = Session.from_dataframe(
        privacy_budget=PureDPBudget(1),
        source_id="visits",
        dataframe=spark.read.parquet(asked.visits),
        protected_change=AddRowsWithID("person_id"),
    )
    bounded = (
        QueryBuilder("visits").enforce(MaxGroupsPerID("place", 5)).enforce(MaxRowsPerGroupPerID("place", 2))
    )
    keys = KeySet.from_dict({"place": range(1, asked.places + 1)})
    counts = session.evaluate(bounded.groupby(keys).count(name="n"), PureDPBudget(0.5)).collect()
    sums = session.evaluate(
        bounded.groupby(keys).sum("amount", 0, 50, name="total"), PureDPBudget(0.5)
    ).collect()
    totals = {row["place"]: row["total"] for row in sums}
    return [(row["place"], row["n"], totals[row["place"]]) for row in counts]


if __name__ == "__main__":
    main(release)
