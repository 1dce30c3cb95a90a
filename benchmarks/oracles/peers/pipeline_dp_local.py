"""PipelineDP in its local backend: Laplace noise, the best there is for five places a person."""

from __future__ import annotations

from collections.abc import Iterable

import pipeline_dp
import pyarrow.parquet
from peer import Asked, main


def release(asked: Asked) -> Iterable[tuple[int, float, float]]:
    table = pyarrow.parquet.read_table(asked.visits).to_pydict()
    rows = list(zip(table["person_id"], table["place"], table["amount"], strict=True))
    budget = pipeline_dp.NaiveBudgetAccountant(total_epsilon=1, total_delta=1e-6)
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.LocalBackend())
    parameters = pipeline_dp.AggregateParams(
        noise_kind=pipeline_dp.NoiseKind.LAPLACE,
        metrics=[pipeline_dp.Metrics.COUNT, pipeline_dp.Metrics.SUM],
        max_partitions_contributed=5,
        max_contributions_per_partition=2,
        min_value=0,
        max_value=50,
    )
    extractors = pipeline_dp.DataExtractors(
        privacy_id_extractor=lambda row: row[0],
        partition_extractor=lambda row: row[1],
        value_extractor=lambda row: row[2],
    )
    public = list(range(1, asked.places + 1)) if asked.is_public else None
    found = engine.aggregate(rows, parameters, extractors, public_partitions=public)
    budget.compute_budgets()
    return [(place, values.count, values.sum) for place, values in found]


if __name__ == "__main__":
    main(release)
