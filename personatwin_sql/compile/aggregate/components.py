"""What is counted and added up for the measures of an aggregate, and by how much one person moves each.

One person has at most `max_rows_per_group` rows in a group (R), and is in at most `max_groups` of them (G).
In the grouping set with all keys, one group's count of rows moves by R at most, its count of people by 1,
its sum of values in [lowest, highest] units by R · max(|lowest|, |highest|). In a set with fewer keys all G
groups may fall into one. There a group moves by G times as much, and if it does, no other one moves at all;
so such a set is one group with G · Δ, in L1 and in L2 (Σ nᵢ² ≤ (Σ nᵢ)²). People of such a set are counted
anew: a group moves by 1, in up to G groups. Of a quantile R rows come or go, G · R in sets with fewer keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, Literal

from personatwin_sql.compile.aggregate.form import Aggregate, Measure
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass, replace
from personatwin_sql.spec.differential_privacy import Bounds, DifferentialPrivacy, PrivateKeys

ComponentKind = Literal["rows", "people", "values", "sum", "centred", "squares", "spread"]
"""Rows; people; rows with a value; sums of values, of values less the middle of their bounds, of squares of
these; how many rows have each value, of which a quantile is drawn."""
_ROWS_TO_CHOOSE_BY: Final = 2


@dataclass(frozen=True)
class Component:
    """A column of exact whole numbers, which gets noise."""

    name: str
    kind: ComponentKind
    moves: int
    """By how many units one person moves it in one group of the finest set (Δ)."""
    value: str = ""
    only: str = ""
    bounds: Bounds | None = None
    share: Fraction | None = None
    """Of spreads: the quantile that is drawn, 1/2 for the median."""

    @property
    def middle(self) -> int:
        """What is taken off each value, in units."""
        return (
            0
            if self.bounds is None or self.kind in ("sum", "spread")
            else (self.bounds.lowest + self.bounds.highest) // 2
        )


@dataclass(frozen=True)
class Released:
    """A measure, and the components that it is computed from."""

    measure: Measure
    components: tuple[str, ...]


@dataclass(frozen=True)
class Components:
    """All that one aggregate adds up."""

    columns: tuple[Component, ...]
    """What gets noise added."""
    measures: tuple[Released, ...]
    people: str | None
    """The component that private keys are chosen by."""
    spreads: tuple[Component, ...] = ()
    """What quantiles are drawn of."""
    chooser: Component | None = None
    """That count of people where it gets no noise, as it is released nowhere: the law of `least_people`
    chooses by it."""

    @property
    def counted(self) -> tuple[Component, ...]:
        """All columns of exact whole numbers."""
        return self.columns if self.chooser is None else (*self.columns, self.chooser)

    def named(self, name: str) -> Component:
        return next(component for component in (*self.counted, *self.spreads) if component.name == name)

    def with_noisy_chooser(self) -> Components:
        """The same where the chooser gets noise, as every column does."""
        return replace(self, columns=self.counted, chooser=None)


def components_of(aggregate: Aggregate, promise: DifferentialPrivacy) -> Components:
    """The components, each once however many measures need it."""
    found: dict[tuple[object, ...], Component] = {}
    measures = []
    for measure in aggregate.measures:
        names = []
        for wanted in _of_measure(measure, promise):
            key = (wanted.kind, wanted.value, wanted.only, wanted.bounds, wanted.share)
            names.append(found.setdefault(key, wanted).name)
        measures.append(Released(measure, tuple(names)))
    people, chooser = _released_chooser(tuple(found.values()), promise, len(aggregate.sets)), None
    if people is None and isinstance(promise.keys, PrivateKeys):
        people = _free("people", aggregate.columns)
        chooser = Component(people, "people", 1)
    columns = tuple(each for each in found.values() if each.kind != "spread")
    spreads = tuple(each for each in found.values() if each.kind == "spread")
    return Components(columns, tuple(measures), people, spreads, chooser)


def _released_chooser(columns: tuple[Component, ...], promise: DifferentialPrivacy, sets: int) -> str | None:
    """The count that private keys are chosen by: of people, or of all rows where that costs less noise.

    One more count of people makes all noise √((m + 1) / m) times as large, with m columns; rows do without,
    but the threshold lies as many times higher as one person may have rows. In sets with fewer keys these are
    the rows of all groups of a person, and that is too many.
    """
    people = next((each.name for each in columns if each.kind == "people" and not each.only), None)
    rows = next((each.name for each in columns if each.kind == "rows" and not each.only), None)
    return people or (rows if sets == 1 and promise.max_rows_per_group <= _ROWS_TO_CHOOSE_BY else None)


def _of_measure(measure: Measure, promise: DifferentialPrivacy) -> Iterator[Component]:
    rows, bounds = promise.max_rows_per_group, promise.bounds.get(measure.name)
    name, value, only = measure.name, measure.value, measure.only
    if measure.kind == "count":
        yield Component(name, "rows", rows, "", only)
    elif measure.kind == "people":
        yield Component(name, "people", 1, "", only)
    elif bounds is None:
        return
    elif measure.kind == "quantile":
        yield Component(name, "spread", rows, value, only, bounds, Fraction(measure.quantile))
    elif measure.kind == "sum":
        yield Component(
            name, "sum", rows * max(abs(bounds.lowest), abs(bounds.highest), 1), value, only, bounds
        )
    else:
        reach = max(bounds.highest - bounds.lowest - (bounds.highest - bounds.lowest) // 2, 1)
        yield Component(f"{name}__values", "values", rows, value, only, bounds)
        yield Component(f"{name}__centred", "centred", rows * reach, value, only, bounds)
        if measure.kind != "avg":
            yield Component(f"{name}__squares", "squares", rows * reach**2, value, only, bounds)


def _free(name: str, taken: Iterable[str]) -> str:
    known = {folded(each) for each in taken}
    while name in known:
        name += "_"
    return name
