"""Whose rows a relation has: those of one person each, or of nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from personatwin_sql.compile.quoting import folded
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass


class Refused(Exception):
    """A SELECT in which one person could change the rows of others, or make it fail."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(frozen=True)
class Fact:
    """A column: its kind of value, and whether it is the person of the row."""

    name: str
    kind: str
    is_unit: bool = False
    origin: tuple[str, str] | None = None
    """The source and its column, where it is one as it stands there."""
    copies: int = 1
    """How many texts of sources come together in it at most."""


@dataclass(frozen=True)
class Flow:
    """The columns of a relation, and whether its rows are of persons.

    Of persons: each row belongs to the one whom its unit column names, and is made from that person's rows in
    the sources and from what is public alone. Adding or removing somebody adds or removes that person's rows,
    and changes no other (McSherry 2009, a stable transformation of stability 1 per person).
    """

    columns: tuple[Fact, ...]
    is_of_persons: bool

    def find(self, name: str) -> Fact | None:
        wanted = folded(name)
        return next((fact for fact in self.columns if folded(fact.name) == wanted), None)

    @property
    def has_unit(self) -> bool:
        return any(fact.is_unit for fact in self.columns)

    def renamed(self, names: Iterable[str]) -> Flow:
        """The columns under the names of `AS alias(first, second)`; the rest keep theirs."""
        given = list(names)
        columns = tuple(
            replace(fact, name=given[at] if at < len(given) else fact.name)
            for at, fact in enumerate(self.columns)
        )
        return Flow(columns, self.is_of_persons)


Flows = Mapping[str, Flow]
"""Relations by folded name."""
