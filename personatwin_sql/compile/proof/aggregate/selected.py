"""Private keys that chance chooses by exact counts of people, without a noisy count."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.totals import ExactSet, Moves
from personatwin_sql.compile.proof.aggregate.trees import integer_of, name_of
from personatwin_sql.compile.proof.proof import NotProvableError, given, need
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.partition_selection import LEAST_EPSILON

_MOST: Final = (1 << 63) - 1


@dataclass(frozen=True)
class Selected:
    """A column of one grouping set that says whether a group is shown."""

    name: str
    source: str
    """The exact count of people."""
    number: int
    moves: Moves
    epsilon: Fraction
    """In one group."""
    delta: Fraction


def read_selected(name: str, node: exp.Expr, alias: str, one: ExactSet) -> Selected | None:
    """`people >= pt_least_people(ε, δ) AS name`, each as numerator and denominator; None for anything else.

    The law is (ε, δ)-DP where somebody is in a group or not: a count of rows would move by more than 1.
    """
    if not isinstance(node, exp.GTE) or not isinstance(node.expression, exp.Anonymous):
        return None
    reason = "groups are chosen by something else than the truncated geometric law"
    call = node.expression
    need(folded(call.name) == "pt_least_people" and len(call.expressions) == 4, reason)
    source = name_of(node.this, (alias,))
    moves = given(one.columns.get(source), f"`{source}` is no exact column")
    if not moves.counts_people or moves.per_group != 1:
        raise NotProvableError(f"groups are chosen by `{source}`, which is no count of people")
    ahead, behind, above, below = (integer_of(part) for part in call.expressions)
    need(all(0 < each <= _MOST for each in (ahead, behind, above, below)), reason)
    epsilon, delta = Fraction(ahead, behind), Fraction(above, below)
    need(epsilon >= LEAST_EPSILON and delta < 1, "the law by which groups are chosen cannot be drawn")
    return Selected(name, source, one.number, moves, epsilon, delta)


def is_certain(node: exp.Expr) -> bool:
    """`true`: what says that a group is shown where there is one group, whatever the data."""
    return isinstance(node, exp.Boolean) and node.this is True


def chooses(node: exp.Expr, number: int, selected: Collection[Selected]) -> Selected | None:
    """What a bare column in the condition of a set stands for; None where it is no column."""
    if not isinstance(node, exp.Column):
        return None
    name = name_of(node, ())
    return given(
        next((each for each in selected if (each.number, each.name) == (number, name)), None),
        f"groups are chosen by `{name}`, which chance did not make",
    )
