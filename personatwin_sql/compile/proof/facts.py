"""What is known of a relation whatever the data are: where rows and groups of people come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from personatwin_sql.compile.proof.columns import (
    STANDING,
    Column,
    Columns,
    Key,
    Root,
    Unique,
)
from personatwin_sql.frozen import dataclass, replace


@dataclass(frozen=True)
class Minus:
    """The rows that agree with one of `table` in all `pairs` (NULL with NULL) are gone, and no others."""

    table: str
    pairs: frozenset[tuple[str, str]]
    """Column of the rows' own table, column of `table`."""


@dataclass(frozen=True)
class Says:
    """What a condition says of the values that the people of each class have in a column."""

    model: str  # with its kind: `l_diversity_distinct`
    column: str
    value: float
    reading: str


@dataclass(frozen=True)
class Classes:
    """A row is there with all rows of its class: those that agree in `keys`. A class has enough people."""

    keys: frozenset[str]
    at_least: int
    reading: str
    unit: str
    says: tuple[Says, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Each row is a row of a table."""

    table: str
    columns: Columns
    is_exact: bool = True
    """Nothing was filtered but what `only`, `minus` and `classes` say."""
    is_once: bool = True
    """No row of the table stands in two rows."""
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Columns whose value is one of these texts."""
    minus: tuple[Minus, ...] = ()
    within: tuple[frozenset[str], ...] = ()
    """Rows that agree in such columns (NULL with NULL) are all there or all gone."""
    is_whole_within: bool = True
    """Nothing was filtered but what `minus` and `within` say."""
    classes: Classes | None = None
    note: str = ""
    """Why the rows are not in classes, where a join might have brought them there."""
    is_unread: bool = False
    """Nothing is known of the table but its name."""
    numbers: frozenset[Key] = frozenset()
    """Where it stands how many rows of the table are one row here."""

    @property
    def is_whole(self) -> bool:
        return self.is_exact and self.is_once and not self.only and not self.minus and self.classes is None

    def is_whole_but_for(self, columns: frozenset[str]) -> bool:
        """Whether rows that agree in all these columns are all there, or all gone."""
        is_told = all({name for name, _ in minus.pairs} <= columns for minus in self.minus)
        return replace(self, minus=()).is_whole and is_told


@dataclass(frozen=True)
class Group:
    """Each row names a group of rows of a table: those that agree with it in `keys`."""

    name: str
    base: Rows
    """The rows that were grouped."""
    of: frozenset[str]
    """The columns of the table that they were grouped by."""
    keys: Columns
    """Those of them that are still there; fewer make a larger group."""
    unit: str | None = None
    """The column of the table that is counted: the person."""
    at_least: int = 0
    """How many distinct units a group has."""
    reading: str = ""
    people: frozenset[Key] = frozenset()
    """Where the exact number of distinct units of the group stands."""
    sizes: frozenset[Key] = frozenset()
    """Where the exact number of its rows stands."""
    told: frozenset[Key] = frozenset()
    """Values that were looked up by the keys alone: all of a group have the same."""
    named: Mapping[Key, str] = field(default_factory=dict)
    """Keyed hashes of a key, and the column of the table that it is."""
    beside: frozenset[tuple[str, str]] = frozenset()
    """Other groups with which it agrees in a column of the table that both were grouped by."""
    is_complete: bool = False
    """No group of the base is missing."""
    is_optional: bool = False
    """Where there is no such group, all its columns are NULL."""
    is_repeated: bool = False
    """A group may stand in several rows."""
    is_spread: bool = False
    """Each group stands in as many rows as it has people."""
    says: tuple[Says, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all rows of a table are counted, each in one row."""
        is_changed = self.is_optional or self.is_repeated or self.is_spread
        return self.is_complete and self.base.is_whole and not is_changed


@dataclass(frozen=True)
class Share:
    """The people of one group are at most this share of the people of another."""

    part: str
    whole: str
    share: float


@dataclass(frozen=True)
class OverCap:
    """The rows are all groups of which more than a share of the people of the whole are counted."""

    part: Group
    whole: Group
    share: float


@dataclass(frozen=True)
class Order:
    """The ORDER BY of a SELECT."""

    by: frozenset[str]
    """Columns of the relation that it names."""
    is_told: bool
    """It is made of them and of constants alone."""
    inputs: frozenset[Root] = frozenset({STANDING})
    """What it is made of; how rows stood before is among it where some may tie."""


@dataclass(frozen=True)
class Relation:
    """Columns and all that is known of the rows."""

    columns: Mapping[Key, Column]
    rows: tuple[Rows, ...] = ()
    groups: tuple[Group, ...] = ()
    distinct: tuple[Rows, ...] = ()
    """Rows of which those that agree in all columns that are named here stand as one row."""
    unique: frozenset[Unique] = frozenset()
    shares: tuple[Share, ...] = ()
    over_cap: OverCap | None = None
    repeats: bool = False
    """A row of the first relation in FROM may stand in several rows, or be counted several times."""
    is_open: bool = False
    """More columns may be there than those that were asked for."""
    hashes: Mapping[Key, Key] = field(default_factory=dict)
    """Columns that are nothing but keyed hashes of another column, and that column."""
    order: Order | None = None
    """None where the rows stand as they came, which may be the order of the sources."""
    note: str = "no rows are counted"
    """Why nothing is known of groups, where nothing is."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.columns)

    def column(self, name: str) -> Column:
        return self.columns["", name]

    def renamed(self, names: Mapping[Key, tuple[Key, ...]], columns: Mapping[Key, Column]) -> Relation:
        """The same rows with other columns; `names` tells where bare columns went."""
        groups = tuple(_renamed_group(group, names) for group in self.groups)
        unique = frozenset(
            Unique(frozenset(names[key][0] for key in each.keys), each.counts_null)
            for each in self.unique
            if all(names.get(key) for key in each.keys)
        )
        over_cap = self.over_cap
        if over_cap is not None:
            over_cap = replace(over_cap, part=_renamed_group(over_cap.part, names))
        hashes = {
            new: moved
            for old, hashed in self.hashes.items()
            for new in names.get(old, ())
            for moved in names.get(hashed, ())[:1]
        }
        return replace(
            self,
            columns=columns,
            hashes=hashes,
            rows=tuple(replace(rows, columns=_renamed(rows.columns, names)) for rows in self.rows),
            distinct=tuple(_renamed_distinct(rows, names) for rows in self.distinct),
            groups=groups,
            unique=unique,
            over_cap=over_cap,
        )

    def aliased(self, alias: str) -> Relation:
        """A finished relation as it stands in a FROM clause."""
        names = {key: ((alias, key[1]),) for key in self.columns}
        return self.renamed(names, {(alias, key[1]): column for key, column in self.columns.items()})


def _renamed(columns: Columns, names: Mapping[Key, tuple[Key, ...]]) -> Columns:
    moved = {name: moved_keys(keys, names) for name, keys in columns.items()}
    return {name: keys for name, keys in moved.items() if keys}


def _renamed_distinct(rows: Rows, names: Mapping[Key, tuple[Key, ...]]) -> Rows:
    return replace(rows, columns=_renamed(rows.columns, names), numbers=moved_keys(rows.numbers, names))


def moved_keys(keys: Iterable[Key], names: Mapping[Key, tuple[Key, ...]]) -> frozenset[Key]:
    return frozenset(new for key in keys for new in names.get(key, ()))


def _renamed_group(group: Group, names: Mapping[Key, tuple[Key, ...]]) -> Group:
    named = {new: name for key, name in group.named.items() for new in names.get(key, ())}
    return replace(
        group,
        keys=_renamed(group.keys, names),
        people=moved_keys(group.people, names),
        sizes=moved_keys(group.sizes, names),
        told=moved_keys(group.told, names),
        named=named,
    )
