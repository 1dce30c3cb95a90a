"""Where words go: results to stdout, messages to stderr, colours only where somebody looks."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from personatwin_sql.cli.flags import Flags

if TYPE_CHECKING:
    from personatwin_sql.errors import Diagnostic

_STYLES = {"green": "32", "yellow": "33", "red": "31", "dim": "2", "bold": "1"}
_STYLED = re.compile("(\x1b\\[(?:0|1|2|31|32|33)m)")


class Console:
    """The two streams of one call. A reader who hangs up is no error: nothing more is written."""

    def __init__(self, flags: Flags | None = None) -> None:
        self.flags = flags or Flags()
        """Guessed from the arguments, until they are understood."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    @property
    def is_live(self) -> bool:
        """Whether a line of the terminal may be rewritten."""
        return (
            sys.stderr.isatty()
            and os.environ.get("TERM", "") not in ("", "dumb")
            and self.flags.log_format == "text"
            and not self.flags.quiet
        )

    @property
    def is_json(self) -> bool:
        return self.flags.log_format == "json"

    def style(self, text: str, name: str, is_result: bool = False) -> str:
        """The text in a colour, where the stream is a terminal and nobody has asked for none."""
        stream = sys.stdout if is_result else sys.stderr
        if self.flags.no_color or os.environ.get("NO_COLOR") or not stream.isatty():
            return text
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m"

    def result(self, text: str) -> None:
        """What the command was asked for: to a terminal harmless, to a program to the letter."""
        write(sys.stdout, (_harmless(text) if sys.stdout.isatty() else text) + "\n")

    def message(self, text: str, **record: object) -> None:
        """What goes on; in JSON, the record (or the text) with its level."""
        if not self.flags.quiet:
            self._say(text, {"level": "info", **(record or {"event": "message", "message": text})})

    def detail(self, text: str) -> None:
        """What only `-v` wants to know."""
        if self.flags.verbose:
            self.message(text)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """An error or a warning, as the project's files have it."""
        if diagnostic.severity == "error" or not self.flags.quiet:
            self._say(self._coloured(diagnostic), _record(diagnostic))

    def error(self, text: str, **record: object) -> None:
        """What went wrong and has no code: an interrupt, or a bug."""
        self._say(text, {"level": "error", **(record or {"event": "message", "message": text})})

    def _say(self, text: str, record: Mapping[str, object]) -> None:
        write(sys.stderr, (json_text(record) if self.is_json else _harmless(text)) + "\n")

    def _coloured(self, diagnostic: Diagnostic) -> str:
        head, _, message = str(diagnostic).partition(": ")
        return self.style(head, "red" if diagnostic.severity == "error" else "yellow") + ": " + message


def _harmless(text: str) -> str:
    """The lines with what they hide written out, and our own colours."""
    from personatwin_sql.errors.harmless import harmless_lines

    parts = _STYLED.split(text)
    return "".join(part if number % 2 else harmless_lines(part) for number, part in enumerate(parts))


def write(stream: TextIO, text: str) -> bool:
    """Whether somebody still reads."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True


def json_text(value: object) -> str:
    """One line of JSON, with every letter that can be seen as it is."""
    import json

    from personatwin_sql.errors.harmless import harmless_json

    return harmless_json(json.dumps(value, ensure_ascii=False, default=str))


def shown_path(path: Path) -> str:
    """As short as it can be typed from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def _record(diagnostic: Diagnostic) -> dict[str, object]:
    place = diagnostic.place
    return {
        "level": diagnostic.severity,
        "event": "diagnostic",
        "code": diagnostic.code,
        "message": diagnostic.message,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "label": diagnostic.label,
        "fixes": diagnostic.fixes,
        "notes": diagnostic.notes,
    }
