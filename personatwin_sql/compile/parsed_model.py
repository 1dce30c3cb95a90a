"""A model after Jinja: plain SQL, its config, what it refers to, and where each of these stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass

Access = Literal["private", "release"]
Plain = str | int | float | bool | None | tuple["Plain", ...] | dict[str, "Plain"]


class Relation(str):
    """What `ref()` and `source()` give: in SQL the table's quoted name, in `config()` the model's `name`.

    A model that reads persona events may ask by which `strategy` they are released, and whether
    `has_added_events`, which `is_added` marks.
    """

    name: str
    strategy: str
    has_added_events: bool
    __slots__ = ("has_added_events", "name", "strategy")

    def __new__(cls, name: str, sql: str, strategy: str = "", *, has_added_events: bool = False) -> Relation:
        relation = super().__new__(cls, sql)
        relation.name = name
        relation.strategy = strategy
        relation.has_added_events = has_added_events
        return relation


@dataclass(frozen=True)
class ParsedModel:
    """One rendered model. `sql` has the line numbers of the file, unless Jinja itself wrote several lines."""

    name: str
    path: str
    sql: str
    config: Mapping[str, Plain]
    places: Mapping[str, Place]
    """Each key of `config()` → its keyword in the file."""
    refs: tuple[str, ...]
    sources: tuple[str, ...]
    """`court.people`."""
    ref_places: Mapping[str, Place]
    """Each model in `refs` and table in `sources` → where it is first named."""
    access: Access
    text: str = ""
    """The file as written, for excerpts."""
    lines: tuple[int, ...] = field(default=(), repr=False)
    """For each line of `sql`, the line of the file that it comes from; empty when they are the same."""

    def place(self, line: int, column: int | None = None, length: int = 1) -> Place:
        """Where a line (and column) of `sql` stands in the file; no column when Jinja moved the words."""
        rendered = _line(self.sql, line)
        if self.lines:
            line = self.lines[min(line, len(self.lines)) - 1]
        written = _line(self.text, line) if self.text else None
        if written is None or column is None:
            return Place(self.path, line, text=written)
        word = rendered[column - 1 : column - 1 + length]
        if written[: column - 1 + length] == rendered[: column - 1 + length]:
            return Place(self.path, line, column, length, written)
        if word and written.count(word) == 1:
            return Place(self.path, line, written.index(word) + 1, length, written)
        return Place(self.path, line, text=written)


def _line(text: str, number: int) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else ""
