"""Values as given in the cells of the census: a year of age in its bracket, a local code in its group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.given_cells import LaidCells, NotTold, groups_above
from personatwin_sql.engine.given_classes import GivenClasses
from personatwin_sql.engine.populations import census_for
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Flags
from personatwin_sql.privacy.population import CellPopulation, Known
from personatwin_sql.spec.hierarchy import Flat, Hierarchy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.population import ATTRIBUTES, Attribute, PopulationSpec

if TYPE_CHECKING:
    from personatwin_sql.census.reading import Census


@dataclass(frozen=True)
class CensusCells:
    """The census, and what it knows of some columns: number of a column → what it is there."""

    census: Census
    said: Mapping[int, Attribute]
    names: tuple[str, ...]
    hierarchies: tuple[Hierarchy, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(self.said)

    @property
    def shares_out_years(self) -> bool:
        """Whether ages count, which the tables tell by brackets alone."""
        return "age" in self.said.values()

    def laid(self, classes: GivenClasses) -> LaidCells:
        """Raises NotTold where a county's name is that of several."""
        from personatwin_sql.census.reading import AXES

        self._refuse_ambiguous(classes)
        known, coarser = [], []
        for place, (number, attribute) in enumerate(self.said.items()):
            found = [self._whom(number, text) for text in classes.texts[place]]
            flags = np.array([each for each, _ in found]).reshape(len(found), -1)
            known.append(Known(place, AXES[attribute], (flags,)))
            coarser += [number] if any(is_coarser for _, is_coarser in found) else []
        cells = CellPopulation.of(self.census.cells, known)
        levels = (0,) * len(known)
        return LaidCells(
            lambda codes: cells.alike(levels, codes) if len(codes) else np.empty(0), tuple(coarser)
        )

    def _whom(self, number: int, text: str | None) -> tuple[Flags, bool]:
        """Whom a value means, by its own words or by the finest group that the census knows; nobody else.

        With it whether the cell holds other values too.
        """
        from personatwin_sql.census.reading import CensusColumn

        column = CensusColumn(self.names[number], self.said[number], Flat())
        nobody = self.census.whom(column, 0, None)
        for words, is_alone in ((text, True), *groups_above(self.hierarchies[number], text)):
            found = self.census.whom(column, 0, words)
            if found.any():
                return found, not is_alone
        return nobody, False

    def _refuse_ambiguous(self, classes: GivenClasses) -> None:
        meanings = tuple(self.said.values())
        if "county" not in meanings:
            return
        county = meanings.index("county")
        state = meanings.index("state") if "state" in meanings else None
        columns = [county] if state is None else [county, state]
        for row in np.unique(classes.codes[:, columns], axis=0):
            name = classes.texts[county][row[0]]
            within = None if state is None else classes.texts[state][row[1]]
            if name is not None and self.census.is_ambiguous(name, within):
                column = self.names[self.numbers[county]]
                raise NotTold(
                    f"several counties of the population have a name that `{column}` has; name the state "
                    "beside it with --quasi, or write counties as FIPS codes"
                )


def census_cells(
    loaded: Loaded, spec: PopulationSpec, names: Sequence[str], hierarchies: Sequence[Hierarchy]
) -> CensusCells:
    """Raises NotTold where no column means anything to the census, ProjectError PT421 and PT423."""
    written: Mapping[str, str] = {**loaded.domain.census, **spec.columns}
    meaning = {folded(name): each for name, each in written.items()}
    said: dict[int, Attribute] = {
        number: attribute
        for number, name in enumerate(names)
        for attribute in ATTRIBUTES
        if meaning.get(folded(name)) == attribute
    }
    if not said:
        raise NotTold(
            f"it is not said what of {', '.join(names)} the census knows; a domain says it under "
            f"`census`, as in `census: {{{names[0]}: age}}`"
        )
    census = census_for(loaded, spec, {names[number]: attribute for number, attribute in said.items()})
    return CensusCells(census, said, tuple(names), tuple(hierarchies))
