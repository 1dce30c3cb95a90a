"""Rows for people and for machines: aligned text, JSON, CSV."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import click

from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.width import pad, width
from personatwin_sql.errors.harmless import harmless

Decorated = TypeVar("Decorated", bound=Callable[..., object])
_NUMBERS = (int, float, decimal.Decimal)


def output_format(*choices: str) -> Callable[[Decorated], Decorated]:
    """`--format`, text by default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(choices),
        default="text",
        envvar="PERSONATWIN_FORMAT",
        help="For people or for machines.",
    )


def print_rows(console: Console, form: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The rows as the result of the command."""
    if form == "json":
        names = unique(columns)
        records = [dict(zip(names, map(plain, row), strict=True)) for row in rows]
        console.result(json_text(records))
    elif form == "csv":
        console.result(csv_text(columns, rows))
    else:
        console.result(text_table(columns, rows))


def text_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns side by side, numbers to the right, NULL as NULL."""
    heads = [harmless(name) for name in columns]
    cells = [[cell(value) for value in row] for row in rows]
    widths = [
        max([width(head), *(width(row[position]) for row in cells)]) for position, head in enumerate(heads)
    ]
    to_the_right = [is_numeric(row[position] for row in rows) for position in range(len(heads))]
    return aligned(heads, cells, widths, to_the_right)


def aligned(
    heads: Sequence[str],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    to_the_right: Sequence[bool],
) -> str:
    """Cells that are text already, in columns of these widths."""
    lines = [_line(heads, widths, to_the_right), "  ".join("─" * columns for columns in widths)]
    lines.extend(_line(row, widths, to_the_right) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180 with a header; NULL is an empty field, an empty text is quoted."""
    return "\n".join(",".join(map(_field, row)) for row in (columns, *rows))


def cell(value: object) -> str:
    """A value as text on one line."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value if isinstance(value, str) else str(plain(value)))


def plain(value: object) -> object:
    """A value of what JSON knows: what it does not know becomes text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and math.isfinite(value):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def unique(columns: Sequence[str]) -> list[str]:
    """Names of columns for an object's keys: a second `n` is `n_1`, as DuckDB says."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names


def _field(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json_text(plain(value)).strip('"')
    if text == "" or any(mark in text for mark in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def is_numeric(values: Iterable[object]) -> bool:
    """Whether all values that are there are numbers."""
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, _NUMBERS) and not isinstance(value, bool) for value in known)


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    return "  ".join(map(pad, cells, widths, to_the_right))
