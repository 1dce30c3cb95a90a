"""What an adversary finds who kept every release of a project, and can tell rows of the same person.

Each person has a mark that no two share, and tables publish it: a value that stays the same from release to
release, as rare values of other columns do. Nothing but published files is read. The adversary lays all
tables of all releases beside each other and sees, of each mark, in which class of each table it stands, or
that it stands in none. People of whom all that is the same are a group: who knows of somebody which tables he
joined, left or moved in knows the group, and if it is of one person, the row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

Place = tuple[int, str, tuple[str | None, ...]]
"""Which release, which table, and the identifying values of its class."""


def groups_of(releases: Iterable[Path], mark: str = "mark") -> Counter[frozenset[Place]]:
    """How many people have the same places in all releases, for each set of places that somebody has."""
    places: defaultdict[str, set[Place]] = defaultdict(set)
    for number, file in enumerate(releases):
        with duckdb.connect(str(file), read_only=True) as published:
            tables = published.execute(
                "SELECT model FROM _personatwin.releases WHERE protection = 'k_anonymity'"
            ).fetchall()
            for (table,) in tables:
                names = [
                    str(name)
                    for (name,) in published.execute(
                        'SELECT "column" FROM _personatwin.columns '
                        "WHERE model = ? AND role = 'quasi_identifier'",
                        [table],
                    ).fetchall()
                ]
                rows = published.execute(f"SELECT {mark}, {', '.join(names)} FROM {table}").fetchall()
                for person, *values in rows:
                    places[str(person)].add((number, str(table), tuple(values)))
    return Counter(frozenset(found) for found in places.values())


def smallest_group(releases: Iterable[Path]) -> int:
    """The fewest people whom all releases leave together."""
    return min(groups_of(releases).values())
