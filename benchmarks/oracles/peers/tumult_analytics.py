"""Tumult Analytics on Spark. Where places are private it chooses them by a query of its own, a third of ε."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from peer import Asked, main
from pyspark.sql import SparkSession
from tmlt.analytics import (
    AddRowsWithID,
    ApproxDPBudget,
    KeySet,
    MaxGroupsPerID,
    MaxRowsPerGroupPerID,
    PrivacyBudget,
    PureDPBudget,
    QueryBuilder,
    Session,
)


def release(asked: Asked) -> Iterable[tuple[int, float, float]]:
    os.environ["PYSPARK_PYTHON"] = sys.executable  # of the workers, too
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    spark = SparkSession.builder.master("local[4]").config("spark.driver.memory", "3g").getOrCreate()
    whole: PrivacyBudget = PureDPBudget(1) if asked.is_public else ApproxDPBudget(1, 1e-6)
    share: PrivacyBudget = PureDPBudget(0.5) if asked.is_public else ApproxDPBudget(0.333, 0)
    session = Session.from_dataframe(
        privacy_budget=whole,
        source_id="visits",
        dataframe=spark.read.parquet(asked.visits),
        protected_change=AddRowsWithID("person_id"),
    )
    bounded = (
        QueryBuilder("visits").enforce(MaxGroupsPerID("place", 5)).enforce(MaxRowsPerGroupPerID("place", 2))
    )
    if asked.is_public:
        keys = KeySet.from_dict({"place": range(1, asked.places + 1)})
    else:
        chosen = session.evaluate(bounded.get_groups(["place"]), ApproxDPBudget(0.334, 1e-6))
        keys = KeySet.from_dataframe(chosen)
    counts = session.evaluate(bounded.groupby(keys).count(name="n"), share).collect()
    sums = session.evaluate(bounded.groupby(keys).sum("amount", 0, 50, name="total"), share).collect()
    totals = {row["place"]: row["total"] for row in sums}
    return [(row["place"], row["n"], totals[row["place"]]) for row in counts]


if __name__ == "__main__":
    main(release, works_here=False)
