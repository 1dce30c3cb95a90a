"""What the proof is told of a script: whose SELECT it protects, and which tables it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.columns import A_PERSON, Column, Root, Unique
from personatwin_sql.compile.proof.facts import Relation
from personatwin_sql.compile.proof.proof import NotProvableError, need
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass, replace

AUTHORED: Final = "authored"
HIERARCHY: Final = "hierarchy"


@dataclass(frozen=True)
class Authored:
    """The author's SELECT: what lineage has found out about it needs no second proof."""

    sql: str
    unit: str
    columns: tuple[str, ...]
    """All but the unit."""
    one_row_per_unit: bool


@dataclass(frozen=True)
class Context:
    """Whatever a SELECT can see."""

    model: str
    authored: Authored
    query: exp.Expr | None
    """The author's SELECT as a tree."""
    people: Mapping[str, str]
    """Tables of other models with one row a person, and their unit."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Those of them in which another column stands for the unit, and that column: neither is ever NULL."""
    recoded: tuple[str, ...] = ()
    """The columns that are published as the engine's own table says of each combination of all of them; empty
    where each column has one level."""
    recoding: str = ""
    """That table, which the engine has filled before the script runs."""
    tables: Mapping[str, tuple[Relation, ...]] = field(default_factory=dict)
    """What the script has made so far, a relation for each branch of a UNION ALL."""
    views: frozenset[str] = frozenset()
    """Those of them that are views: their rows have no numbers."""
    types: frozenset[str] = frozenset()
    """The ENUMs that it has made."""
    unread: Mapping[str, NotProvableError] = field(default_factory=dict)
    """Tables that it has made in a way that is not understood: they can only say which rows are left out."""

    @property
    def unit(self) -> Root:
        return (AUTHORED, folded(self.authored.unit))

    @property
    def units(self) -> frozenset[Root]:
        return frozenset({self.unit, *self.one_row})

    @property
    def one_row(self) -> frozenset[Root]:
        """The units of tables in which each has one row."""
        return frozenset((table, folded(unit)) for table, unit in self.people.items())

    def is_made(self, table: str) -> bool:
        return table in self.tables or table in self.unread

    def is_own(self, table: str) -> bool:
        """Whether the script alone may make the table."""
        return table == f"release.{self.model}" or table.startswith(f"private.{self.model}__")

    def roots(self, names: Iterable[str]) -> set[Root]:
        """What quasi-identifiers may be made from: the author's columns of these names; or, where classes
        differ in levels, what the recoding says of all of them together."""
        authored = {(AUTHORED, name) for name in names}
        if not self.recoded:
            return authored
        looked_up = {(self.recoding, name) for name in names}
        return {(AUTHORED, name) for name in self.recoded} | looked_up

    @property
    def released(self) -> tuple[Relation, ...]:
        """The table that leaves, a relation for each branch of a UNION ALL."""
        return self.tables[f"release.{self.model}"]

    def made(self, table: str) -> Relation:
        """A table that the script itself makes, by one SELECT."""
        if table in self.unread:
            raise self.unread[table]
        branches = self.tables.get(table, ())
        need(len(branches) == 1, f"`{table}` is not made by one SELECT of this model")
        return branches[0]

    def authored_relation(self) -> Relation:
        """What the author's SELECT gives."""
        names = (self.authored.unit, *self.authored.columns)
        unit = frozenset({("", folded(self.authored.unit))})
        unique = frozenset({Unique(unit, False)}) if self.authored.one_row_per_unit else frozenset()
        return Relation(columns=_columns(AUTHORED, AUTHORED, names), unique=unique)

    def upstream(self, table: str, place: str, names: frozenset[str]) -> Relation:
        """A table that the script only reads, with the columns that it asks for."""
        keys = []
        if table in self.people:
            keys = [self.people[table]]
        elif table.startswith(f"{HIERARCHY}."):
            keys = ["level_0"]
        if table in self.codes:
            names |= {folded(self.people[table]), folded(self.codes[table])}
        columns = _columns(table, place, names)
        if table in self.codes:
            unit, code = ("", folded(self.people[table])), ("", folded(self.codes[table]))
            copies = frozenset({(place, table, unit[1])})
            keys.append(code[1])
            columns = {
                key: replace(column, is_filled=True, codes=copies if key == code else frozenset())
                if key in (unit, code)
                else column
                for key, column in columns.items()
            }
        unique = frozenset(Unique(frozenset({("", folded(key))}), False) for key in keys)
        if table == self.recoding:
            given = frozenset(("", f"given_{number}") for number in range(1, len(self.recoded) + 1))
            unique = frozenset({Unique(given, True)})
        return Relation(columns=columns, unique=unique, is_open=True)


def _columns(
    table: str, place: str, names: tuple[str, ...] | frozenset[str]
) -> dict[tuple[str, str], Column]:
    found = {}
    for name in map(folded, names):
        root = (table, name)
        found["", name] = Column(frozenset({root}), frozenset({A_PERSON}), frozenset({(place, *root)}))
    return found
