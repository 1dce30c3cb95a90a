"""SmartNoise SQL over pandas. It charges each column for itself, so each gets its share of ε.

It has no public keys: where places are public, they are released as they are present, uncensored. Where they
are private, the count of people that chooses them is a third column, and δ is charged one and a half times.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import snsql
from peer import Asked, main

BUDGET = (1.0, 1e-6)


def release(asked: Asked) -> Iterable[tuple[int, float, float]]:
    visits = pd.read_parquet(asked.visits)
    columns = {
        "person_id": {"type": "int", "private_id": True},
        "place": {"type": "int"},
        "amount": {"type": "float", "lower": 0.0, "upper": 50.0},
    }
    table = {
        "max_ids": 10,
        "row_privacy": False,
        "sample_max_ids": True,
        "censor_dims": not asked.is_public,
        "clamp_counts": False,
        "rows": asked.rows,
        **columns,
    }
    epsilon, delta = (1 / 2, 1e-6) if asked.is_public else (1 / 3, 1e-6 * 2 / 3)
    privacy = snsql.Privacy(epsilon=epsilon, delta=delta)
    reader = snsql.from_df(visits, privacy=privacy, metadata={"": {"t": {"visits": table}}})
    query = "SELECT place, COUNT(*) AS visits, SUM(amount) AS amount FROM t.visits GROUP BY place"
    if any(
        charged > limit * 1.000001
        for charged, limit in zip(reader.get_privacy_cost(query), BUDGET, strict=True)
    ):
        raise ValueError("the query is charged more than asked for")
    _, *rows = reader.execute(query)
    return [(int(place), float(count), float(amount)) for place, count, amount in rows]


if __name__ == "__main__":
    main(release)
