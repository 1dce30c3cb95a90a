"""What is known of two relations is carried over to their join, as far as the join lets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from personatwin_sql.compile.proof.columns import A_PERSON, Column, Columns, Copy, Key, Root, column_at
from personatwin_sql.compile.proof.facts import Classes, Group, Minus, Relation, Rows, Share
from personatwin_sql.compile.proof.groups_in_rows import addable, told
from personatwin_sql.compile.proof.joined_groups import also_says
from personatwin_sql.frozen import dataclass, replace

Kind = Literal["INNER", "LEFT", "SEMI", "ANTI"]
KINDS: Final[tuple[Kind, ...]] = ("INNER", "LEFT", "SEMI", "ANTI")


@dataclass(frozen=True)
class Pair:
    """Two values that must agree; `left` is None where it is more than a column."""

    left: Key | None
    right: Key
    is_null_safe: bool


@dataclass(frozen=True)
class Condition:
    """An ON clause: what must agree, whether that is all of it, and what it is made from."""

    pairs: tuple[Pair, ...] = ()
    is_plain: bool = True
    """It is a conjunction of pairs of columns, and nothing else."""
    inputs: frozenset[Root] = frozenset()
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Pairing:
    """Two relations of which rows that agree in all pairs stand side by side."""

    left: Relation
    right: Relation
    pairs: tuple[Pair, ...]


def joined(left: Relation, right: Relation, kind: Kind, on: Condition, units: frozenset[Root]) -> Relation:
    """The join of two relations under their aliases."""
    if kind in ("SEMI", "ANTI"):
        kept = _without if kind == "ANTI" else _within
        less = replace(filtered(left), rows=tuple(kept(rows, right, on) for rows in left.rows))
        if kind == "ANTI":
            return less
        return replace(less, groups=tuple(also_says(group, right, on) for group in less.groups))
    right = _apart(left, right)
    finds_one = _is_unique(right, on.pairs)
    found_by_one = _is_unique(left, tuple(_turned(pair) for pair in on.pairs if pair.left is not None))
    rows = [_joined_rows(rows, right, kind, on, finds_one) for rows in left.rows]
    found = frozenset(group.name for group in right.groups) or frozenset({A_PERSON})
    by = {pair.right for pair in on.pairs} if on.is_plain else set()
    columns = {
        key: _looked_up(column, frozenset() if by == {right.hashes.get(key)} else on.inputs, kind, found)
        for key, column in right.columns.items()
    }
    if kind == "INNER":
        rows += [replace(each, is_exact=False, is_once=False, is_whole_within=False) for each in right.rows]
    merged = Relation(
        columns={**addable(left.columns, finds_one), **addable(columns, found_by_one)},
        rows=tuple(rows),
        groups=(
            *(
                replace(
                    group,
                    is_complete=False,
                    is_repeated=group.is_repeated or not finds_one,
                    is_spread=group.is_spread and finds_one,
                )
                for group in left.groups
            ),
            *(
                replace(
                    group,
                    is_complete=False,
                    is_optional=group.is_optional or kind == "LEFT",
                    is_repeated=group.is_repeated or not found_by_one,
                    is_spread=group.is_spread and found_by_one and kind == "INNER",
                )
                for group in right.groups
            ),
        ),
        unique=(left.unique if finds_one else frozenset())
        | (right.unique if found_by_one and kind == "INNER" else frozenset()),
        shares=(*left.shares, *right.shares, *on.shares),
        repeats=left.repeats or not finds_one,
        is_open=left.is_open or right.is_open,
        note=left.note,
    )
    if kind == "INNER" and finds_one and on.is_plain:
        lefts = frozenset(pair.left for pair in on.pairs if pair.left is not None)
        merged = told(merged, right, lefts)
    return _equated(merged, on.pairs, kind, units)


def filtered(relation: Relation) -> Relation:
    """The same with fewer rows: no longer all groups, no longer all rows of a table."""
    return replace(
        relation,
        rows=tuple(replace(rows, is_exact=False, is_whole_within=False) for rows in relation.rows),
        groups=tuple(replace(group, is_complete=False, is_spread=False) for group in relation.groups),
        distinct=(),
        over_cap=None,
    )


def _without(rows: Rows, right: Relation, on: Condition) -> Rows:
    """ANTI JOIN: rows that agree with one of a table are gone."""
    own = next((each for each in right.rows if each.is_whole or each.is_unread), None)
    pairs = frozenset(
        (column_at(rows.columns, pair.left), column_at(own.columns, pair.right))
        for pair in on.pairs
        if own is not None and pair.left is not None and pair.is_null_safe
    )
    named = frozenset((left, right) for left, right in pairs if left is not None and right is not None)
    if own is None or not on.is_plain or len(named) != len(on.pairs):
        return replace(rows, is_exact=False, is_whole_within=False)
    return replace(rows, minus=(*rows.minus, Minus(own.table, named)))


def _within(rows: Rows, right: Relation, on: Condition) -> Rows:
    """SEMI JOIN: rows that agree in the columns of the condition stay or go together."""
    names = [column_at(rows.columns, pair.left) for pair in on.pairs if pair.left is not None]
    columns = frozenset(name for name in names if name is not None)
    is_known = on.is_plain and len(columns) == len(on.pairs) and rows.is_whole_within
    found = _in_classes(rows, right, on)
    return replace(found, within=(*rows.within, columns), is_whole_within=True) if is_known else found


def _in_classes(rows: Rows, right: Relation, on: Condition) -> Rows:
    """Joined on the columns that make a class, whole classes stay or go, those with NULL too."""
    for group in right.groups:
        is_same = group.base.table == rows.table and not group.is_optional and group.unit is not None
        names = [_same_column(pair, rows.columns, group.keys) for pair in on.pairs]
        if is_same and on.is_plain and rows.is_whole and names and None not in names:
            keys = frozenset(name for name in names if name is not None)
            says = group.says if keys == group.of else ()
            classes = Classes(keys, group.at_least, group.reading, str(group.unit), says)
            return replace(rows, classes=classes, is_whole_within=False)
    has_classes = any(group.base.table == rows.table for group in right.groups)
    note = "rows and classes are not joined on the columns of a class alone" if has_classes else right.note
    return replace(rows, is_exact=False, is_whole_within=False, note=rows.note or note)


def _joined_rows(rows: Rows, right: Relation, kind: Kind, on: Condition, finds_one: bool) -> Rows:
    if not finds_one:
        note = "the join may find several rows for one"
        return replace(rows, is_once=False, is_exact=False, is_whole_within=False, note=rows.note or note)
    return rows if kind == "LEFT" else _in_classes(rows, right, on)


def _same_column(pair: Pair, left: Columns, right: Columns) -> str | None:
    """The column of one table whose values both sides hold."""
    name = column_at(left, pair.left) if pair.left is not None else None
    return name if name is not None and pair.right in right.get(name, ()) else None


def _apart(left: Relation, right: Relation) -> Relation:
    """Two rows of one grouping in one row are two groups: the second is no longer spoken of.

    So are two rows that were read at one place: what the second copies is not in one row with the first.
    """
    known = frozenset().union(*(column.groups for column in left.columns.values()))
    both = known & frozenset().union(*(column.groups for column in right.columns.values())) - {A_PERSON}
    places = {copy[0] for column in left.columns.values() for copy in column.copies | column.codes}
    columns = {key: _without_places(column, places) for key, column in right.columns.items()}
    columns = {
        key: replace(column, groups=frozenset({A_PERSON})) if column.groups & both else column
        for key, column in columns.items()
    }
    return replace(
        right, columns=columns, groups=tuple(each for each in right.groups if each.name not in both)
    )


def _without_places(column: Column, places: set[str]) -> Column:
    kept = {
        name: frozenset(copy for copy in getattr(column, name) if copy[0] not in places)
        for name in ("copies", "codes", "names")
    }
    return replace(column, copies=kept["copies"], codes=kept["codes"], names=kept["names"])


def _looked_up(column: Column, inputs: frozenset[Root], kind: Kind, found: frozenset[str]) -> Column:
    """A value that was found by a condition is made from that too; a keyed hash of just that hides it again.

    One that may be missing copies nothing, and tells whether there is what was looked for.
    """
    if kind == "INNER":
        return replace(column, inputs=column.inputs | inputs)
    return Column(column.inputs | inputs, column.groups | found)


def _is_unique(relation: Relation, pairs: tuple[Pair, ...]) -> bool:
    """Whether the pairs find at most one row; NULL counts where it agrees with NULL."""
    safe = {pair.right for pair in pairs}
    plain = {pair.right for pair in pairs if not pair.is_null_safe}
    return any(each.keys <= (safe if each.counts_null else plain) for each in relation.unique)


def _turned(pair: Pair) -> Pair:
    return Pair(pair.right, pair.left or pair.right, pair.is_null_safe)


def _equated(relation: Relation, pairs: tuple[Pair, ...], kind: Kind, units: frozenset[Root]) -> Relation:
    """Where two columns of one table, or two units, agree, either stands for the other."""
    columns = dict(relation.columns)
    groups = relation.groups
    for pair in pairs:
        if pair.left is None:
            continue
        ours, theirs = columns[pair.left], columns[pair.right]
        if kind == "INNER" and is_unit(ours, units) and is_unit(theirs, units):
            both = ours.copies | theirs.copies
            columns[pair.left] = replace(ours, copies=both)
            columns[pair.right] = replace(theirs, copies=both)
            columns = {key: _also_codes(column, both) for key, column in columns.items()}
        groups = tuple(_also_at(group, groups, pair) for group in groups)
    return replace(relation, columns=columns, groups=groups)


def _also_codes(column: Column, both: frozenset[Copy]) -> Column:
    """What stands for a unit stands for one that agrees with it in every row."""
    return replace(column, codes=column.codes | both) if column.codes & both else column


def is_unit(column: Column, units: frozenset[Root]) -> bool:
    return any(copy[1:] in units for copy in column.copies)


def _also_at(group: Group, groups: tuple[Group, ...], pair: Pair) -> Group:
    """A key of a joined group is found under the left column too, if that is the same column of the table."""
    for name, keys in group.keys.items():
        same = {
            (other.name, name)
            for other in groups
            if other.name != group.name
            and not other.is_optional
            and other.base.table == group.base.table
            and pair.left is not None
            and pair.left in other.keys.get(name, ())
        }
        if pair.left is not None and pair.right in keys and same:
            keys_at = _with(group.keys, name, pair.left)
            return replace(group, keys=keys_at, beside=group.beside | same)
    return group


def _with(columns: Columns, name: str, key: Key) -> Mapping[str, frozenset[Key]]:
    return {**columns, name: columns[name] | {key}}
