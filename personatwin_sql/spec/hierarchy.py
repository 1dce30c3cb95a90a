"""Generalization hierarchies: level 0 is the value as given, each level above is coarser, the top is `*`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from pydantic import Field

from personatwin_sql.spec.strict import Strict

Number = int | float
Period = Literal["day", "week", "month", "quarter", "year"]
Place = Literal["address", "city", "county", "state", "country"]
Unmapped = Literal["error", "top", "keep"]
Side = Literal["left", "right"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "quarter", "year")
PLACES: tuple[Place, ...] = ("address", "city", "county", "state", "country")

TOP = "*"
"""The one value at the top of every hierarchy."""


class _Hierarchy(Strict):
    @property
    @abstractmethod
    def inner_levels(self) -> tuple[str, ...]:
        """A name for each level between 0 (as given) and the top."""

    @property
    def height(self) -> int:
        """The number of the top level."""
        return len(self.inner_levels) + 1

    def level_name(self, level: int) -> str:
        """What a level is called in comments, the report and the lock."""
        if level == 0:
            return "as given"
        return "any" if level == self.height else self.inner_levels[level - 1]


class Flat(_Hierarchy):
    """No hierarchy: the value or nothing."""

    kind: Literal["flat"] = "flat"

    @property
    def inner_levels(self) -> tuple[str, ...]:
        return ()


class Widths(_Hierarchy):
    """Bands of equal width, one width a level, each a multiple of the one before: 25 → 20-29 → 20-39."""

    kind: Literal["widths"] = "widths"
    widths: tuple[Number, ...] = Field(min_length=1)
    bottom: Number | None = None
    """Values below it fall into one band `<bottom`, at every level above 0."""
    top: Number | None = None
    """Values from it on fall into one band `top+`, at every level above 0."""
    measures: Literal["age"] | None = None
    """`age`: the privacy level's age band is then the narrowest width allowed."""

    def narrowest(self, level: int) -> Number:
        """The width of the narrowest band at an inner level: `bottom` and `top` may cut one short."""
        width = self.widths[level - 1]
        cut = [] if self.bottom is None else [-self.bottom % width]
        cut += [] if self.top is None else [self.top % width]
        if self.bottom is not None and self.top is not None:
            cut.append(self.top - self.bottom)
        return min([width, *(part for part in cut if part > 0)])

    @property
    def inner_levels(self) -> tuple[str, ...]:
        return tuple(f"bands of {width}" for width in self.widths)


class Intervals(_Hierarchy):
    """Bands between given cuts, one list of cuts a level, each a part of the one before."""

    kind: Literal["intervals"] = "intervals"
    intervals: tuple[tuple[Number, ...], ...] = Field(min_length=1)
    bottom: Number | None = None
    top: Number | None = None

    @property
    def inner_levels(self) -> tuple[str, ...]:
        return tuple(f"bands cut at {', '.join(map(str, cuts))}" for cuts in self.intervals)


class Prefix(_Hierarchy):
    """The first characters, fewer at each level, the rest as stars: 33312 → 333** → 3****."""

    kind: Literal["prefix"] = "prefix"
    prefix: tuple[int, ...] = Field(min_length=1)

    @property
    def inner_levels(self) -> tuple[str, ...]:
        return tuple(f"first {length} character{'' if length == 1 else 's'}" for length in self.prefix)


class Mask(_Hierarchy):
    """Characters hidden from one end, more at each level: 555-0123 → 555-01** → 555-****."""

    kind: Literal["mask"] = "mask"
    mask: tuple[int, ...] = Field(min_length=1)
    side: Side = "right"

    @property
    def inner_levels(self) -> tuple[str, ...]:
        end = "last" if self.side == "right" else "first"
        return tuple(f"{end} {length} character{'' if length == 1 else 's'} hidden" for length in self.mask)


class Coding(_Hierarchy):
    """Top and bottom coding: numbers as they are, but all below `bottom` and all from `top` on are one."""

    kind: Literal["coding"] = "coding"
    bottom: Number | None = None
    top: Number | None = None

    @property
    def inner_levels(self) -> tuple[str, ...]:
        ends = ([] if self.bottom is None else [f"<{self.bottom}"]) + (
            [] if self.top is None else [f"{self.top}+"]
        )
        return (f"coded {' and '.join(ends)}",)


class Dates(_Hierarchy):
    """Calendar periods, finest first: a subset of day, week, month, quarter, year (no week → month)."""

    kind: Literal["dates"] = "dates"
    dates: tuple[Period, ...] = Field(min_length=1)

    @property
    def inner_levels(self) -> tuple[str, ...]:
        return tuple(self.dates)


class Taxonomy(_Hierarchy):
    """Named groups of values, written in YAML, read from CSV, or kept in a table of the project's sources.

    `rows` holds each value followed by its ancestors, from level 1 up to the level below the top; it is
    empty for a table, whose rows are only known to the engine.
    """

    kind: Literal["taxonomy"] = "taxonomy"
    rows: tuple[tuple[str, ...], ...] = ()
    csv: str | None = None
    """The file that the rows were read from, as written."""
    table: str | None = None
    """`source.table` whose columns `level_columns` hold the value and its ancestors."""
    level_columns: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    """A name for each inner level."""
    unmapped: Unmapped = "error"
    """A value that has no place: stop the build, publish it as `*` only, or as given at level 0 and as `*`
    above (`keep`: for lists that no file follows to the letter)."""

    @property
    def inner_levels(self) -> tuple[str, ...]:
        return self.levels


Hierarchy = Flat | Widths | Intervals | Coding | Prefix | Mask | Dates | Taxonomy
