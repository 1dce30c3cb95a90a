"""What can be wrong with a source's file, told without a word of what is in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import _duckdb as duckdb

from personatwin_sql.engine.engine_text import EngineText
from personatwin_sql.engine.failures import failure
from personatwin_sql.errors import Diagnostic, NodeError, PersonaTwinError, Place, Unavailable

_LINE = re.compile(r"CSV Error on Line: ([0-9]+)")
_REASONS = (
    (
        "Expected Number of Columns",
        "has more or fewer fields than the header",
        "put fields with separators in quotes",
    ),
    (
        "unterminated quote",
        "has a quoted value that does not end as one",
        'write a quote inside of quotes as ""',
    ),
    ("not utf-8", "is not in UTF-8", "save the file as UTF-8"),
    ("invalid UTF-8", "is not in UTF-8", "save the file as UTF-8"),
    ("Invalid unicode", "is not in UTF-8", "save the file as UTF-8"),
    ("invalid state", "ends unlike the others", "give all lines the same ending"),
    ("Maximum line size", "is longer than the engine reads", "see whether a quote is missing"),
    ("duplicate key", "has a key twice", "leave each key once in an object"),
    ("Malformed JSON", "is not JSON", "export the file anew"),
    ("Expected OBJECT", "is not an object", "write an array of objects, or one object a line"),
)
_NO_FILE = ("No files found", "No such file", "does not exist")


@contextmanager
def reading(shown: str, place: Place | None) -> Iterator[None]:
    """Whatever the engine raises while it reads a source leaves as one of our errors."""
    try:
        yield
    except duckdb.Error as error:
        raise reading_failure(error, shown, place) from None


def reading_failure(
    error: duckdb.Error, shown: str, place: Place | None
) -> PersonaTwinError | KeyboardInterrupt:
    text = EngineText.of(error).message
    if isinstance(error, duckdb.IOException):
        if any(words in text for words in _NO_FILE):
            return missing(shown, place)
        if "not a valid DuckDB" in text or "GZIP" in text or "gzip" in text:
            return damaged(shown, place, "it is not of the kind that its ending says")
        return failure(error, shown)
    if not isinstance(error, duckdb.InvalidInputException | duckdb.DataError | duckdb.SerializationException):
        return failure(error, shown)
    line = _LINE.match(text)
    where = f"line {line.group(1)}" if line else "a line or record"
    for words, reason, fix in _REASONS:
        if words in text:
            return damaged(shown, place, f"{where} {reason}", fix)
    return damaged(
        shown, place, f"{where} cannot be read" if line else "it is not of the kind that its ending says"
    )


def missing(
    shown: str, place: Place | None, *, is_folder: bool = False, reason: OSError | None = None
) -> Unavailable:
    if reason is not None:
        because = os.strerror(reason.errno) if reason.errno else "the file system refused"
        fixes = ("give yourself the right to read it",)
        return Unavailable(Diagnostic("PT403", f"`{shown}` cannot be read: {because}", place, fixes=fixes))
    what = "is a folder, not a file" if is_folder else "is not there"
    fixes = ("put the file back, or mend its `path` in project.yml",)
    return Unavailable(Diagnostic("PT401", f"`{shown}` {what}", place, fixes=fixes))


def in_use(shown: str, place: Place | None) -> Unavailable:
    message = f"`{shown}` has changes that are not written into it yet: another program holds it open"
    fixes = ("close it there", 'or let SQLite write them: sqlite3 FILE "PRAGMA wal_checkpoint(TRUNCATE)"')
    return Unavailable(Diagnostic("PT402", message, place, fixes=fixes))


def damaged(
    shown: str, place: Place | None, why: str, fix: str = "export it anew from where it comes"
) -> NodeError:
    return NodeError(Diagnostic("PT305", f"`{shown}` cannot be read to its end: {why}", place, fixes=(fix,)))


def header_unusable(shown: str, place: Place | None, why: str) -> NodeError:
    return NodeError(
        Diagnostic(
            "PT304",
            f"`{shown}` cannot be used: {why}",
            place,
            fixes=("give it a first line with a name for each column, all different whatever their case",),
        )
    )


def not_understood(shown: str, place: Place | None, why: str, fix: str) -> NodeError:
    return NodeError(Diagnostic("PT306", f"`{shown}` cannot be read: {why}", place, fixes=(fix,)))
