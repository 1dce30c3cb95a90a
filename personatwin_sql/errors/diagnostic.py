"""One thing that is wrong: its code, the place in the project's files, what it is, and the way out."""

from __future__ import annotations

from dataclasses import dataclass


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
        lines = [f"{self.severity}[{self.code}]: {self.message}"]
        if self.place is not None:
            lines.append(f"  --> {self.place}")
            lines.extend(self._excerpt(self.place))
        lines.extend(f"  = fix: {fix}" for fix in self.fixes)
        lines.extend(f"  = note: {note}" for note in self.notes)
        return "\n".join(lines)

    def _excerpt(self, place: Place) -> list[str]:
        if place.text is None or place.line is None:
            return []
        gutter = " " * len(str(place.line))
        lines = [f"{gutter} |", f"{place.line} | {place.text}"]
        if place.column is not None:
            carets = " " * (place.column - 1) + "^" * max(1, place.length)
            lines.append(f"{gutter} | {carets}{' ' + self.label if self.label else ''}")
        return lines
