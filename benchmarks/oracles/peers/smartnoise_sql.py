"""SmartNoise SQL over pandas. It charges each column for itself, so each gets half of ε.

It has no public keys: where places are public, they are released as they are present, uncensored.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import snsql
from peer import Asked, main


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
    privacy = snsql.Privacy(epsilon=0.5, delta=1e-6)
    reader = snsql.from_df(visits, privacy=privacy, metadata={"": {"t": {"visits": table}}})
    query = "SELECT place, COUNT(*) AS visits, SUM(amount) AS amount FROM t.visits GROUP BY place"
    _, *rows = reader.execute(query)
    return [(int(place), float(count), float(amount)) for place, count, amount in rows]


if __name__ == "__main__":
    main(release)
