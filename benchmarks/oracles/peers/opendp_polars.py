"""OpenDP with polars: count and sum by place, truncated per place and in places."""

from __future__ import annotations

import opendp.prelude as dp
import polars as pl
from peer import Asked, main

dp.enable_features("contrib", "honest-but-curious")


def release(asked: Asked) -> pl.DataFrame:
    visits = pl.scan_parquet(asked.visits)
    context = dp.Context.compositor(
        data=visits,
        privacy_unit=dp.unit_of(contributions=1, identifier=pl.col("person_id")),
        privacy_loss=dp.loss_of(epsilon=1.0, delta=1e-6),
        split_evenly_over=1,
        margins=[
            dp.polars.Margin(by=(), max_length=asked.rows),
            dp.polars.Margin(by=["place"], max_length=asked.rows, max_groups=asked.places),
        ],
    )
    query = (
        context.query()
        .truncate_per_group(2, by=["place"], keep="first")
        .truncate_num_groups(5, by=["place"], keep="first")
        .group_by("place")
        .agg(dp.len().alias("visits"), pl.col.amount.fill_null(0.0).fill_nan(0.0).dp.sum((0.0, 50.0)))
    )
    if asked.is_public:
        query = query.with_keys(pl.LazyFrame({"place": range(1, asked.places + 1)}, {"place": pl.Int64}))
    return query.release().collect()


if __name__ == "__main__":
    main(lambda asked: release(asked).select("place", "visits", "amount").rows())
