"""Golden files: what we emit, reviewed like code. PERSONATWIN_REWRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path


def matches_golden(actual: str, golden: Path) -> None:
    """Fails with a diff where the text is not that of the golden file, or writes it anew when asked to."""
    if os.environ.get("PERSONATWIN_REWRITE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(actual, encoding="utf-8")
    assert actual == golden.read_text(encoding="utf-8")
