"""A graph as a drawing: sources at the left, each node right of all that it is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Point = tuple[int, int]
Needs = Mapping[str, Sequence[str]]

_WIDTH, _HEIGHT = 134, 44
_GAP_X, _GAP_Y = 26, 18
_LINE = 12
"""The height of the lane in which an edge passes a column of boxes."""
_LONGEST = 18
"""Letters of a name that fit into its box; the whole is told when one points at it."""


def drawing(nodes: Mapping[str, str], needs: Needs, description: str) -> str:
    """SVG of nodes (name → kind) and what each is made from; in the colour of the text around it.

    `nodes` stand in build order: what a node needs comes before it. No edge passes behind a box.
    """
    depths = _depths(nodes, needs)
    places = _places(nodes, needs, depths)
    width = (1 + max(depths.values(), default=0)) * (_WIDTH + _GAP_X) - _GAP_X + 2
    height = max((y for _, y in places.values()), default=0) + _HEIGHT // 2 + 2
    strokes = dict.fromkeys(
        stroke
        for name in nodes
        for below in needs[name]
        if below in depths
        for stroke in _strokes(below, name, depths, places)
    )
    boxes = "".join(_box(name, kind, places[name, depths[name]]) for name, kind in nodes.items())
    lines = "".join(
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.5"/>' for path in strokes
    )
    return (
        f'<div style="overflow-x:auto" tabindex="0"><svg role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><title>{escape(description)}</title>{lines}{boxes}</svg></div>'
    )


def _depths(nodes: Mapping[str, str], needs: Needs) -> dict[str, int]:
    """The column of each node."""
    depths: dict[str, int] = {}
    for name in nodes:
        depths[name] = max((depths[below] + 1 for below in needs[name] if below in depths), default=0)
    return depths


def _places(
    nodes: Mapping[str, str], needs: Needs, depths: Mapping[str, int]
) -> dict[tuple[str, int], Point]:
    """The left middle of each node in its column, and of the lanes of its edges in the columns they pass."""
    reach = {name: depths[name] for name in nodes}
    for name in nodes:
        for below in needs[name]:
            if below in reach:
                reach[below] = max(reach[below], depths[name])
    places: dict[tuple[str, int], Point] = {}
    for column in range(max(depths.values(), default=-1) + 1):
        here = [name for name in nodes if depths[name] == column or depths[name] < column < reach[name]]
        here.sort(key=lambda name: _wanted(name, column, needs, depths, places))
        top = 1
        for name in here:
            height = _HEIGHT if depths[name] == column else _LINE
            places[name, column] = (1 + column * (_WIDTH + _GAP_X), top + height // 2)
            top += height + _GAP_Y
    return places


def _wanted(
    name: str, column: int, needs: Needs, depths: Mapping[str, int], places: Mapping[tuple[str, int], Point]
) -> float:
    """How high something would stand if it were level with what leads to it."""
    leading = [name] if depths[name] < column else [below for below in needs[name] if below in depths]
    heights = [places[below, column - 1][1] for below in leading if (below, column - 1) in places]
    return sum(heights) / len(heights) if heights else 0.0


def _strokes(
    below: str, name: str, depths: Mapping[str, int], places: Mapping[tuple[str, int], Point]
) -> list[str]:
    """The pieces of one edge: from column to column, and straight through the lanes between."""
    found = []
    for column in range(depths[below], depths[name]):
        x, y = places[below, column]
        if column > depths[below]:
            found.append(f"M{x} {y}H{x + _WIDTH}")
        end = (name, column + 1) if column + 1 == depths[name] else (below, column + 1)
        x2, y2 = places[end]
        x1 = x + _WIDTH
        middle = (x1 + x2) // 2
        found.append(f"M{x1} {y}C{middle} {y} {middle} {y2} {x2} {y2}")
    return found


def _box(name: str, kind: str, place: Point) -> str:
    x, y = place[0], place[1] - _HEIGHT // 2
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    dashes = ' stroke-dasharray="4 3"' if kind != "released" else ""
    shade = "0.08" if kind == "released" else "0.02"
    texts = "".join(
        f'<text x="{x + 10}" y="{y + down}" fill="currentColor" font-size="{size}"{opacity}>'
        f"{escape(text)}</text>"
        for text, down, size, opacity in ((shown, 19, 12, ""), (kind, 35, 11, ' fill-opacity="0.7"'))
    )
    return (
        f'<g><title>{escape(name)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6" '
        f'fill="currentColor" fill-opacity="{shade}" stroke="currentColor"{dashes}/>{texts}</g>'
    )
