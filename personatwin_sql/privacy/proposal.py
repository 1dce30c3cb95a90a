"""Which columns may tell people apart, where nobody has said so: proposals with their reason, no guarantee.

What others can know of a person is a fact of the world; data only show what would tell people apart if it
were known (Motwani & Xu 2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.separation import SubsetRisk

Verdict = Literal["quasi_identifier", "weak", "identifier", "constant"]

IDENTIFIES = 0.9
"""A column by which so many people are alone names them by itself: it is taken out, not generalised."""
COUNTS = 0.001
"""A column is proposed when it makes so many more of the people unique than others do without it."""
SEPARATES = 0.5
"""Or when by itself it tells apart so many pairs of people: in a larger population others join it."""


@dataclass(frozen=True)
class Proposal:
    """A column with what it tells of people."""

    column: int
    verdict: Verdict
    alone: SubsetRisk
    """By itself."""
    gain: float
    """The most that it adds to the share of people who are the only one, over all subsets measured."""
    beside: tuple[int, ...]
    """The columns beside which it adds that much; identifiers are not among them."""
    with_it: float
    """The share of people who are the only one by those and this."""


def proposals(subsets: tuple[SubsetRisk, ...]) -> tuple[Proposal, ...]:
    """Every column, what is proposed first and the strongest of those first.

    subsets: all of 1 to some number of columns, as `separations` gives them.
    """
    singles = {subset.columns[0]: subset for subset in subsets if len(subset.columns) == 1}
    found = {subset.columns: subset for subset in subsets}
    names = frozenset(column for column, single in singles.items() if _names_people(single))
    made = [_proposal(single, found, names) for single in singles.values()]
    order = ("quasi_identifier", "weak", "identifier", "constant")
    return tuple(
        sorted(
            made,
            key=lambda each: (order.index(each.verdict), -each.gain, -each.alone.separation, each.column),
        )
    )


def _names_people(single: SubsetRisk) -> bool:
    return single.classes > 1 and single.alone >= IDENTIFIES


def _proposal(
    single: SubsetRisk, found: Mapping[tuple[int, ...], SubsetRisk], names: frozenset[int]
) -> Proposal:
    (column,) = single.columns
    gain, with_it = single.alone, single.alone
    beside: tuple[int, ...] = ()
    for columns, subset in found.items():
        others = tuple(each for each in columns if each != column)
        if not others or column not in columns or names.intersection(others):
            continue
        more = subset.alone - found[others].alone
        if more > gain:
            gain, beside, with_it = more, others, subset.alone
    return Proposal(column, _verdict(single, gain), single, gain, beside, with_it)


def _verdict(single: SubsetRisk, gain: float) -> Verdict:
    if single.classes <= 1:
        return "constant"
    if _names_people(single):
        return "identifier"
    return "quasi_identifier" if gain >= COUNTS or single.separation >= SEPARATES else "weak"
