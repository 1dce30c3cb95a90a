"""Noisy tables that were paid for, as text that gives back every value: never drawn again.

A line of `name:TYPE` fields, then one a row, tab-separated. NULL is `\\N`; in text, backslashes, tabs and
line ends are written `\\\\`, `\\t`, `\\n`, `\\r`. A DOUBLE is the shortest text that gives it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from typing import TypeAlias

from personatwin_sql.errors import Diagnostic, NodeError, Place, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import lasting_folder, unreadable, write_durably
from personatwin_sql.release.ledger.entry import Release, digest_of
from personatwin_sql.release.ledger.files import from_git
from personatwin_sql.release.ledger.folders import Folders

Value: TypeAlias = int | str | date | bool | float | Decimal | None
_NULL = "\\N"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {written: letter for letter, written in _ESCAPES.items()}
_DECIMAL = re.compile(r"DECIMAL\(([0-9]{1,2}),([0-9]{1,2})\)")
_LEAST, _MOST = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class FrozenTable:
    """A released table: names and DuckDB's types of its columns, and its rows in their order."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Value, ...], ...]


def refuse_unfreezable(model: str, columns: Mapping[str, str], place: Place) -> None:
    """NodeError PT691 for columns of a type that is not kept; asked before anything is charged."""
    problems = [
        Diagnostic(
            "PT691",
            f"`{model}`: the column `{name}` is of type {kind}, which cannot be kept for later builds",
            place,
            fixes=(f"CAST it to one of {', '.join(_TYPES)} or DECIMAL",),
        )
        for name, kind in columns.items()
        if kind not in _TYPES and not _DECIMAL.fullmatch(kind)
    ]
    if problems:
        raise NodeError(problems)


def write_frozen(folders: Folders, model: str, table: FrozenTable) -> tuple[str, str]:
    """Have a table on disk in `ledger/frozen/`; the name of its file, and the digest for its entry."""
    content = frozen_bytes(table)
    digest = digest_of(content)
    name = f"{model}-{digest[:16]}.tsv"
    lasting_folder(folders.frozen)
    write_durably(folders.frozen / name, content)
    return name, digest


def read_frozen(folders: Folders, release: Release) -> FrozenTable:
    """The table that was released, to the byte.

    Raises Unavailable: PT689 where it is lost, PT690 where it was altered. It is never drawn again: new noise
    on the same data would let readers average it out.
    """
    path = folders.frozen / release.file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _lost(folders, release, "PT689", "is not there any more") from None
    except OSError as error:
        raise unreadable(path, error) from None
    if digest_of(content) != release.digest:
        raise _lost(folders, release, "PT690", "was altered after it was written")
    return frozen_table(content)


def frozen_bytes(table: FrozenTable) -> bytes:
    """The one text of a table; ValueError for a value that is not of its column's type."""
    writers = [_writer(kind) for _, kind in table.columns]
    lines = ["\t".join(f"{_escaped(name)}:{kind}" for name, kind in table.columns)]
    for row in table.rows:
        cells = zip(writers, row, strict=True)
        lines.append("\t".join(_NULL if value is None else write(value) for write, value in cells))
    return ("\n".join(lines) + "\n").encode()


def frozen_table(content: bytes) -> FrozenTable:
    """What `frozen_bytes` wrote."""
    head, *lines = content.decode().removesuffix("\n").split("\n")
    columns = tuple(_column(field) for field in head.split("\t")) if head else ()
    readers = [_reader(kind) for _, kind in columns]
    rows = tuple(
        tuple(
            None if cell == _NULL else read(cell)
            for read, cell in zip(readers, line.split("\t"), strict=True)
        )
        for line in lines
    )
    return FrozenTable(columns, rows)


def _column(field: str) -> tuple[str, str]:
    name, _, kind = field.rpartition(":")
    return _unescaped(name), kind


def _writer(kind: str) -> Callable[[Value], str]:
    if match := _DECIMAL.fullmatch(kind):
        return lambda value: _decimal_text(value, int(match[1]), int(match[2]))
    return _TYPES[kind][0]


def _reader(kind: str) -> Callable[[str], Value]:
    return Decimal if _DECIMAL.fullmatch(kind) else _TYPES[kind][1]


def _whole_text(value: Value) -> str:
    if type(value) is not int or not _LEAST <= value <= _MOST:
        raise ValueError("not a BIGINT")
    return str(value)


def _text_text(value: Value) -> str:
    if type(value) is not str:
        raise ValueError("not a text")
    return _escaped(value)


def _date_text(value: Value) -> str:
    if type(value) is not date:
        raise ValueError("not a date")
    return value.isoformat()


def _truth_text(value: Value) -> str:
    if type(value) is not bool:
        raise ValueError("not a truth value")
    return "true" if value else "false"


def _float_text(value: Value) -> str:
    if type(value) is not float:
        raise ValueError("not a double")
    return repr(value)


def _decimal_text(value: Value, width: int, scale: int) -> str:
    """With all its places, as DuckDB gives it back."""
    if type(value) is not Decimal or not value.is_finite():
        raise ValueError("not a decimal number")
    with localcontext(prec=100):
        fixed = value.quantize(Decimal(1).scaleb(-scale))
    if fixed != value or len(fixed.as_tuple().digits) > max(width, scale):
        raise ValueError("a decimal number of another width")
    return format(fixed, "f")


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text) if _NEEDS.search(text) else text


def _unescaped(text: str) -> str:
    return re.sub(r"\\.", lambda found: _PLAIN[found[0]], text) if "\\" in text else text


_NEEDS = re.compile(r"[\\\t\n\r]")
_TYPES: Mapping[str, tuple[Callable[[Value], str], Callable[[str], Value]]] = {
    "BIGINT": (_whole_text, int),
    "VARCHAR": (_text_text, _unescaped),
    "DATE": (_date_text, date.fromisoformat),
    "BOOLEAN": (_truth_text, lambda text: text == "true"),
    "DOUBLE": (_float_text, float),
}


def _lost(folders: Folders, release: Release, code: str, what: str) -> Unavailable:
    path = folders.shown(folders.frozen / release.file)
    return Unavailable(
        Diagnostic(
            code,
            f"the frozen table of `{release.model}` {what}",
            Place(path),
            fixes=(
                f"put it back: {from_git(path)}",
                "or copy it from another clone or a backup",
                f"or let `{release.model}` go, and release another model in its place, which spends anew",
            ),
            notes=("it is not drawn again by itself: new noise over the same data can be averaged out",),
        )
    )
