"""How a file writes dates and times, in the parts of strptime: `%m/%d/%Y`."""

from __future__ import annotations

import re

_PART = re.compile(r"%(-?.)", re.DOTALL)
_MONTHS = frozenset("mbB")
_TIMES = frozenset("HIpMSf")
_PARTS = frozenset("Yd") | _MONTHS | _TIMES


def unfit_format(form: str, kind: str) -> str | None:
    """What is wrong with the format of a column of a type; None when it names a day without doubt."""
    if kind not in ("date", "timestamp"):
        return f"only dates and times have a `format`, and its type is {kind}"
    parts = [part.removeprefix("-") for part in _PART.findall(form.replace("%%", ""))]
    named = set(parts)
    unknown = sorted(named - _PARTS)
    known = ", ".join(f"`%{part}`" for part in sorted(_PARTS))
    problems = (
        ("y" in named, "`%y` leaves the century open: a format names years by `%Y`"),
        (bool(unknown), f"its format has `%{''.join(unknown[:1])}`; known are {known}"),
        (len(named) < len(parts), "its format names a part twice"),
        (
            not {"Y", "d"} <= named or len(_MONTHS & named) != 1,
            "its format must name year, month and day: `%Y`, one of `%m`, `%b` and `%B`, and `%d`",
        ),
        (kind == "date" and bool(_TIMES & named), "its format has a time of day: the type is timestamp"),
        (("I" in named) != ("p" in named) or {"I", "H"} <= named, "it has `%I` and `%p` together, or `%H`"),
    )
    return next((problem for is_so, problem in problems if is_so), None)
