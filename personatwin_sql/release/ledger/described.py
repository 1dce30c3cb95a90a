"""A ledger's entry in the words of a release: what was drawn, and what is spent of the budgets since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho
from personatwin_sql.privacy.accounting.events import (
    Gaussian,
    Laplace,
    PartitionSelection,
    Threshold,
    selection_delta,
)
from personatwin_sql.privacy.noise.partition_selection import people_shown_with
from personatwin_sql.privacy.noise.tails import DiscreteGaussian, DiscreteLaplace, Law, half_width, threshold
from personatwin_sql.release.ledger.budget import charges_of, spending
from personatwin_sql.release.ledger.displayed import displayed
from personatwin_sql.release.ledger.entry import Charge, Use
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.uses import event_of, joint_of
from personatwin_sql.release.private_release import (
    EpochLoss,
    KeyProtection,
    Needed,
    NoisyColumn,
    OtherUse,
    Proof,
    ReleasedBudget,
    ReleasedPrivacy,
    ValueBounds,
)
from personatwin_sql.spec.budget import Budget

CONFIDENCE = Fraction(95, 100)
_HALF = Fraction(1, 2)
_OF_BOUNDS = "bounds of "


@dataclass(frozen=True)
class Query:
    """What an entry does not say of the query that it paid for, and its replay key pins."""

    counts: Mapping[str, str]
    """Noisy column, or exact count that keys are chosen by → what it adds up."""
    units: Mapping[str, Fraction]
    """The same → what one unit of it is worth."""
    people: str | None
    """The column that private keys are chosen by."""
    sets: tuple[tuple[str, ...], ...]
    """The keys of each grouping set, all of them first."""
    cut_at_zero: tuple[str, ...] = ()
    """Released columns whose numbers below 0 became 0."""
    agreed: tuple[str, ...] = ()
    """Released columns whose totals are the sums of their parts."""


def paid(ledger: Ledger, digest: str, query: Query) -> ReleasedPrivacy:
    """What the charge of this digest was drawn with, as `described` says."""
    entry = ledger.entries[digest]
    if not isinstance(entry.content, Charge):
        raise ValueError("not a charge")
    return replace(
        described(entry.content, query),
        drawn_at=entry.at,
        entry=digest,
        number=entry.number,
        is_preview=False,
    )


def described(charge: Charge, query: Query) -> ReleasedPrivacy:
    """A charge in words, as a preview's, which nobody paid."""
    noise = tuple(_noise(charge.uses, query))
    others = tuple(use for use in charge.uses if not isinstance(event_of(use), Laplace | Gaussian))
    delta = selection_delta(joint_of(charge))
    keys: KeyProtection = "private" if delta else "public" if any(query.sets) else "none"
    passes = tuple(_passes(charge, noise, query))
    return ReleasedPrivacy(
        budget=charge.budget.name,
        epsilon=charge.epsilon,
        delta=charge.delta,
        proof=_proof(charge),
        mechanism=(noise[0].mechanism if noise else others[0].mechanism if others else ""),
        max_groups=int(charge.bounds.get("max_groups", "1")),
        max_rows_per_group=int(charge.bounds.get("max_rows_per_group", "1")),
        bounds=tuple(
            ValueBounds(name.removeprefix(_OF_BOUNDS), text)
            for name, text in charge.bounds.items()
            if name.startswith(_OF_BOUNDS)
        ),
        noise=noise,
        others=tuple(OtherUse(use.mechanism, use.column, tuple(use.numbers.items())) for use in others),
        sets=query.sets,
        keys=keys,
        keys_delta=delta,
        thresholds=tuple(least for least, _ in passes),
        needed=(*(needed for _, needed in passes), *_needed(others)),
        cut_at_zero=query.cut_at_zero,
        agreed=query.agreed,
        epoch=charge.epoch,
        is_preview=True,
    )


def standing(ledger: Ledger, budgets: Iterable[Budget]) -> tuple[ReleasedBudget, ...]:
    """Each budget of which something was ever spent."""
    return tuple(_standing(ledger, budget) for budget in budgets if charges_of(ledger, budget.name))


def _standing(ledger: Ledger, budget: Budget) -> ReleasedBudget:
    charges = charges_of(ledger, budget.name)
    found = spending(budget, charges)
    return ReleasedBudget(
        budget.name,
        budget.epsilon,
        budget.delta,
        budget.accountant,
        found.spent.epsilon,
        found.spent.delta,
        found.spent.charges,
        tuple(
            EpochLoss(epoch, part.epsilon, part.delta, part.charges) for epoch, part in found.epochs.items()
        ),
        displayed(budget, charges),
    )


def _noise(uses: Sequence[Use], query: Query) -> Iterator[NoisyColumn]:
    """Columns come in the order of their grouping sets, the finest first: a name again is the next set."""
    seen: Counter[str] = Counter()
    for use in uses:
        event = event_of(use)
        if not isinstance(event, Laplace | Gaussian):
            continue
        law = _law(event)
        yield NoisyColumn(
            name=use.column,
            grouping_set=seen[use.column],
            counts=query.counts.get(use.column, ""),
            per_group=event.per_group,
            groups=event.groups,
            mechanism=use.mechanism,
            parameter=event.scale if isinstance(event, Laplace) else event.variance,
            error=law.variance**0.5,
            half_width=half_width(law, CONFIDENCE),
            unit=query.units.get(use.column, Fraction(1)),
        )
        seen[use.column] += 1


def _law(event: Laplace | Gaussian) -> Law:
    return DiscreteLaplace(event.scale) if isinstance(event, Laplace) else DiscreteGaussian(event.variance)


def _proof(charge: Charge) -> Proof:
    """By which road the events come to (ε, δ): the plainest that does."""
    joint = joint_of(charge)
    if not any(isinstance(event, Gaussian) for event in joint.events):
        return "sum"
    left = charge.delta - selection_delta(joint)
    return "rho" if left > 0 and epsilon_of_rho(joint.rho, left) <= charge.epsilon else "losses"


def _passes(charge: Charge, noise: Sequence[NoisyColumn], query: Query) -> Iterator[tuple[int, Needed]]:
    """τ of each grouping set that has keys, and what passes it: a set without keys is one group always."""
    delta = sum(
        (event.delta for event in joint_of(charge).events if isinstance(event, Threshold)), Fraction()
    )
    chosen_by = [each for each in noise if each.name == query.people and query.sets[each.grouping_set]]
    for column in chosen_by if delta else ():
        law: Law = DiscreteGaussian(column.parameter)
        if column.mechanism == "discrete_laplace":
            law = DiscreteLaplace(column.parameter)
        least = threshold(law, column.per_group, delta / len(chosen_by) / column.groups)
        below = half_width(law, 2 * CONFIDENCE - 1)  # one side of it: noise is lower in 5 of 100 cases
        yield least, Needed(least, least + below, "rows" if column.counts == "rows" else "people")


def _needed(others: Iterable[Use]) -> Iterator[Needed]:
    """Of each grouping set whose keys the truncated geometric law chose."""
    for use in others:
        event = event_of(use)
        if isinstance(event, PartitionSelection):
            law = event.epsilon / event.groups, event.delta / event.groups
            yield Needed(people_shown_with(_HALF, *law), people_shown_with(CONFIDENCE, *law))
