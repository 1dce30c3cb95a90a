"""OpenDP with polars: it keeps at most two rows of a person in a place, and five places.

Noise is Laplace's where places are public and Gaussian where they are private, as each errs less there.
Three things of OpenDP 0.16 shape this:
- `truncate_num_groups(k)` keeps the places whose dense rank is below k; as ranks begin with 1 these are
  k - 1, but it is charged for k. So it is asked for six here: five are kept, with a fifth more noise than
  five need. Asked for five it drops a place of everybody, and nearly all of the error is bias.
- Its sampling of places (`keep="sample"`, the default) fails with the one version of polars that it allows
  ("multiple fields with name 'place'"), so the first in their order are kept; nobody has more than five.
- A sum of floats is charged for how much the order of summation may change it, which grows with the
  greatest number of rows; a sum of integers is not, so amounts are in cents.
"""

from __future__ import annotations

import opendp.prelude as dp
import polars as pl
from peer import Asked, main

dp.enable_features("contrib", "honest-but-curious")
CENTS = 100


def context(asked: Asked, unit: object) -> dp.Context:
    cents = (pl.col.amount * CENTS).round().cast(pl.Int64)
    return dp.Context.compositor(
        data=pl.scan_parquet(asked.visits).with_columns(cents).collect().lazy(),
        privacy_unit=unit,
        privacy_loss=dp.loss_of(epsilon=1.0) if asked.is_public else gaussian_loss(1.0, 1e-6),
        split_evenly_over=1,
        margins=[
            dp.polars.Margin(by=(), max_length=asked.rows),
            dp.polars.Margin(by=["place"], max_length=asked.rows, max_groups=asked.places),
        ],
    )


def gaussian_loss(epsilon: float, delta: float) -> object:
    """The ρ that half of δ turns into ε, by OpenDP's own conversion; the other half chooses places."""
    space = dp.atom_domain(T=float, nan=False), dp.absolute_distance(T=float)
    one = dp.c.make_zCDP_to_approxDP(dp.m.make_gaussian(*space, scale=1.0))
    rho = dp.binary_search(
        lambda rho: one.map((2 * rho) ** 0.5).epsilon(delta / 2) <= epsilon, bounds=(1e-6, 1.0)
    )
    return dp.loss_of(rho=rho, delta=delta / 2)


def counted(bounded: dp.polars.LazyFrameQuery, asked: Asked) -> list[tuple[int, float, float]]:
    """Count and sum by place."""
    query = bounded.group_by("place").agg(
        dp.len(signed=True).alias("visits"), pl.col.amount.fill_null(0).dp.sum((0, 50 * CENTS))
    )
    if asked.is_public:
        query = query.with_keys(pl.LazyFrame({"place": range(1, asked.places + 1)}, {"place": pl.Int64}))
    rows = query.release().collect().select("place", "visits", "amount").rows()
    return [(place, visits, cents / CENTS) for place, visits, cents in rows]


def release(asked: Asked) -> list[tuple[int, float, float]]:
    query = context(asked, dp.unit_of(contributions=1, identifier=pl.col("person_id"))).query()
    bounded = query.truncate_per_group(2, by=["place"]).truncate_num_groups(6, by=["place"], keep="first")
    return counted(bounded, asked)


if __name__ == "__main__":
    main(release)
