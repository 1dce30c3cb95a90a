"""The acceptance test of classes: large enough, and every privacy model satisfied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Flags


def acceptable(classes: Counted, k: int, models: Sequence[PrivacyModel]) -> Flags:
    """(classes,): which may be published."""
    found: Flags = np.asarray(classes.sizes >= k)
    for model in models:
        found = found & model.passes(classes)
    return found
