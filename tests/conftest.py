"""Property tests try the same examples in every run; `PERSONATWIN_EXAMPLES=1000` tries so many new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "the same examples",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
if "PERSONATWIN_EXAMPLES" not in os.environ:
    settings.load_profile("the same examples")
