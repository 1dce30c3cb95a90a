"""OpenDP with polars, told that nobody has more than two rows in each of five places: nothing is enforced.

That is right of these data alone; it shows the noise of OpenDP without what its truncation costs.
"""

from __future__ import annotations

import opendp.prelude as dp
from opendp_polars import context, counted
from peer import Asked, main

BOUNDS = [dp.polars.Bound(by=[], per_group=10), dp.polars.Bound(by=["place"], per_group=2, num_groups=5)]


def release(asked: Asked) -> list[tuple[int, float, float]]:
    return counted(context(asked, dp.unit_of(contributions=BOUNDS)).query(), asked)


if __name__ == "__main__":
    main(release)
