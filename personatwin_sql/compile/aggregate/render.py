"""A differentially private model becomes SQL, by the macros: what runs before the charge, and after it."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.calibrate import groups_of
from personatwin_sql.compile.aggregate.form import CHARGE, Aggregate
from personatwin_sql.compile.jinja import call_macro
from personatwin_sql.compile.public_values import key_literal
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, WrittenKeys
from personatwin_sql.spec.loaded import Loaded


@dataclass(frozen=True)
class _Model:
    name: str
    path: str
    line: int


@dataclass(frozen=True)
class _Agreeing:
    """A column whose totals are to be the sums of their parts."""

    name: str
    weights: tuple[float, ...]
    """Of each grouping set: the less noise it has, the more it counts."""
    is_at_least_zero: bool


@dataclass(frozen=True)
class _KeyValues:
    name: str
    values: tuple[str, ...]


def render_aggregate(
    loaded: Loaded,
    name: str,
    path: str,
    promise: DifferentialPrivacy,
    aggregation: Aggregation,
    keys_of: str | None = None,
) -> str:
    """The SQL of `macros/protection/differential_privacy.sql`; `keys_of`: the relation of `ModelKeys`."""
    aggregate, components, noise = aggregation.aggregate, aggregation.components, aggregation.noise
    written = tuple(_written_keys(aggregate, promise))
    keys = keys_of
    if written:
        keys = f"hierarchy.{identifier(f'{name}__keys')}"
    names = [key.name for key in aggregate.keys]
    return call_macro(
        loaded,
        "differential_privacy",
        model=_Model(name, path, aggregate.line),
        aggregate=aggregate,
        columns=components.columns,
        released=aggregation.shown,
        sets=tuple(tuple(names[at] for at in keys_of_set) for keys_of_set in aggregate.sets),
        keys=keys,
        written_keys=written,
        max_groups=groups_of(aggregate, promise),
        max_rows_per_group=promise.max_rows_per_group,
        mechanism=noise.calibration.mechanism,
        scales=tuple(tuple(scale.scale for scale in scales) for scales in noise.scales),
        **({"thresholds": noise.thresholds, "people": components.people} if noise.thresholds else {}),
        **({"selections": noise.selections, "chooser": components.chooser} if noise.selections else {}),
        **({"spreads": components.spreads, "rates": noise.rates} if components.spreads else {}),
        **({"agreeing": tuple(_agreeing(aggregation))} if promise.consistent else {}),
    )


def parts_of(script: str) -> tuple[str, str]:
    """What runs before the charge, and what runs after it."""
    before, after = script.split(f"\n{CHARGE}\n")
    return before, after


def _agreeing(aggregation: Aggregation) -> Iterator[_Agreeing]:
    """Columns whose totals and parts are to agree, each once."""
    components, noise = aggregation.components, aggregation.noise
    wanted = {shown.of[0].name: shown for shown in aggregation.shown if shown.is_agreed}
    for name, shown in wanted.items():
        at = [component.name for component in components.columns].index(name)
        least = min(scales[at].error for scales in noise.scales)
        weights = tuple((least / scales[at].error) ** 2 for scales in noise.scales)
        yield _Agreeing(name, weights, is_at_least_zero=shown.is_at_least_zero)


def _written_keys(aggregate: Aggregate, promise: DifferentialPrivacy) -> Iterator[_KeyValues]:
    if isinstance(promise.keys, WrittenKeys):
        for key in aggregate.keys:
            yield _KeyValues(
                key.name, tuple(key_literal(key.kind, value) for value in promise.keys.values[key.name])
            )
