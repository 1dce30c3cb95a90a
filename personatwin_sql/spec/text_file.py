"""Reads the project's text files: UTF-8, of a sensible size, with the line of the first byte that is not."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place, ProjectError

MAX_BYTES = 32 * 1024 * 1024
"""Far beyond any model or hierarchy that people write; a data file named by mistake is larger."""


def read_text(file: Path, path: str, instead: tuple[str, ...] = ()) -> str:
    """The text with `\\n` line ends and without a byte order mark; `path` is how errors call the file.

    `instead`: ways out for a file that is too large.

    Raises ProjectError: PT005 not UTF-8, PT008 not readable or too large.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            message = f"`{path}` is larger than {MAX_BYTES // 1024 // 1024} MB"
            raise ProjectError(Diagnostic("PT008", message, Place(path), fixes=instead))
        raw = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ProjectError(Diagnostic("PT008", f"`{path}` cannot be read: {reason}", Place(path))) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"`{path}` is not UTF-8 text"
        raise ProjectError(
            Diagnostic("PT005", message, Place(path, line), fixes=("save it with the encoding UTF-8",))
        ) from None
    return text.replace("\r\n", "\n") if "\r\n" in text else text
