"""What a differentially private model declares, as its replay key and the ledger have it."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.spec.differential_privacy import DifferentialPrivacy


def rules_of(promise: DifferentialPrivacy) -> Mapping[str, str]:
    """What a model declares, but for where it stands."""
    return {
        "budget": promise.budget,
        "epsilon": str(promise.epsilon),
        "delta": str(promise.delta),
        "keys": "" if promise.keys is None else repr(_without_place(promise.keys)),
        "mechanism": promise.mechanism,
        "quantile_share": str(promise.quantile_share),
        "intervals": str(promise.intervals),
        "non_negative": str(promise.non_negative),
        "consistent": str(promise.consistent),
        **{f"null of {name}": repr(value) for name, value in promise.null_keys.items()},
        **contributions_of(promise),
    }


def contributions_of(promise: DifferentialPrivacy) -> dict[str, str]:
    """By what the contributions of one person are bounded."""
    bounds = {f"bounds of {name}": bound.text for name, bound in promise.bounds.items()}
    return {
        "max_groups": str(promise.max_groups),
        "max_rows_per_group": str(promise.max_rows_per_group),
        **bounds,
    }


def _without_place(keys: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, repr(value)) for name, value in vars(keys).items() if name != "place")
