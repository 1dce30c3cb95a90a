"""What is known of a value whatever the data are: what it is made from, of whom it is, and what it copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from personatwin_sql.frozen import dataclass

Key = tuple[str, str]
"""A column in scope: alias and name. The alias is empty in a finished relation."""
Root = tuple[str, str]
"""A column of a table that the script only reads: (`authored`, `age`)."""
Copy = tuple[str, str, str]
"""A root and the place where its table is read: columns of one place stand in one row."""

A_PERSON: Final = "a person"
"""Stands among the groups of a column whose value is that of single rows."""
SECRET: Final[Root] = ("secret", "release_secret")
STANDING: Final[Root] = ("the rows", "order")
"""How the rows of a source stood, which is known: whoever is the n-th there is the n-th here."""
PLACE: Final[Root] = ("the rows", "place")
"""Which row of a table it is: it tells those apart who agree in all that is published."""
ROWID: Final = "rowid"


@dataclass(frozen=True)
class Column:
    """A value: the roots it is made from, the groups it speaks of, the roots that it is an exact copy of."""

    inputs: frozenset[Root] = frozenset()
    groups: frozenset[str] = frozenset()
    copies: frozenset[Copy] = frozenset()
    constant: str | None = None
    is_code: bool = False
    """It is a text as its place in an ENUM: CAST to VARCHAR gives the very text."""
    codes: frozenset[Copy] = frozenset()
    """The roots that it stands for, one value for one value; it is never NULL."""
    is_filled: bool = False
    """It is never NULL."""
    numbers: frozenset[str] = frozenset()
    """The groups of which it is the number in an order of their keys: no two have one."""
    is_rowid: bool = False
    """It is the number of a row of a table, which a star does not bring along."""
    names: frozenset[Copy] = frozenset()
    """The roots that it is nothing but a keyed hash of."""
    counts: frozenset[Root] = frozenset()
    """The roots of which it is the number of values, each of which is counted in one row alone."""
    agreed: frozenset[Root] = frozenset()
    """The roots of which it is the one value that all rows of a group have, NULL where they differ."""

    def is_value_of(self, root: Root) -> bool:
        """Whether values are those of the root and stand in its order."""
        return not self.is_code and (self.is_copy_of(root) or root in self.agreed)

    def is_copy_of(self, root: Root) -> bool:
        return any(copy[1:] == root for copy in self.copies)

    def is_code_of(self, root: Root) -> bool:
        return any(copy[1:] == root for copy in self.codes)


Columns = Mapping[str, frozenset[Key]]
"""Columns of a table, and the keys under which their values stand in a relation."""


@dataclass(frozen=True)
class Unique:
    """No two rows agree in these columns; where `counts_null` is false, rows with NULL in one may."""

    keys: frozenset[Key]
    counts_null: bool


def units_of_rows(unique: Iterable[Unique], columns: Mapping[Key, Column]) -> frozenset[Copy]:
    """The roots of which each row has one value, never NULL, that no other row has."""
    keys = [next(iter(each.keys)) for each in unique if len(each.keys) == 1]
    filled = [columns[key] for key in keys if columns[key].is_filled]
    return frozenset().union(*(column.copies | column.codes for column in filled))


def column_at(columns: Columns, key: Key) -> str | None:
    """The column of the table that a key holds."""
    return next((name for name, keys in columns.items() if key in keys), None)
