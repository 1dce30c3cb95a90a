"""What a report consists of, before anybody decides whether it becomes a page, a text or data."""

from __future__ import annotations

from typing import Any, Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.report.plot import Bar, Dot, Gauge, Pair, Strip

Tone = Literal["", "lead", "muted", "finding", "good", "fair", "bad"]
Format = Literal["html", "md", "json"]


@dataclass(frozen=True)
class Cell:
    """One cell of a table. Names in backticks are set as code, here and in every text."""

    text: str
    note: str = ""
    """A smaller line below."""
    tone: Tone = ""


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    title: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells. `folded` is what is clicked to see it; a printed page shows it in any case."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    folded: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]
    is_ordered: bool = False


@dataclass(frozen=True)
class Terms:
    """Terms, each with what it means."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Numbers:
    """The few figures that matter: (figure, what it is)."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Code:
    """What somebody may type."""

    text: str


@dataclass(frozen=True)
class Plot:
    """A picture: its title says the finding, its description all of it. `most` is the end of its axis."""

    title: str
    description: str
    rows: tuple[Bar, ...] | tuple[Pair, ...] | tuple[Strip, ...] | tuple[Gauge, ...] | tuple[Dot, ...]
    most: float | None = None
    key: tuple[str, str] | None = None
    """What the two marks of each row are, where there are two."""


@dataclass(frozen=True)
class Beside:
    """Plots side by side where there is room."""

    plots: tuple[Plot, ...]


@dataclass(frozen=True)
class Card:
    """Blocks that belong together."""

    title: str
    blocks: tuple[Block, ...]
    tag: str = ""


Block = Table | Text | Bullets | Terms | Numbers | Code | Plot | Beside | Card


@dataclass(frozen=True)
class Section:
    """One idea. `name` is its place in the page."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Verdict:
    """What the whole comes to. `tone` is good, fair or bad."""

    tone: Tone
    title: str
    text: str


@dataclass(frozen=True)
class Document:
    """All that a reader sees."""

    heading: str
    project: str
    about: str
    verdict: Verdict
    sections: tuple[Section, ...]
    footer: str
    warning: str = ""
    """For the owner: that it is not for others."""


@dataclass(frozen=True)
class Report:
    """A report in all its forms: what people read, and the facts that only programs ask for."""

    document: Document
    facts: dict[str, Any]
