"""Which column of a file is which column of the domain: by name or alias, never by looking at values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from personatwin_sql.scaffold.column_facts import column_facts
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.role import Role

_WRITTEN_WITH_CARE = frozenset("{}")
"""Letters of Jinja: a column whose name has them can be listed, but is not written into SQL."""


@dataclass(frozen=True)
class FileColumn:
    """One column of a file, and what the domain takes it for."""

    column: str
    """As the file has it; it may be anything."""
    name: str | None = None
    """The domain's name; None for a column that is not recognised."""
    spec: Column | None = None
    taken_by: str | None = None
    """The column of the same file that is taken for the same thing, so that this one stays inside."""
    written: Mapping[str, object] | None = None
    """What was said of it by whoever asked for the project, instead of what the domain takes it for."""

    @property
    def role(self) -> Role:
        """What is not known for sure stays inside."""
        return self.spec.role if self.spec is not None and self.taken_by is None else Role.DIRECT_IDENTIFIER

    @property
    def stays_inside(self) -> bool:
        return self.role is Role.DIRECT_IDENTIFIER


def recognised(columns: Iterable[str], known: Mapping[str, Column]) -> tuple[FileColumn, ...]:
    """Each column of a file, in the file's order.

    Of two columns that mean the same, the one that has the domain's own name counts (a row number called
    `id` is not the person beside a `person_id`), else the first; the other stays inside.
    """
    by_name: dict[str, str] = {}
    by_alias: dict[str, str] = {}
    for name, spec in known.items():
        by_name.setdefault(_bare(name), name)
        for alias in spec.aliases:
            by_alias.setdefault(_bare(alias), name)
    files = tuple(columns)
    named = {column: by_name.get(_bare(column)) for column in files if _is_plain(column)}
    aliased = {column: by_alias.get(_bare(column)) for column in named if named[column] is None}
    holders: dict[str, str] = {}
    for meaning in (named, aliased):
        for column, meant in meaning.items():
            if meant is not None:
                holders.setdefault(meant, column)
    return tuple(
        _file_column(column, named.get(column) or aliased.get(column), known, holders) for column in files
    )


def decided(
    columns: Iterable[FileColumn], decisions: Mapping[str, Mapping[str, object]], known: Mapping[str, Column]
) -> tuple[FileColumn, ...]:
    """The columns, those with a decision (column of the file → `{"role": …}`) as it says."""
    return tuple(
        _decided(column, decisions[column.column], known) if column.column in decisions else column
        for column in columns
    )


def _decided(column: FileColumn, written: Mapping[str, object], known: Mapping[str, Column]) -> FileColumn:
    """Under the domain's name where that is its own, else under its name in the file."""
    is_recognised = column.name is not None and column.taken_by is None
    name = column.name if is_recognised and column.name is not None else column.column
    spec = known.get(name) if is_recognised else None
    given = column_facts(spec) if spec is not None else {}
    merged = {**given, **written}
    return FileColumn(column.column, name, Column(role=Role(str(merged["role"]))), written=merged)


def _file_column(
    column: str, name: str | None, known: Mapping[str, Column], holders: Mapping[str, str]
) -> FileColumn:
    if name is None:
        return FileColumn(column)
    holder = holders[name]
    return FileColumn(column, name, known[name], None if holder == column else holder)


def _bare(name: str) -> str:
    """`Person ID`, `personId` and `PERSON-ID` are `personid`."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _is_plain(column: str) -> bool:
    return bool(_bare(column)) and column.isprintable() and not _WRITTEN_WITH_CARE & set(column)
