"""The engine's errors as a user may see them: class, node, column and place, never words that quote data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import _duckdb as duckdb

from personatwin_sql.engine.engine_text import EngineText
from personatwin_sql.errors import Diagnostic, NodeError, PersonaTwinError, Place, Unavailable

PlaceOf = Callable[[int, int], Place]
"""Line and column of the SQL that ran → the place in the author's file."""

_ABOUT_NAMES = (
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.BinderException,
    duckdb.CatalogException,
)
_ABOUT_VALUES = (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.TypeMismatchException)
_IN_USE = ("Could not set lock", "already attached", "Conflicting lock")
_NO_SPACE = ("No space left", "File too large", "quota exceeded", "Disk quota")
_NO_RIGHT = ("Permission denied", "Operation not permitted", "Read-only file system")


@contextmanager
def told(node: str, sql: str = "", place_of: PlaceOf | None = None) -> Iterator[None]:
    """Whatever the engine raises inside leaves as one of our errors, without the engine's as its cause."""
    try:
        yield
    except duckdb.Error as error:
        raise failure(error, node, sql, place_of) from None


def failure(
    error: duckdb.Error, node: str, sql: str = "", place_of: PlaceOf | None = None
) -> PersonaTwinError | KeyboardInterrupt:
    """The error of ours that says what the engine's may say.

    `node` is what was being built; `sql` is the text that ran, by which is judged what may be repeated.
    """
    if isinstance(error, duckdb.InterruptException):
        return KeyboardInterrupt()
    outside = _outside(error, node)
    if outside is not None:
        return Unavailable(outside)
    text = EngineText.of(error)
    at = text.place_in(sql)
    place = place_of(*at) if place_of is not None and at is not None else None
    where = "" if at is None or place is not None else f" (line {at[0]}, column {at[1]} of its compiled SQL)"
    if isinstance(error, _ABOUT_NAMES):
        return NodeError(_refused(error, node, text.about_names(sql), where, place))
    if isinstance(error, _ABOUT_VALUES):
        return NodeError(_unconverted(error, node, text.cast_column(sql), where, place))
    return NodeError(
        Diagnostic(
            "PT312",
            f"`{node}`: the engine stopped with {_kind(error)}{where}",
            place,
            fixes=("run its SQL from target/compiled in DuckDB's own shell to see the whole message",),
            notes=("the engine's message is not repeated, because it may quote values of the data",),
        )
    )


def _outside(error: duckdb.Error, node: str) -> Diagnostic | None:
    """What is wrong outside of the SQL: memory, disk, rights, other programs."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return _no_spill_left(node) if "max_temp_directory_size" in text else _out_of_memory(node)
    if isinstance(error, duckdb.ResourceInUseException | duckdb.ConnectionException):
        return _in_use(node)
    if isinstance(error, duckdb.IOException | duckdb.PermissionException):
        return _input_output(error, text, node)
    return None


def _input_output(error: duckdb.Error, text: str, node: str) -> Diagnostic:
    if any(words in text for words in _NO_SPACE):
        return Diagnostic(
            "PT412",
            f"`{node}`: no space left on the disk",
            fixes=("free some space and build again: what was there before is untouched",),
        )
    if any(words in text for words in _IN_USE):
        return _in_use(node)
    if isinstance(error, duckdb.PermissionException) or any(words in text for words in _NO_RIGHT):
        return Diagnostic(
            "PT403",
            f"`{node}`: the engine may not read or write a file that it needs",
            fixes=("give yourself the right to read the sources and to write .personatwin",),
        )
    return Diagnostic(
        "PT406",
        f"`{node}`: reading or writing a file failed ({_kind(error)})",
        fixes=("see that disk and file are in order, and build again",),
    )


def _in_use(node: str) -> Diagnostic:
    return Diagnostic(
        "PT402",
        f"`{node}`: another program holds a database file that is needed",
        fixes=("close it there, or have it opened read-only, and build again",),
    )


def _out_of_memory(node: str) -> Diagnostic:
    return Diagnostic(
        "PT404",
        f"`{node}`: the memory limit is too small for this step",
        fixes=("raise `resources.memory_limit` in project.yml", "or lower `resources.threads`"),
    )


def _no_spill_left(node: str) -> Diagnostic:
    return Diagnostic(
        "PT405",
        f"`{node}`: the limit of temporary files is reached",
        fixes=(
            "raise `resources.max_temp_directory_size` in project.yml",
            "or raise `resources.memory_limit`",
        ),
    )


def _refused(error: duckdb.Error, node: str, line: str | None, where: str, place: Place | None) -> Diagnostic:
    said = line or f"{_kind(error)}; the message is not repeated, because it may name values of the data"
    return Diagnostic(
        "PT311",
        f"`{node}`: the engine does not accept its SQL{where}: {said}",
        place,
        fixes=("mend the model, or what it refers to",),
    )


def _unconverted(
    error: duckdb.Error, node: str, column: str | None, where: str, place: Place | None
) -> Diagnostic:
    what = f"a value of `{column}`" if column else "a value"
    return Diagnostic(
        "PT310",
        f"`{node}`: {what} does not fit the type that its SQL asks for ({_kind(error)}){where}",
        place,
        fixes=(
            "TRY_CAST instead of CAST makes such values NULL",
            "or declare the column's `type` in the domain",
        ),
        notes=("which values they are is never told",),
    )


def _kind(error: duckdb.Error) -> str:
    return type(error).__name__
