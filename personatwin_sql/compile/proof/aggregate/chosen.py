"""Quantiles: drawn once for each group by the exponential mechanism, from counts of bounded values."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Value
from personatwin_sql.compile.proof.aggregate.totals import ExactSet, Moves
from personatwin_sql.compile.proof.aggregate.trees import integer_of, is_star, item_of, name_of
from personatwin_sql.compile.proof.proof import NotProvableError, given, need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.quantile import sensitivity


@dataclass(frozen=True)
class Choice:
    """A quantile of one grouping set."""

    name: str
    number: int
    moves: Moves
    share: Fraction
    rate: Fraction

    @property
    def epsilon(self) -> Fraction:
        """Of the choice in one group: 2 · rate · sensitivity (McSherry & Talwar 2007)."""
        return 2 * self.rate * sensitivity(self.share, self.moves.per_group)


def read_choices(
    items: list[exp.Expr], relation: str, waiting: Collection[str], sets: list[ExactSet]
) -> list[Choice]:
    """`*`, or `* REPLACE (pt_quantile(…) AS name, …)` of all that waits for it, each once."""
    need(len(items) == 1, "noisy columns are recomputed")
    if not waiting:
        need(is_star(items[0], relation), "noisy columns are recomputed")
        return []
    star = of_kind(items[0], exp.Star, "values of people leave as they are")
    need(parts_of(star).keys() == {"replace"}, "noisy columns are recomputed")
    drawn = dict(item_of(part) for part in star.args["replace"])
    is_each = len(drawn) == len(star.args["replace"]) and drawn.keys() == set(waiting)
    need(is_each, "values of people leave as they are, or a noisy column is recomputed")
    return [_choice(name, call, relation, one) for name, call in drawn.items() for one in sets]


def _choice(name: str, node: exp.Expr, relation: str, one: ExactSet) -> Choice:
    reason = f"`{name}` is no quantile that is drawn of its own values"
    call = of_kind(node, exp.Anonymous, reason)
    need(folded(call.name) == "pt_quantile" and len(call.expressions) == 8, reason)
    values, rows, *numbers = call.expressions
    need(isinstance(values, exp.MapKeys) and name_of(values.this, (relation,)) == name, reason)
    counts = of_kind(rows, exp.Anonymous, reason)
    need(folded(counts.name) == "map_values" and len(counts.expressions) == 1, reason)
    need(name_of(counts.expressions[0], (relation,)) == name, reason)
    above, below, fast, slow, low, high = (integer_of(number) for number in numbers)
    need(0 <= above <= below and below > 0, "a quantile that is not between 0 and 1")
    need(fast >= 0 and slow > 0, "a rate below 0")
    moves = given(one.columns.get(name), reason)
    spread: Value | None = moves.spread
    if spread is None or not low <= spread.low <= spread.high <= high:
        raise NotProvableError(f"values of `{name}` can lie outside of what its quantile is drawn from")
    return Choice(name, one.number, moves, Fraction(above, below), Fraction(fast, slow))
