"""What may be repeated of the engine's own words: what the SQL says too, never a value of the data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import _duckdb as duckdb

from personatwin_sql.frozen import dataclass

_QUOTED = re.compile(r"\"((?:[^\"]|\"\")*)\"|'((?:[^']|'')*)'")
_NAMED = re.compile(r"with name (.+?) (?:does not exist|already exists)")
_LAST_COLUMN = re.compile(r"when casting from source column (\S+)$")
_SIGNATURE = re.compile(r"([^()]*)\(([A-Z0-9_, ()\[\]]*)\)", re.I)
_WORD = re.compile(r"[A-Za-z_]\w*")
_TYPES = """
    any bigint bignum bit blob boolean date decimal double enum float hugeint integer integer_literal interval
    json list map null smallint string_literal struct time timestamp timestamp_ms timestamp_ns timestamp_s
    tinyint ubigint uhugeint uinteger union usmallint utinyint uuid varchar with zone
    """
_TYPE_WORDS = frozenset(_TYPES.split())
_INDIRECT = re.compile(
    r"\b(getvariable|query|query_table|pivot|pivot_wider|columns|sql_auto_complete)\b", re.I
)
"""With these the names in a statement may come out of the data, so that errors about names may quote it."""
_LOCATION = re.compile(r"\[[0-9]+,([0-9]+)\]")
_LONGEST = 300


@dataclass(frozen=True)
class EngineText:
    """An error of the engine, taken apart. `message` may quote data; nothing else of it may be shown."""

    message: str
    offset: int | None
    """Where in the SQL it stands, in bytes."""
    length: int = 1
    """How long the word is that it is about, in bytes."""

    @classmethod
    def of(cls, error: duckdb.Error) -> EngineText:
        """Reads both forms that the engine has: JSON (in sessions) and text."""
        _kind, _, text = str(error).partition(": ")
        try:
            told = json.loads(text)
        except ValueError:
            return cls(text, None)
        if not isinstance(told, dict):
            return cls(text, None)
        message, position = str(told.get("exception_message", "")), str(told.get("position", ""))
        length = _LOCATION.fullmatch(str(told.get("location", "")))
        return cls(message, int(position) if position.isdigit() else None, int(length[1]) if length else 1)

    @property
    def first_line(self) -> str:
        return self.message.partition("\n")[0].strip()

    def about_names(self, sql: str) -> str | None:
        """The first line, where every name in it stands in the SQL as well; else None.

        For errors from before any data is read: of the parser, of the catalog, of the binder.
        """
        line = self.first_line
        if not line or len(line) > _LONGEST or _INDIRECT.search(sql):
            return None
        known = sql.casefold()
        return line if all(_is_known(name, known) for name in _names_in(line)) else None

    def cast_column(self, sql: str) -> str | None:
        """The column whose value could not be converted, if the engine names it and the SQL does too."""
        found = _LAST_COLUMN.search(self.first_line)
        if found is None:
            return None
        name = found.group(1).strip('"')
        return name if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql) else None

    def place_in(self, sql: str) -> tuple[int, int] | None:
        """Line and column (in characters, from 1) of the SQL at which the error stands."""
        if self.offset is None:
            return None
        before = sql.encode()[: self.offset].decode(errors="ignore")
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _names_in(line: str) -> Iterator[str]:
    for found in _QUOTED.finditer(line):
        yield (found.group(1) or found.group(2) or "").replace('""', '"')
    yield from _NAMED.findall(_QUOTED.sub("", line))


def _is_known(name: str, known: str) -> bool:
    """Whether the SQL says it too; of a function's signature, whether the SQL has the function."""
    name = name.strip().casefold()
    if name in known:
        return True
    signature = _SIGNATURE.fullmatch(name)
    if signature is None or signature[1].strip('" ') not in known:
        return False
    return all(word in _TYPE_WORDS or word in known for word in _WORD.findall(signature[2]))
