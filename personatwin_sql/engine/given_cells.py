"""Values as given and the cells of a population that hold them: common to census and owner's table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.spec.hierarchy import Hierarchy, Taxonomy


class NotTold(Exception):
    """Why nothing can be told of the population, in words without values."""


@dataclass(frozen=True)
class LaidCells:
    """A population as classes ask it.

    alike: codes (classes, known columns) → (classes,) people of the cells that hold these values. coarser:
    numbers of the known columns of which some values lie in cells that hold other values too.
    """

    alike: Callable[[Codes], Shares]
    coarser: tuple[int, ...]


def groups_above(hierarchy: Hierarchy, text: str | None) -> Sequence[tuple[str, bool]]:
    """The groups of a taxonomy that a value lies in, finest first, and whether it is the only value there."""
    if not isinstance(hierarchy, Taxonomy):
        return ()
    own = next((row for row in hierarchy.rows if row[0] == text), ())
    return tuple(
        (group, sum(row[level] == group for row in hierarchy.rows) == 1)
        for level, group in enumerate(own)
        if level
    )
