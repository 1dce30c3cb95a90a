"""A differentially private model, read and calibrated; no data was touched."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.compile.aggregate.calibrate import Noise, noise_of
from personatwin_sql.compile.aggregate.components import Components, components_of
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.aggregate.shown import Shown, is_added_up, may_be_cut_at_zero, shown_of
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import InvalidBudget
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, PrivateKeys


@dataclass(frozen=True)
class Aggregation:
    """The aggregate, the columns that are added up for it, and the noise of each."""

    aggregate: Aggregate
    components: Components
    noise: Noise
    shown: tuple[Shown, ...]
    """The columns of the released table."""


def aggregation_of(
    aggregate: Aggregate, promise: DifferentialPrivacy
) -> tuple[Aggregation | None, list[Diagnostic]]:
    """With the least noise that keeps the promise; None, and PT616, where no noise does."""
    problems = list(_meaningless(aggregate, promise))
    if problems:
        return None, problems
    try:
        components, noise = noise_of(aggregate, components_of(aggregate, promise), promise)
        for scale in (scale for scales in noise.scales for scale in scales):
            noise.law(scale).check()  # else it would fail when it is drawn, and that is paid for already
    except (InvalidBudget, ValueError) as error:
        fix = "raise epsilon, lower the contributions that count, or widen the granularity"
        return None, [Diagnostic("PT616", str(error), promise.place, fixes=(fix,))]
    shown = shown_of(aggregate, components, noise, promise)
    return Aggregation(aggregate, components, noise, shown), []


def _meaningless(aggregate: Aggregate, promise: DifferentialPrivacy) -> Iterator[Diagnostic]:
    """Options that would change nothing here, or promise what cannot be had."""

    def refused(message: str, *fixes: str) -> Diagnostic:
        return Diagnostic("PT640", message, promise.place, fixes=fixes)

    measures = aggregate.measures
    if promise.intervals and any(measure.kind == "quantile" for measure in measures):
        message = (
            "`intervals`: how far a quantile may be off depends on the values around it, which are private"
        )
        yield refused(message, "release quantiles in a model of their own, without intervals")
    if promise.non_negative and not any(may_be_cut_at_zero(each, promise) for each in measures):
        message = "`non_negative`: no count, and no sum of values that are at least 0, is released here"
        yield refused(message, "leave it out, or give the sum a lower bound of 0")
    if promise.consistent:
        yield from (refused(*each) for each in _inconsistent(aggregate, promise))
    names = [name.lower() for name in aggregate.columns]
    added = (f"{each.name}_{part}" for each in measures for part in ("low", "high", "scale"))
    for name in added if promise.intervals else ():
        if name.lower() in names:
            yield refused(f"`intervals` adds a column `{name}`, which is there already", "rename it")


def _inconsistent(aggregate: Aggregate, promise: DifferentialPrivacy) -> Iterator[tuple[str, str]]:
    if len(aggregate.sets) < 2:
        yield "`consistent`: there is one grouping set, and nothing to agree with", "leave it out"
    elif isinstance(promise.keys, PrivateKeys):
        message = (
            "`consistent`: with private keys some groups are left out, so that totals are no sums of groups"
        )
        yield message, "list the keys, or leave it out"
    elif not any(len(keys) == len(aggregate.keys) for keys in aggregate.sets):
        message = "`consistent`: totals are sums of groups with all keys, and no grouping set has them all"
        yield message, "add that set to GROUPING SETS, or leave it out"
    if not any(is_added_up(measure) for measure in aggregate.measures):
        yield "`consistent`: only counts of rows and sums add up, and there is none of them", "leave it out"
