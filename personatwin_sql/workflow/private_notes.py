"""What an author should know of a differentially private model before it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from personatwin_sql.compile.aggregate.calibrate import groups_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.replay import unfinished
from personatwin_sql.release.ledger.shown import ceiling
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.result import Release
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.workflow.private_errors import group_errors, in_words

_NOTICED = 0.01
"""A total that bounds moved by less than that is not spoken of."""


def notes_of(
    model: CompiledModel, charge: Charge, entry: str, ledger: Ledger, owner: OwnerFigures
) -> Iterator[str]:
    """Of bounds, errors that depend on data, δ beside the people there are, and charges in vain."""
    promise, aggregation = model.protection, model.aggregation
    if not isinstance(promise, DifferentialPrivacy) or aggregation is None:
        return
    if not entry:
        yield _of_bounds(promise, groups_of(aggregation.aggregate, promise))
    yield from _bias(model.name, owner)
    has_sets = len(aggregation.aggregate.sets) > 1
    yield from (in_words(error, has_sets=has_sets) for error in group_errors(aggregation))
    yield from _of_delta(model.name, charge.delta, owner)
    in_vain = unfinished(ledger, charge.replay)
    if in_vain:
        times = "once" if len(in_vain) == 1 else f"{len(in_vain)} times"
        yield f"charged {times} by builds that did not come to their end: that stays spent"


def _of_bounds(promise: DifferentialPrivacy, groups: int) -> str:
    rows = promise.max_rows_per_group
    limits = [
        "1 group" if groups == 1 else f"{groups} groups",
        "1 row in each" if rows == 1 else f"{rows} rows in each",
    ]
    clamped = f", and values beyond the bounds of {', '.join(promise.bounds)} count as the bound"
    return (
        f"one person counts in at most {' and with at most '.join(limits)}: what is beyond is left out"
        f"{clamped if promise.bounds else ''}; how much that moves totals is not known without the data: "
        "the owner's report says so after the build"
    )


def _bias(model: str, owner: OwnerFigures) -> Iterator[str]:
    """What bounds took when it was last drawn here."""
    for drawn in owner.drawn:
        for total in drawn.totals if drawn.model == model else ():
            if total.bias is not None and abs(total.bias) >= _NOTICED:
                yield (
                    f"when it was last drawn, bounds moved the total of `{total.column.partition('__')[0]}` "
                    f"by {100 * total.bias:+.0f} % (for its owner)"
                )


def notes_of_drawn(release: Release, owner: OwnerFigures) -> Iterator[str]:
    """For the owner of a release: values beyond bounds, and δ too large for the people who were counted."""
    for drawn in owner.drawn:
        for measure, values in drawn.clamped:
            if values:
                yield (
                    f"{drawn.model}: {values:,} values of `{measure}` lie beyond its bounds, and counted as "
                    "the bound when it was drawn"
                )
    for model in release.models:
        if model.privacy is not None:
            told = _of_delta(model.name, model.privacy.delta, owner)
            yield from (f"{model.name}: {note}" for note in told)


def _of_delta(model: str, delta: Fraction, owner: OwnerFigures) -> Iterator[str]:
    """δ ≥ 1/n would allow to show somebody as they are."""
    people = max((each.people or 0 for each in owner.drawn if each.model == model), default=0)
    if people and delta * people >= 1:
        yield (
            f"delta {ceiling(delta)} is not below 1 ÷ {people:,}, the people whom its last draw counted (for "
            "its owner): a release that shows one of them as they are would keep such a promise"
        )
