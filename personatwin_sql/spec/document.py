"""A YAML file as plain data, with the place of every key and value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass

Plain: TypeAlias = "bool | int | float | str | tuple[Plain, ...] | dict[str, Plain]"
Trail: TypeAlias = tuple[str | int, ...]
"""The keys and list positions that lead to a value: `("privacy", "k")`."""


class Span(NamedTuple):
    """Where something stands, counted from 0; of a block over several lines, its first line."""

    line: int
    column: int
    end: int


@dataclass(frozen=True)
class Document:
    """One file as read. Lists are tuples; nothing is null."""

    path: str
    data: Mapping[str, Plain]
    lines: tuple[str, ...]
    keys: Mapping[Trail, Span]
    values: Mapping[Trail, Span]
    scalars: Mapping[Trail, str]
    """Each number and boolean as the author wrote it: `1.10`."""

    def value(self, trail: Trail) -> Plain:
        """The value at a trail that exists."""
        found: Plain = dict(self.data)
        for step in trail:
            part = part_of(found, step)
            if part is None:
                raise KeyError(step)
            found = part
        return found

    def text(self, trail: Trail) -> str:
        """A scalar as text, as it was written."""
        return self.scalars[trail] if trail in self.scalars else str(self.value(trail))

    def has(self, trail: Trail) -> bool:
        return trail in self.values

    def key_place(self, trail: Trail) -> Place:
        """Where the key stands (of a list's item, the item); of the nearest parent if it was not written."""
        return self._place(trail, prefer_keys=True)

    def value_place(self, trail: Trail) -> Place:
        """Where the value stands; of the nearest parent's key when it was not written."""
        return self._place(trail, prefer_keys=False)

    def _place(self, trail: Trail, *, prefer_keys: bool) -> Place:
        first, second = (self.keys, self.values) if prefer_keys else (self.values, self.keys)
        while trail:
            span = first.get(trail) or second.get(trail)
            if span is not None:
                return self.place_of(span)
            trail = trail[:-1]
            first, second = self.keys, self.values
        return Place(self.path)

    def place_of(self, span: Span) -> Place:
        return place_in(self.path, self.lines, span)


def part_of(value: Plain, step: str | int) -> Plain | None:
    """What a key or position of a value leads to; None where there is nothing, for nothing is null."""
    if isinstance(value, dict):
        return value.get(step) if isinstance(step, str) else None
    return value[step] if isinstance(value, tuple) and isinstance(step, int) and step < len(value) else None


def place_in(path: str, lines: tuple[str, ...], span: Span) -> Place:
    """The place of a span, with the line that it stands on."""
    text = lines[span.line] if span.line < len(lines) else ""
    return Place(path, span.line + 1, span.column + 1, max(1, span.end - span.column), text)
