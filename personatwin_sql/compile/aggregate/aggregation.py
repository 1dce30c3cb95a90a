"""A differentially private model, read and calibrated; no data was touched."""

from __future__ import annotations

from personatwin_sql.compile.aggregate.calibrate import Noise, noise_of
from personatwin_sql.compile.aggregate.components import Components, components_of
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import InvalidBudget
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy


@dataclass(frozen=True)
class Aggregation:
    """The aggregate, the columns that are added up for it, and the noise of each."""

    aggregate: Aggregate
    components: Components
    noise: Noise


def aggregation_of(
    aggregate: Aggregate, promise: DifferentialPrivacy
) -> tuple[Aggregation | None, list[Diagnostic]]:
    """With the least noise that keeps the promise; None, and PT616, where no noise does."""
    components = components_of(aggregate, promise)
    try:
        noise = noise_of(aggregate, components, promise)
    except (InvalidBudget, ValueError) as error:
        fix = "raise epsilon, lower the contributions that count, or widen the granularity"
        return None, [Diagnostic("PT616", str(error), promise.place, fixes=(fix,))]
    return Aggregation(aggregate, components, noise), []
