"""The noisy table: one draw for each exact column of each cell, and keys that a noisy count chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Final, Literal

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.chosen import Choice, read_choices
from personatwin_sql.compile.proof.aggregate.selected import Selected, chooses, is_certain, read_selected
from personatwin_sql.compile.proof.aggregate.totals import SET, Exact, ExactSet, Moves
from personatwin_sql.compile.proof.aggregate.trees import (
    branches,
    conjuncts,
    disjuncts,
    distinct_names,
    integer_of,
    item_of,
    name_of,
    select_of,
    source_of,
)
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, given, need, of_kind
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

Mechanism = Literal["laplace", "gaussian"]
_MECHANISMS: Final[Mapping[str, Mechanism]] = {
    "pt_discrete_laplace": "laplace",
    "pt_discrete_gaussian": "gaussian",
}
_MOST: Final = (1 << 63) - 1


@dataclass(frozen=True)
class Noise:
    """What a column of a set gets: b of Laplace, σ of Gaussian noise."""

    mechanism: Mechanism
    scale: Fraction


@dataclass(frozen=True)
class NoisyColumn:
    """A column of one grouping set: how one person moves it, and the noise that it gets."""

    name: str
    number: int
    moves: Moves
    noise: Noise


@dataclass(frozen=True)
class Threshold:
    """Groups of a set are there only where this noisy count of people is at least `least`."""

    column: NoisyColumn
    least: int


@dataclass(frozen=True)
class Noisy:
    """All that is drawn."""

    columns: tuple[NoisyColumn, ...]
    thresholds: tuple[Threshold, ...]
    keys: tuple[str, ...]
    has_sets: bool
    choices: tuple[Choice, ...] = ()
    """Quantiles, by grouping set."""
    selected: tuple[Selected, ...] = ()
    """By which chance chooses groups."""


def read_noisy(query: exp.Expr, exact: Exact, table: str) -> Noisy:
    """`WITH noisy AS MATERIALIZED (…) SELECT * FROM noisy WHERE …`; `table` is the exact one.

    Values of which quantiles are drawn pass through the first query, and are replaced in the second.
    """
    select = select_of(query, "the noisy table", "where", "with_")
    drawn, name = _drawn_once(select)
    need(source_of(select) == (name, name), "the noisy table reads more than what was drawn")
    sets = {each.number: each for each in exact.sets}
    found = [
        _of_set(branch, exact, sets, table) for branch in branches(drawn, "grouping sets", by_name=False)
    ]
    read = [each.of for each in found]
    columns = [column for each in found for column in each.columns]
    selected = [column for each in found for column in each.selected]
    names = found[0].names
    need(len({one.number for one in read}) == len(read), "the exact sums of a set are read twice")
    in_order = all(each.names == names for each in found)
    need(in_order, "the columns of two sets stand in different orders")
    waiting = {each for one in read for each, moves in one.columns.items() if moves.spread is not None}
    choices = read_choices(select.expressions, name, waiting & set(names), read)
    where = select.args.get("where")
    open_sets = {one.number for one in read if one.is_public}
    passing = _passing(where.this, columns, selected, open_sets) if where is not None else []
    thresholds = tuple(each for each in passing if isinstance(each, Threshold))
    for one in read:
        passes = any(_number_of(each) == one.number for each in passing)
        need(one.is_public or where is not None, "groups that the data have are there without a threshold")
        need(one.is_public or passes, "groups that the data have are there without a threshold")
    has_sets = len(exact.sets) > 1
    return Noisy(tuple(columns), thresholds, exact.keys, has_sets, tuple(choices), tuple(selected))


def _drawn_once(select: exp.Select) -> tuple[exp.Expr, str]:
    clause = of_kind(select.args.get("with_"), exp.With, "noise is not drawn in a WITH query of its own")
    need(
        len(clause.expressions) == 1 and not clause.args.get("recursive"), "noise is drawn in several queries"
    )
    cte = of_kind(clause.expressions[0], exp.CTE, "noise is not drawn in a WITH query")
    only(cte, "this", "alias", "materialized")
    only(cte.args["alias"], "this")
    need(cte.args.get("materialized") is True, "noise is not MATERIALIZED: it could be drawn again when read")
    return cte.this, folded(cte.alias)


@dataclass(frozen=True)
class _Drawn:
    """What is drawn of one grouping set."""

    of: ExactSet
    columns: tuple[NoisyColumn, ...]
    selected: tuple[Selected, ...]
    names: tuple[str, ...]


def _of_set(node: exp.Expr, exact: Exact, sets: Mapping[int, ExactSet], table: str) -> _Drawn:
    select = select_of(node, "what is drawn", "where")
    need(source_of(select)[0] == table, f"noise is drawn for something else than `{table}`")
    alias = source_of(select)[1]
    where = of_kind(select.args.get("where"), exp.Where, "exact sums are read of all sets at once")
    chosen = of_kind(where.this, exp.EQ, "exact sums are chosen by more than their set")
    need(name_of(chosen.this, (alias,)) == SET, "exact sums are chosen by more than their set")
    one = given(sets.get(integer_of(chosen.expression)), "a grouping set that is not there")
    items = [item_of(item) for item in select.expressions]
    names = tuple(name for name, _ in items)
    distinct_names(names, "what is drawn")
    need(SET in names, "what is drawn has lost the number of its set")
    found = [_column(name, value, alias, one, exact.keys) for name, value in items]
    drawn = [each for each in found if each is not None]
    sources = [source for source, _ in drawn]
    for source in sources:
        is_once = sources.count(source) == 1
        need(is_once, f"`{source}` is drawn twice: two draws of one number tell more than one")
    return _Drawn(
        one,
        tuple(each for _, each in drawn if isinstance(each, NoisyColumn)),
        tuple(each for _, each in drawn if isinstance(each, Selected)),
        names,
    )


def _column(
    name: str, value: exp.Expr, alias: str, one: ExactSet, keys: Collection[str]
) -> tuple[str, NoisyColumn | Selected] | None:
    """What a column is drawn of, and how; None for keys, and for what waits for a draw of its own."""
    if isinstance(value, exp.Column):
        is_key = name_of(value, (alias,)) == name and name in (SET, *keys)
        moves = one.columns.get(name)
        waits = moves is not None and moves.spread is not None and name_of(value, (alias,)) == name
        need(is_key or waits, f"`{name}` leaves without noise")
        return None
    if one.is_public and is_certain(value):
        return None
    selected = read_selected(name, value, alias, one)
    if selected is not None:
        return selected.source, selected
    source, noise = _with_noise(value, alias)
    moves = given(one.columns.get(source), f"`{source}` is no exact column")
    need(moves.spread is None, f"`{source}` is no number that noise is added to")
    return source, NoisyColumn(name, one.number, moves, noise)


def _with_noise(node: exp.Expr, alias: str) -> tuple[str, Noise]:
    """`column + pt_discrete_…(numerator, denominator)`."""
    reason = "an exact column leaves without noise of its own"
    added = of_kind(node, exp.Add, reason)
    column, call = added.this, of_kind(added.expression, exp.Anonymous, reason)
    mechanism: Mechanism = given(_MECHANISMS.get(folded(call.name)), reason)
    need(len(call.expressions) == 2, reason)
    numerator, denominator = (integer_of(part) for part in call.expressions)
    need(0 < numerator <= _MOST and 0 < denominator <= _MOST, "noise whose scale is not above 0")
    return name_of(column, (alias,)), Noise(mechanism, Fraction(numerator, denominator))


def _passing(
    condition: exp.Expr,
    columns: list[NoisyColumn],
    selected: list[Selected],
    open_sets: Collection[int],
) -> list[Threshold | Selected]:
    """`(pt_set = 0 AND people >= 24) OR (pt_set = 1 AND is_shown) OR …`; sets whose groups depend on nobody
    need neither.
    """
    reason = "noisy groups are chosen by something else than their noisy people"
    found: list[Threshold | Selected] = []
    for part in disjuncts(condition):
        conditions = list(conjuncts(part))
        of_set = of_kind(conditions[0], exp.EQ, reason)
        need(name_of(of_set.this, ()) == SET, reason)
        number = integer_of(of_set.expression)
        if len(conditions) == 1 and number in open_sets:
            continue
        need(len(conditions) == 2, reason)
        chosen = chooses(conditions[1], number, selected)
        if chosen is not None:
            found.append(chosen)
            continue
        least = of_kind(conditions[1], exp.GTE, reason)
        name = name_of(least.this, ())
        column = next((each for each in columns if (each.number, each.name) == (number, name)), None)
        if column is None or not column.moves.counts_people:
            raise NotProvableError(f"groups are chosen by `{name}`, which is no noisy count of people")
        found.append(Threshold(column, integer_of(least.expression)))
    numbers = [_number_of(each) for each in found]
    need(len(set(numbers)) == len(numbers), "a set has two thresholds")
    return found


def _number_of(passing: Threshold | Selected) -> int:
    return passing.column.number if isinstance(passing, Threshold) else passing.number
