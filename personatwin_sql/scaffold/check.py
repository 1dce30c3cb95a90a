"""One question of `doctor` and its answer."""

from __future__ import annotations

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Check:
    """One question and its answer."""

    name: str
    ok: bool | None
    """None: it does not apply, or cannot be known."""
    detail: str
    fix: str = ""
