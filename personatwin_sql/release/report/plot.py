"""Plots as SVG in the page. Widths are in percent and heights in pixels, so text stays legible on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LEAST_WIDTH = 0.6
"""In percent: a bar that stands for something can be seen."""


class Markup(str):
    """HTML that goes into a page as it is: every text in it was escaped."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


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


def bars(title: str, description: str, rows: Sequence[Bar], most: float | None = None) -> Markup:
    """Bars below their labels, the value at the right."""
    whole = most or max((row.value for row in rows), default=0) or 1
    drawn = []
    for number, row in enumerate(rows):
        top = number * 40
        drawn.extend(_labels(row.label, row.text, top))
        drawn.append(_bar("track", 0, top + 22, 100, 10))
        if row.value > 0:
            drawn.append(_bar("mark", 0, top + 22, max(_LEAST_WIDTH, 100 * row.value / whole), 10))
    return _figure(title, description, drawn, len(rows) * 40)


def pairs(title: str, description: str, rows: Sequence[Pair], most: float | None = None) -> Markup:
    """Two bars a row: before, and after."""
    whole = most or max((max(row.before, row.after) for row in rows), default=0) or 1
    drawn = []
    for number, row in enumerate(rows):
        top = number * 50
        drawn.extend(_labels(row.label, f"{row.before_text} → {row.after_text}", top))
        for kind, value, y in (("before", row.before, top + 22), ("mark", row.after, top + 32)):
            drawn.append(_bar("track", 0, y, 100, 8))
            if value > 0:
                drawn.append(_bar(kind, 0, y, max(_LEAST_WIDTH, 100 * value / whole), 8))
    return _figure(title, description, drawn, len(rows) * 50)


def strips(title: str, description: str, rows: Sequence[Strip]) -> Markup:
    """Rows of cells, those taken filled."""
    drawn = []
    for number, row in enumerate(rows):
        top = number * 40
        drawn.extend(_labels(row.label, row.text, top))
        width = 100 / max(1, row.steps)
        drawn.extend(
            _bar("mark" if step < row.taken else "track", step * width, top + 22, width - 0.8, 10)
            for step in range(row.steps)
        )
    return _figure(title, description, drawn, len(rows) * 40)


def gauges(title: str, description: str, rows: Sequence[Gauge]) -> Markup:
    """Bands side by side with a mark where the value lies."""
    drawn = []
    for number, row in enumerate(rows):
        top = number * 88
        drawn.extend(_labels(row.label, row.text, top))
        width = 100 / len(row.bands)
        for place, (name, _) in enumerate(row.bands):
            drawn.append(_bar(f"band band-{place}", place * width, top + 30, width - 0.6, 22, radius=3))
            drawn.append(_text("band-name", (place + 0.5) * width - 0.3, top + 45, name, "middle"))
        drawn.extend(
            _text("tick", place * width - 0.3, top + 67, end, "middle")
            for place, end in enumerate(row.ends, 1)
        )
        drawn.append(_text("needle", position(row.value, row.bands), top + 29, "▼", "middle"))
    return _figure(title, description, drawn, len(rows) * 88 - 14)


def position(value: float, bands: Sequence[tuple[str, float]]) -> float:
    """Where a value lies, in percent of the width: linear inside each band."""
    width, low = 100 / len(bands), 0.0
    for place, (_, high) in enumerate(bands):
        if value <= high:
            return width * (place + (value - low) / (high - low))
        low = high
    return 100.0


def _labels(label: str, text: str, top: int) -> list[str]:
    return [_text("label", 0, top + 14, label, "start"), _text("value", 100, top + 14, text, "end")]


def _text(kind: str, x: float, y: int, text: str, anchor: str) -> str:
    words = escape(text.replace("`", ""))
    return f'<text class="{kind}" x="{x:.2f}%" y="{y}" text-anchor="{anchor}">{words}</text>'


def _bar(kind: str, x: float, y: int, width: float, height: int, *, radius: int = 2) -> str:
    return f'<rect class="{kind}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" height="{height}" rx="{radius}"/>'


def _figure(title: str, description: str, drawn: Sequence[str], height: int) -> Markup:
    """Title and description are read aloud; the title is what the caption says, too."""
    return Markup(
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg role="img" width="100%" height="{max(height, 1)}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(drawn)}</svg></figure>"
    )
