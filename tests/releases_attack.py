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


def values_of_groups(releases: Iterable[Path], column: str, mark: str = "mark") -> list[Counter[str]]:
    """The values that each release shows of people whom it and all before it tell together, one a group.

    People whom earlier releases told apart are seen apart in each class of the next: by who they were there.
    """
    history: defaultdict[str, set[Place]] = defaultdict(set)
    found: list[Counter[str]] = []
    for number, file in enumerate(releases):
        before = {person: frozenset(places) for person, places in history.items()}
        with duckdb.connect(str(file), read_only=True) as published:
            for table, names in _tables_with(published, column):
                groups: defaultdict[object, Counter[str]] = defaultdict(Counter)
                rows = published.execute(
                    f"SELECT {mark}, {column}, {', '.join(names)} FROM {table}"
                ).fetchall()
                for person, value, *values in rows:
                    place: Place = (number, table, tuple(values))
                    groups[before.get(str(person)), place][str(value)] += 1
                    history[str(person)].add(place)
                found += groups.values()
    return found


def _tables_with(published: duckdb.DuckDBPyConnection, column: str) -> list[tuple[str, list[str]]]:
    """The tables of classes that show a column, and their identifying columns."""
    names = published.execute(
        "SELECT model, list(\"column\") FILTER (WHERE role = 'quasi_identifier') "
        'FROM _personatwin.columns GROUP BY model HAVING list_contains(list("column"), ?)',
        [column],
    ).fetchall()
    return [(str(model), list(map(str, own))) for model, own in names]


def fewest_values(releases: Iterable[Path], column: str) -> int:
    """The fewest different values that a group shows."""
    return min(len(values) for values in values_of_groups(releases, column))


def commonest_share(releases: Iterable[Path], column: str) -> float:
    """The largest share of a group that has one value."""
    return max(max(values.values()) / values.total() for values in values_of_groups(releases, column))
