"""Who of the population could stand in a class, whatever an adversary knows of how classes are made.

Where classes differ in levels, whoever looks like a class need not be behind it: they may stand in a finer
one, or the method would have put them elsewhere. Nobody can say so of those who have what somebody in the
class has, in every column, as far as the method tells people apart. With one of them in the place of the
other, all that the method reads is the same, and so is all that it publishes. Hence

    F(class) = people of the population with the values of the class's own people, each counted once,

is no more than an adversary has to choose from, who may know the method, its numbers, and even which
combinations of values it read. F speaks of no other class: none that is added, merged or left out changes it,
and a class that is merged with another has the people of both.

Where classes stay as they were, the method reads who stood where in the release before: whoever takes the
place of another has his past, too. An adversary who kept that release may know that somebody did not stand
there. So k-map, at one level for all or at many, is promised of each release by itself.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.population import Population, people_in_cells, rounded_down


@dataclass(frozen=True)
class Candidates:
    """The people of the population by the tuples whose values they have.

    tuples, cells: (pairs,), a tuple and a cell of the population that has its values. people: (cells,).
    are_apart: whether no cell is that of two tuples; texts such as `F` and `female` may mean the same people.
    """

    tuples: Codes
    cells: Codes
    people: Shares
    are_apart: bool

    def of(self, group: Codes, classes: int) -> Codes:
        """(classes,): F, rounded down. group: (tuples,), the class of each, -1 for none."""
        classed = group[self.tuples]
        placed = classed >= 0
        classed, cells = classed[placed], self.cells[placed]
        if not self.are_apart:
            classed, cells = np.divmod(
                np.unique(classed * len(self.people) + cells), max(1, len(self.people))
            )
        people = np.bincount(classed, weights=self.people[cells], minlength=classes)
        return rounded_down(people.astype(np.float64))

    def part(self, number: Codes) -> Candidates:
        """Of some tuples alone. number: (tuples,), what each is called there, -1 for those left behind."""
        called = number[self.tuples]
        kept = called >= 0
        return Candidates(called[kept], self.cells[kept], self.people, self.are_apart)


def candidates(population: Population, levels: Codes | tuple[int, ...], codes: Codes) -> Candidates:
    """Of tuples that are told apart at `levels`, (columns,); codes: (tuples, columns), at these levels.

    A tuple that tells what the population does not know has nobody.
    """
    chosen = tuple(int(level) for level in levels)
    tuples, cells, people = people_in_cells(population, chosen, codes)
    return Candidates(tuples, cells, people, len(np.unique(cells)) == len(cells))
