"""Taxonomies kept as CSV: column 0 is the value, each further column one level up (the form of ARX)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from pydantic import Field

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.hierarchy import TOP, Taxonomy, Unmapped
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.taxonomy_reader import conflicts, level_names, misnamed
from personatwin_sql.spec.text_file import read_text
from personatwin_sql.spec.validation import validated

DELIMITERS = (";", ",")
MOST_TOLD = 20
"""Mistakes that are told of one file; the rest is counted."""
_INSPECTED = 100
"""Rows that decide which delimiter a file has."""
_AS_TABLE = "bind it as a source and read it from there: `{table: source.table, columns: [value, group]}`"


class WrittenCsv(Strict):
    csv: str = Field(min_length=1)
    header: bool = False
    levels: tuple[str, ...] = ()
    unmapped: Unmapped = "error"


class _Row(NamedTuple):
    line: int
    cells: tuple[str, ...]


def read_csv_taxonomy(document: Document, trail: Trail, home: Home) -> Taxonomy:
    """The taxonomy of a CSV file; errors name file and line, never a value.

    Raises ProjectError: PT005 encoding, PT006 empty, PT008 unreadable, PT026 not a table, PT027 a hole,
    PT025 a value or group with two parents.
    """
    written = validated(WrittenCsv, document, trail)
    file = home.folder / written.csv
    path = home.shown(file)
    if not file.is_file():
        place = document.value_place((*trail, "csv"))
        raise ProjectError(Diagnostic("PT008", f"there is no file `{path}`", place))
    rows = _rows(read_text(file, path, (_AS_TABLE,)), path)
    header = rows[0].cells if written.header and rows else ()
    rows = rows[1:] if written.header else rows
    if not rows:
        raise ProjectError(Diagnostic("PT006", f"`{path}` holds no values", Place(path)))
    _refuse(_shape_problems(path, rows, len(header)))
    height = len(rows[0].cells)
    while height > 1 and all(row.cells[height - 1] == TOP for row in rows):
        height -= 1
    _refuse(_tree_problems(path, [_Row(line, cells[:height]) for line, cells in rows]))
    otherwise = header[1:height] or [f"level {level}" for level in range(1, height)]
    names = level_names(document, trail, written.levels, otherwise)
    unique = dict.fromkeys(row.cells[:height] for row in rows)
    return Taxonomy(rows=tuple(unique), levels=names, unmapped=written.unmapped, csv=written.csv)


def _rows(text: str, path: str) -> list[_Row]:
    """All rows that are not blank, with the line on which each ends."""
    rows = csv.reader(text.split("\n"), delimiter=_delimiter(text), strict=True)
    found = []
    try:
        for cells in rows:
            if cells:
                found.append(_Row(rows.line_num, tuple(cells)))
    except csv.Error:
        message = "a quotation mark that is not closed or not doubled, or a cell that is too long"
        raise ProjectError(Diagnostic("PT026", message, Place(path, rows.line_num))) from None
    return found


def _delimiter(text: str) -> str:
    """The one that cuts the first rows into equally many cells, more than one; else the more frequent."""
    sample = text.split("\n", _INSPECTED)[:_INSPECTED]
    for delimiter in DELIMITERS:
        try:
            widths = {len(row) for row in csv.reader(sample, delimiter=delimiter) if row}
        except csv.Error:
            continue
        if len(widths) == 1 and widths != {1}:
            return delimiter
    return max(DELIMITERS, key=text.count)


def _shape_problems(path: str, rows: Sequence[_Row], header: int) -> Iterator[Diagnostic]:
    width = header or len(rows[0].cells)
    if width == 1:
        message = "one column: a hierarchy has the value and at least one level above it, which may be `*`"
        yield Diagnostic(
            "PT026", message, Place(path, rows[0].line), fixes=("separate columns by `;` or `,`",)
        )
        return
    for line, cells in rows:
        if len(cells) != width:
            yield Diagnostic(
                "PT026", f"{len(cells)} columns where there are {width} above", Place(path, line)
            )
        for column, cell in enumerate(cells, start=1):
            if not cell.strip():
                message = f"a hole: column {column} is empty"
                yield Diagnostic(
                    "PT027", message, Place(path, line), fixes=("repeat the group, or write `*`",)
                )


def _tree_problems(path: str, rows: Sequence[_Row]) -> Iterator[Diagnostic]:
    for line, cells in rows:
        if TOP in cells and any(cell != TOP for cell in cells[cells.index(TOP) :]):
            yield Diagnostic("PT025", f"a group above `{TOP}`, which is the top", Place(path, line))
    for conflict in conflicts(rows):
        what = "the value" if conflict.level == 0 else f"the group in column {conflict.level + 1}"
        message = f"{what} of this line stands in another group on line {conflict.first}"
        yield Diagnostic("PT025", message, Place(path, conflict.origin))
    for line in misnamed(rows):
        message = "a group on another line is called as a name of this line, and does not hold it"
        yield Diagnostic("PT025", message, Place(path, line), fixes=("give that group another name",))


def _refuse(problems: Iterator[Diagnostic]) -> None:
    found = list(islice(problems, MOST_TOLD))
    if found:
        rest = sum(1 for _ in problems)
        notes = (f"and {rest} more in this file",) if rest else ()
        raise ProjectError((*found[:-1], replace(found[-1], notes=notes)))
