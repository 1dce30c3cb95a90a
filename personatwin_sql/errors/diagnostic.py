"""One thing that is wrong: its code, the place in the project's files, what it is, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from personatwin_sql.errors.harmless import harmless

LONGEST_EXCERPT = 160
"""Characters of a line that are shown; of a longer one, the part around the carets."""


@dataclass(frozen=True, order=True)
class Place:
    """Where in the project's own files something stands.

    `path` is relative to the project folder; `line` and `column` count from 1, `length` is in characters.
    `text` is the line as the author wrote it: project files only, never a line of a data file.
    """

    path: str
    line: int | None = None
    column: int | None = None
    length: int = 1
    text: str | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def as_dict(self) -> dict[str, object]:
        """For machines: JSON types only."""
        return {"path": self.path, "line": self.line, "column": self.column, "length": self.length}


@dataclass(frozen=True)
class Diagnostic:
    """An error or warning as a user sees it. No field ever holds a value of the data."""

    code: str
    message: str
    place: Place | None = None
    label: str | None = None
    """What stands under the excerpt, beside the carets: "did you mean `hierarchy`?"."""
    fixes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    severity: str = "error"

    def __str__(self) -> str:
        lines = [f"{self.severity}[{self.code}]: {harmless(self.message)}"]
        excerpt = () if self.place is None else self._excerpt(self.place)
        if self.place is not None:
            lines.append(f"  --> {harmless(str(self.place))}")
        lines.extend(excerpt)
        if self.label and (not excerpt or self.place is None or self.place.column is None):
            lines.append(f"  = {harmless(self.label)}")
        lines.extend(f"  = fix: {harmless(fix)}" for fix in self.fixes)
        lines.extend(f"  = note: {harmless(note)}" for note in self.notes)
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """For machines: JSON types only."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "place": None if self.place is None else self.place.as_dict(),
            "label": self.label,
            "fixes": list(self.fixes),
            "notes": list(self.notes),
        }

    def _excerpt(self, place: Place) -> tuple[str, ...]:
        if place.text is None or place.line is None or not place.text.strip():
            return ()
        text, column = _window(_printable(place.text.rstrip()), place.column or 1)
        gutter = " " * len(str(place.line))
        lines = (f"{gutter} |", f"{place.line} | {text}")
        if place.column is None:
            return lines
        indent = "".join("\t" if character == "\t" else " " for character in text[: column - 1])
        carets = indent.ljust(column - 1) + "^" * max(1, min(place.length, len(text) - column + 1))
        return (*lines, f"{gutter} | {carets}{' ' + harmless(self.label) if self.label else ''}")


def _printable(text: str) -> str:
    """The line without anything that could steer a terminal or hide in it."""
    return "".join(character if character.isprintable() or character == "\t" else "�" for character in text)


def _window(text: str, column: int) -> tuple[str, int]:
    """The part of a long line around a column, and where the column stands in it."""
    if len(text) <= LONGEST_EXCERPT:
        return text, column
    start = max(0, min(column - 1 - LONGEST_EXCERPT // 4, len(text) - LONGEST_EXCERPT))
    end = start + LONGEST_EXCERPT
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    return f"{before}{text[start:end]}{after}", column - start + len(before)
