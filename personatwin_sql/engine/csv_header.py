"""The first line of a CSV file: the names of its columns, and what separates them."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from itertools import islice
from pathlib import Path

from personatwin_sql.frozen import dataclass

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 1 << 20
_SAMPLE_LINES = 50
_LONGEST_NAME = 200


class UnusableHeader(Exception):
    """Why the first line does not name columns; never with a word of the file."""


class NotText(Exception):
    """Why the file cannot be read as text, and what to do about it."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.fix = fix


_AS_UTF8 = "save it as UTF-8 (`personatwin explain PT305` shows how)"


@dataclass(frozen=True)
class CsvHeader:
    """How a CSV file begins."""

    names: tuple[str, ...]
    separator: str
    blank_lines: int
    """Lines before the header that hold nothing."""


def read_header(path: Path, separator: str | None = None) -> CsvHeader:
    """The header of a file, its separator found from the first lines if none is given.

    Raises OSError, NotText for what is not UTF-8 (or no gzip), UnusableHeader for an empty file.
    """
    sample = _sample(path)
    if not sample.strip():
        raise UnusableHeader("it is empty")
    chosen = separator or _separator(sample)
    for blank_lines, fields in enumerate(_records(sample, chosen)):
        names = tuple(name.strip() for name in fields)
        if any(len(name) > _LONGEST_NAME or not name.isprintable() for name in names):
            break
        if names:
            return CsvHeader(names, chosen, blank_lines)
    raise UnusableHeader("its first line is no header, or has a quote that is not closed")


def _sample(path: Path) -> str:
    """The first whole lines of the file."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            start = file.read(_SAMPLE_BYTES)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise NotText("it is no gzip file, although it is called so", "call it what it is") from None
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise NotText("it is in UTF-16, not in UTF-8", _AS_UTF8)
    is_whole = len(start) < _SAMPLE_BYTES
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(start, final=is_whole)
    except UnicodeDecodeError:
        raise NotText("it is not in UTF-8", _AS_UTF8) from None
    return text if is_whole else text[: max(text.rfind("\n"), text.rfind("\r"), 0)]


def _separator(sample: str) -> str:
    """The one that cuts the first lines into the same number of fields, the most of them."""

    def merit(separator: str) -> tuple[bool, int]:
        widths = [len(fields) for fields in islice(_records(sample, separator), _SAMPLE_LINES) if fields]
        return (bool(widths) and widths[0] > 1 and min(widths) == max(widths), widths[0] if widths else 0)

    there = (separator for separator in _SEPARATORS[1:] if separator in sample)
    return max((_SEPARATORS[0], *there), key=merit)


def _records(sample: str, separator: str) -> Iterator[list[str]]:
    with suppress(csv.Error):  # a field longer than Python reads: what came before it is enough
        yield from csv.reader(StringIO(sample, newline=""), delimiter=separator)
