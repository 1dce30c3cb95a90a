"""Special uniques: people whom few columns suffice to tell from everybody else (Elliot et al. 2002).

A minimal sample unique is a set of columns by which a person is alone, and by no fewer of them. All up to a
declared size are found, exactly, as SUDA2 finds them (Manning, Haglin & Keane 2008), by refining classes
column by column: who is alone by some columns is out of the search for all sets that contain them, and hides
nobody else's, for nobody shares those values.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags, Shares
from personatwin_sql.privacy.records import Records, check_reach, is_in, split

MOST_COLUMNS = 24
"""Above, the exponent of the DIS score turns around: 1 + (8 − columns)/20 would be near 0 or below."""


class TooManyColumns(ValueError):
    """More columns than the scores are defined for."""

    def __init__(self, columns: int) -> None:
        super().__init__(f"{columns} columns, of at most {MOST_COLUMNS}")


@dataclass(frozen=True)
class SpecialUniques:
    """The minimal sample uniques of a table."""

    largest: int
    """Most columns of one that were looked for."""
    found: tuple[int, ...]
    """How many there are of 1, 2, … columns: sets of columns and values that one person alone has."""
    scores: Shares
    """(records,): Σ over the minimal uniques of the record of Π_{i=s}^{M} (C − i), s being its columns, C all
    columns and M the largest size, at most C − 1 (Elliot et al. 2002)."""
    by_column: tuple[float, ...]
    """Per column the share of all scores from minimal uniques that it is part of; 0 where there are none."""


def special_uniques(records: Records, largest: int) -> SpecialUniques:
    """All minimal sample uniques of 1 to `largest` columns. Raises TooMuch, TooManyColumns."""
    columns = len(records.codes)
    if columns > MOST_COLUMNS:
        raise TooManyColumns(columns)
    largest = min(largest, columns)
    check_reach(records, largest)
    widest_last = sorted(range(columns), key=lambda column: int(records.codes[column].max(initial=0)))
    search = _Search(replace(records, codes=tuple(records.codes[column] for column in widest_last)), largest)
    everyone = np.arange(len(records.people))
    for column in range(columns):
        search.visit((column,), everyone, np.zeros(len(everyone), dtype=np.int64))
    total = float(search.scores.sum())
    part_of = dict(zip(widest_last, search.by_column.tolist(), strict=True))
    return SpecialUniques(
        largest=largest,
        found=tuple(search.found),
        scores=search.scores,
        by_column=tuple(part_of[column] / total if total else 0.0 for column in range(columns)),
    )


def weights(columns: int, largest: int) -> tuple[float, ...]:
    """What a minimal unique of 1, 2, … `largest` columns adds to a score."""
    end = min(largest, columns - 1)
    return tuple(
        float(math.prod(columns - i for i in range(size, end + 1))) for size in range(1, largest + 1)
    )


def disclosive(scores: Shares, columns: int, uniques: int, in_pairs: int, fraction: float) -> Shares:
    """DIS-SUDA: the chance that a match with the record is right, (records,) (Elliot & Manning 2003).

    The chance for all uniques together, U·π/(U·π + P·(1−π)) with P people in classes of two (Skinner & Elliot
    2002), is spread over those with a score s: 1/(1 + (U/DIS − U)/(s^Q·Σ s^−Q)), Q = 1 + (8 − columns)/20.
    """
    found = np.zeros(len(scores), dtype=np.float64)
    scored = scores > 0
    if not uniques or not scored.any():
        return found
    overall = uniques * fraction / (uniques * fraction + in_pairs * (1 - fraction))
    raised = scores[scored] ** (1 + (8 - columns) / 20)
    found[scored] = 1 / (1 + (uniques / overall - uniques) / (raised * (1 / raised).sum()))
    return found


class _Search:
    """Visits sets of columns in an order in which each comes after all that it contains."""

    def __init__(self, records: Records, largest: int) -> None:
        self._records = records
        self._largest = largest
        self._weights = weights(len(records.codes), largest)
        self._unique: dict[tuple[int, ...], npt.NDArray[np.uint8]] = {}
        self.found = [0] * largest
        self.scores: Shares = np.zeros(len(records.people), dtype=np.float64)
        self.by_column: Shares = np.zeros(len(records.codes), dtype=np.float64)

    def visit(self, columns: tuple[int, ...], rows: Codes, ids: Codes) -> None:
        """A set, descending, whose last column splits the classes `ids` (rows,) of all before it."""
        before = [columns[:left] + columns[left + 1 :] for left in range(len(columns) - 1)]
        known = np.zeros(len(self._records.people), dtype=np.bool_)
        for contained in (*before, columns[:-1]):
            if contained:
                known |= self._flags(contained)
        left = ~known[rows]
        rows, ids = rows[left], ids[left]
        ids = split(ids, self._records.codes[columns[-1]][rows])
        is_minimal = is_in(self._records.sizes(rows, ids) == 1, ids)
        self._add(columns, rows[is_minimal], ids[is_minimal])
        if len(columns) == self._largest:
            return
        known[rows[is_minimal]] = True
        self._unique[columns] = np.packbits(known)
        rows, ids = rows[~is_minimal], ids[~is_minimal]
        for earlier in range(columns[-1]):
            self.visit((*columns, earlier), rows, ids)

    def _add(self, columns: tuple[int, ...], rows: Codes, ids: Codes) -> None:
        weight = self._weights[len(columns) - 1]
        self.found[len(columns) - 1] += len(np.unique(ids))
        self.scores[rows] += weight
        self.by_column[list(columns)] += weight * len(rows)

    def _flags(self, columns: tuple[int, ...]) -> Flags:
        return np.unpackbits(self._unique[columns], count=len(self._records.people)).view(np.bool_)
