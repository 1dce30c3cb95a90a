"""Plots as SVG in the page. Widths are in percent and heights in pixels, so text stays legible on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from personatwin_sql.frozen import dataclass

_CHARACTERS = 42
"""Label and value of more than these together do not fit beside each other on a phone."""
_LINE = 18
_LEAST_WIDTH = 0.6
"""In percent: a bar that stands for something can be seen."""


@dataclass(frozen=True)
class Bar:
    """One value with what it is called and how it reads."""

    label: str
    value: float
    text: str


@dataclass(frozen=True)
class Pair:
    """The same figure before and after."""

    label: str
    before: float
    after: float
    before_text: str
    after_text: str


@dataclass(frozen=True)
class Strip:
    """How many of several steps were taken."""

    label: str
    taken: int
    steps: int
    text: str


@dataclass(frozen=True)
class Gauge:
    """A value among named bands of equal width: (name, upper end), the last one reaching to 1."""

    label: str
    value: float
    text: str
    bands: tuple[tuple[str, float], ...]
    ends: tuple[str, ...]
    """The inner ends as they read."""


@dataclass(frozen=True)
class Dot:
    """A share from 0 to 1 with its interval, and what it was before anything was done, where that is told."""

    label: str
    value: float
    low: float
    high: float
    text: str
    before: float | None = None


Rows = tuple[Bar, ...] | tuple[Pair, ...] | tuple[Strip, ...] | tuple[Gauge, ...] | tuple[Dot, ...]


def drawn(
    title: str, description: str, rows: Rows, most: float | None = None, key: tuple[str, str] | None = None
) -> str:
    """A figure. Title and description are read aloud; the title is what the caption says, too."""
    parts: list[str] = []
    top = 0
    whole = most or max((_largest(row) for row in rows), default=0.0) or 1.0
    below = _LINE if any(len(row.label) + len(_told(row)) > _CHARACTERS for row in rows) else 0
    for row in rows:
        parts.append(_text("label", 0, top + 14, _short(row.label), "start"))
        parts.append(_text("value", 100, top + 14 + below, _told(row), "end"))
        parts.extend(_row(row, top + below, whole))
        top += _HEIGHTS[type(row)] + below
    if rows and isinstance(rows[0], Dot):
        parts.extend(_axis(whole, top))
        top += 18
    marks = (
        f'<p class="key"><span><i class="was"></i>{escape(key[0])}</span>'
        f'<span><i class="is"></i>{escape(key[1])}</span></p>'
        if key
        else ""
    )
    return (
        f"<figure><figcaption>{escape(title.replace('`', ''))}</figcaption>{marks}"
        f'<svg role="img" width="100%" height="{max(top, 1)}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg></figure>"
    )


def _told(row: Bar | Pair | Strip | Gauge | Dot) -> str:
    return f"{row.before_text} → {row.after_text}" if isinstance(row, Pair) else row.text


def as_rows(rows: Rows, key: tuple[str, str] | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The same as a table of texts: heads and rows."""
    if rows and isinstance(rows[0], Pair):
        heads = ("", *(key or ("Before", "After")))
        return heads, [(row.label, row.before_text, row.after_text) for row in rows if isinstance(row, Pair)]
    return ("", "Figure"), [(row.label, row.text) for row in rows if not isinstance(row, Pair)]


_HEIGHTS: dict[type, int] = {Bar: 40, Pair: 50, Strip: 40, Gauge: 80, Dot: 40}


def _largest(row: Bar | Pair | Strip | Gauge | Dot) -> float:
    match row:
        case Bar():
            return row.value
        case Pair():
            return max(row.before, row.after)
        case Dot():
            return max(row.high, row.before or 0.0)
        case _:
            return 1.0


def _row(row: Bar | Pair | Strip | Gauge | Dot, top: int, whole: float) -> list[str]:
    match row:
        case Bar():
            return _bar_row(row, top, whole)
        case Pair():
            return _pair_row(row, top, whole)
        case Strip():
            return _strip_row(row, top)
        case Gauge():
            return _gauge_row(row, top)
        case Dot():
            return _dot_row(row, top, whole)


def _bar_row(row: Bar, top: int, whole: float) -> list[str]:
    parts = [_bar("track", 0, top + 21, 100, 10)]
    if row.value > 0:
        parts.append(_bar("mark", 0, top + 21, max(_LEAST_WIDTH, min(100, 100 * row.value / whole)), 10))
    return parts


def _pair_row(row: Pair, top: int, whole: float) -> list[str]:
    parts = []
    for kind, value, y in (("before", row.before, top + 21), ("mark", row.after, top + 31)):
        parts.append(_bar("track", 0, y, 100, 8))
        if value > 0:
            parts.append(_bar(kind, 0, y, max(_LEAST_WIDTH, min(100, 100 * value / whole)), 8))
    return parts


def _strip_row(row: Strip, top: int) -> list[str]:
    width = 100 / max(1, row.steps)
    return [
        _bar("mark" if step < row.taken else "track", step * width, top + 21, width - 0.8, 10)
        for step in range(row.steps)
    ]


def _gauge_row(row: Gauge, top: int) -> list[str]:
    parts = []
    width = 100 / len(row.bands)
    for place, (name, _) in enumerate(row.bands):
        parts.append(_bar(f"band band-{place}", place * width, top + 30, width - 0.6, 20, radius=3))
        parts.append(_text("band-name", (place + 0.5) * width - 0.3, top + 44, name, "middle"))
    parts.extend(
        _text("tick", place * width - 0.3, top + 64, end, "middle") for place, end in enumerate(row.ends, 1)
    )
    parts.append(_text("needle", position(row.value, row.bands), top + 29, "▼", "middle"))
    return parts


def _dot_row(row: Dot, top: int, whole: float) -> list[str]:
    low, high, at = (100 * min(1.0, value / whole) for value in (row.low, row.high, row.value))
    parts = [
        _bar("track", 0, top + 25, 100, 2, radius=1),
        _bar("span", low, top + 22, max(_LEAST_WIDTH, high - low), 8, radius=4),
    ]
    if row.before is not None:
        before = 100 * min(1.0, row.before / whole)
        parts.append(f'<circle class="was" cx="{before:.2f}%" cy="{top + 26}" r="6"/>')
    parts.append(f'<circle class="mark" cx="{at:.2f}%" cy="{top + 26}" r="5"/>')
    return parts


def _axis(whole: float, top: int) -> list[str]:
    return [
        _text("tick", 0, top + 10, "0 %", "start"),
        _text("tick", 100, top + 10, f"{100 * whole:.3g} %", "end"),
    ]


def position(value: float, bands: Sequence[tuple[str, float]]) -> float:
    """Where a value lies, in percent of the width: linear inside each band."""
    width, low = 100 / len(bands), 0.0
    for place, (_, high) in enumerate(bands):
        if value <= high:
            return width * (place + (value - low) / (high - low))
        low = high
    return 100.0


def _short(label: str) -> str:
    """What fits on a phone; the description has the whole."""
    return label if len(label) <= _CHARACTERS else f"{label[: _CHARACTERS - 1]}…"


def _text(kind: str, x: float, y: int, text: str, anchor: str) -> str:
    words = escape(text.replace("`", ""))
    return f'<text class="{kind}" x="{x:.2f}%" y="{y}" text-anchor="{anchor}">{words}</text>'


def _bar(kind: str, x: float, y: int, width: float, height: int, *, radius: int = 2) -> str:
    return f'<rect class="{kind}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" height="{height}" rx="{radius}"/>'
