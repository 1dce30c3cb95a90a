"""What is published only in part is put together: margins of a table become its cells.

Iterative proportional fitting (Deming & Stephan 1940) gives, of all tables with these margins, the one that
is nearest to its start (Csiszár 1975): here, nothing is assumed of race and age beyond what both say of sex.
"""

from __future__ import annotations

import numpy as np

from personatwin_sql.census.table import BRACKETS, GROUPS, CensusTable
from personatwin_sql.privacy.numbers import Codes, Shares

UNKNOWN_GROUP = len(GROUPS)
"""People of a county whose people the tables do not tell apart by race: they answer no question about it."""
_ROUNDS = 10_000
_NEAR = 1e-8
"""How near a margin has to come, as a share of it."""


def fitted(table: CensusTable, counties: Codes) -> Shares:
    """(counties, 2 sexes, 4 brackets, 13 groups): expected people; the last group is `UNKNOWN_GROUP`.

    Its sums over brackets and over groups are the published numbers. A county without numbers by race keeps
    its people in the last group.
    """
    by_age = table.by_age[counties].astype(np.float64)
    by_race = np.zeros((len(counties), 2, len(GROUPS) + 1))
    told = table.tells_race[counties]
    by_race[told, :, :UNKNOWN_GROUP] = table.by_race[counties[told]]
    by_race[~told, :, UNKNOWN_GROUP] = by_age[~told].sum(axis=2)
    return proportional(np.ones((*by_age.shape, by_race.shape[2])), by_age, by_race)


def proportional(start: Shares, rows: Shares, columns: Shares) -> Shares:
    """(tables…, rows, columns): the start with these margins: `rows` (tables…, rows), `columns` (…, columns).

    Raises ValueError where no table has both, such as margins of different totals.
    """
    cells = start
    for _ in range(_ROUNDS):
        cells = cells * _factors(rows, cells.sum(axis=-1))[..., :, None]
        cells = cells * _factors(columns, cells.sum(axis=-2))[..., None, :]
        if (np.abs(cells.sum(axis=-1) - rows) <= _NEAR * np.maximum(rows, 1)).all():
            return np.asarray(cells)
    raise ValueError("no table has these margins")


def _factors(wanted: Shares, found: Shares) -> Shares:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def shares_of_years(table: CensusTable) -> Shares:
    """(2 sexes, 101 years): the share of each year among the people of its bracket and sex."""
    shares = np.empty(table.profile.shape)
    for first, last in BRACKETS:
        inside = table.profile[:, first : last + 1]
        shares[:, first : last + 1] = inside / inside.sum(axis=1, keepdims=True)
    return shares
