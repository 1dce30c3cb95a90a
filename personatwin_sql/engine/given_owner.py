"""Values as given in an owner's table of a population: the same value, or a group or band that holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from personatwin_sql.census.categories import years
from personatwin_sql.compile.quoting import literal
from personatwin_sql.engine.given_cells import LaidCells, NotTold, groups_above
from personatwin_sql.engine.given_classes import GivenClasses, Texts
from personatwin_sql.engine.lone_file import Asked
from personatwin_sql.engine.owner_population import Rows, is_of_type, owners_rows
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.spec.hierarchy import Hierarchy, Widths
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import PopulationSpec


@dataclass(frozen=True)
class OwnerCells:
    """The owner's rows: texts of the columns that are known, and people."""

    asked: Asked
    rows: Rows
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    hierarchies: tuple[Hierarchy, ...]

    shares_out_years = False

    def laid(self, classes: GivenClasses) -> LaidCells:
        held, coarser = [], []
        for place, number in enumerate(self.numbers):
            found = self._holding(place, number, classes.texts[place])
            held.append(tuple(cells for cells, _ in found))
            coarser += [number] if any(is_coarser for _, is_coarser in found) else []
        return LaidCells(lambda codes: self._alike(codes, held), tuple(coarser))

    @cached_property
    def _people(self) -> Mapping[Texts, int]:
        return {tuple(row[:-1]): int(row[-1]) for row in self.rows}

    def _holding(self, place: int, number: int, values: Texts) -> list[tuple[Texts, bool]]:
        """Of each value all the owner's that may hold its people, and whether some hold other values too."""
        there = tuple(dict.fromkeys(row[place] for row in self.rows))
        own_of: dict[str | None, list[str | None]] = {}
        for text, value in self._as_values(number, there).items():
            own_of.setdefault(value, []).append(text)
        hierarchy = self.hierarchies[number]
        has_years = isinstance(hierarchy, Widths) and hierarchy.measures == "age"
        found: list[tuple[Texts, bool]] = []
        for value in values:
            own = own_of.get(value, [])
            above = [each for each in groups_above(hierarchy, value) if each[0] in there]
            bands = [text for text in (_bands(value, there) if has_years else ()) if text not in own]
            cells = dict.fromkeys((*own, *(group for group, _ in above), *bands))
            found.append((tuple(cells), bool(bands) or not all(is_alone for _, is_alone in above)))
        return found

    def _as_values(self, number: int, texts: Texts) -> Mapping[str | None, str | None]:
        """The owner's texts that are values of the column's type → how the data write these values."""
        if not texts:
            return {}
        kind = dict(self.asked.columns)[self.names[number]]
        value, listed = f"TRY_CAST(t AS {kind})", ", ".join(literal(text) for text in texts)
        given = f"SELECT unnest(CAST([{listed}] AS VARCHAR[])) AS t"
        sql = f"SELECT t, CAST({value} AS VARCHAR) FROM ({given}) WHERE {is_of_type(value, 't')}"
        return {text: written for text, written in self.asked.ask(sql)}  # noqa: C416 (rows, which are no pairs)

    def _alike(self, codes: Codes, held: Sequence[Sequence[Texts]]) -> Shares:
        found = np.empty(len(codes))
        for row, code in enumerate(codes.tolist()):
            cells = [of[each] for of, each in zip(held, code, strict=True)]
            found[row] = self._sum(cells)
        return found

    def _sum(self, cells: Sequence[Texts]) -> int:
        if prod(map(len, cells)) <= len(self._people):
            return sum(self._people.get(each, 0) for each in product(*cells))
        asked = [frozenset(each) for each in cells]
        return sum(
            people
            for texts, people in self._people.items()
            if all(text in each for text, each in zip(texts, asked, strict=True))
        )


def _bands(value: str | None, texts: Texts) -> Texts:
    """The bands of ages among these that hold an age."""
    age = None if value is None else years(value)
    if age is None:
        return ()
    spans = [(text, years(text)) for text in texts if text is not None]
    return tuple(text for text, span in spans if span is not None and (span & age).any())


def owner_cells(
    asked: Asked,
    loaded: Loaded,
    spec: PopulationSpec,
    names: Sequence[str],
    hierarchies: Sequence[Hierarchy],
) -> OwnerCells:
    """Raises NotTold for a table with none of the columns, ProjectError PT426 for one that does not fit."""
    rows, known = owners_rows(loaded, names, spec, loaded.place("project.population"))
    if not known:
        raise NotTold(
            f"it has none of {', '.join(names)}; say which columns they are in it under `population: columns`"
        )
    numbers = tuple(number for number, name in enumerate(names) if name in known)
    return OwnerCells(asked, rows, numbers, tuple(names), tuple(hierarchies))
