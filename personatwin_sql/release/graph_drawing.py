"""A graph as a drawing: sources at the left, each node right of all that it is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 134, 44
_GAP_X, _GAP_Y = 26, 18
_LONGEST = 18
"""Letters of a name that fit into its box; the whole is told when one points at it."""


def drawing(nodes: Mapping[str, str], needs: Mapping[str, Sequence[str]], description: str) -> str:
    """SVG of nodes (name → kind) and what each is made from; in the colour of the text around it."""
    places = _places(nodes, needs)
    width = max((x for x, _ in places.values()), default=0) + _WIDTH + 2
    height = max((y for _, y in places.values()), default=0) + _HEIGHT + 2
    edges = "".join(
        _edge(places[below], places[name]) for name in nodes for below in needs[name] if below in places
    )
    boxes = "".join(_box(name, kind, places[name]) for name, kind in nodes.items())
    return (
        f'<div style="overflow-x:auto" tabindex="0"><svg role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><title>{escape(description)}</title>{edges}{boxes}</svg></div>'
    )


def _places(nodes: Mapping[str, str], needs: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int]]:
    """The upper left corner of each box. `nodes` stand in build order: what a node needs comes before."""
    depths: dict[str, int] = {}
    for name in nodes:
        depths[name] = max((depths[below] + 1 for below in needs[name] if below in depths), default=0)
    rows: dict[int, int] = {}
    places = {}
    for name, depth in depths.items():
        row = rows.get(depth, 0)
        rows[depth] = row + 1
        places[name] = (1 + depth * (_WIDTH + _GAP_X), 1 + row * (_HEIGHT + _GAP_Y))
    return places


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + _WIDTH, start[1] + _HEIGHT // 2
    x2, y2 = end[0], end[1] + _HEIGHT // 2
    middle = (x1 + x2) // 2
    path = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.4"/>'


def _box(name: str, kind: str, place: tuple[int, int]) -> str:
    x, y = place
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    dashes = ' stroke-dasharray="4 3"' if kind != "released" else ""
    texts = "".join(
        f'<text x="{x + 10}" y="{y + down}" fill="currentColor" font-size="{size}"'
        f"{opacity}>{escape(text)}</text>"
        for text, down, size, opacity in ((shown, 19, 12, ""), (kind, 35, 11, ' fill-opacity="0.7"'))
    )
    size = f'x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"'
    shade = "0.08" if kind == "released" else "0.02"
    return (
        f'<g><title>{escape(name)}</title><rect {size} fill="Canvas"/>'
        f'<rect {size} fill="currentColor" fill-opacity="{shade}" stroke="currentColor"{dashes}/>{texts}</g>'
    )
