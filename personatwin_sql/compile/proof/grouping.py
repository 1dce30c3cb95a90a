"""Reads a SELECT that groups: each row of it names a group of rows of a table, and how many units it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sqlglot import exp

from personatwin_sql.compile.proof.columns import Column, Key, Unique, column_at
from personatwin_sql.compile.proof.counts import bound
from personatwin_sql.compile.proof.expression import AGGREGATES, Scope, conjuncts, only, value
from personatwin_sql.compile.proof.facts import Group, Relation, Rows
from personatwin_sql.compile.proof.keyed import hidden
from personatwin_sql.compile.proof.people import PeopleCount
from personatwin_sql.compile.proof.proof import given, need
from personatwin_sql.compile.proof.same import agreed_column
from personatwin_sql.compile.proof.sensitive import is_known, of_people, of_values
from personatwin_sql.compile.proof.sizes import sizes
from personatwin_sql.compile.proof.sources import Reading
from personatwin_sql.frozen import replace

Projections = Sequence[tuple[str, exp.Expr]]


def groups(select: exp.Select) -> bool:
    """Whether a SELECT makes one row of many."""
    if select.args.get("group") or select.args.get("having"):
        return True
    return any(_has_aggregate(node) for node in select.expressions)


def grouped(select: exp.Select, projections: Projections, scope: Scope, reading: Reading) -> Relation:
    """The groups of a SELECT, with what its HAVING says of all of them."""
    need(not select.args.get("qualify"), "QUALIFY in a SELECT that groups is not understood")
    inner = replace(scope, group=reading.place)
    keys = _keys(select, projections)
    bare = {name: scope.key(node) for name, node in projections if isinstance(node, exp.Column)}
    having = _having(select, inner)
    named = frozenset(scope.key(node) for node in keys if isinstance(node, exp.Column))
    people = PeopleCount(scope, named, reading.context.units, reading.context.one_row)
    columns = {
        ("", name): _agreeing(_counting(value(node, inner), node, people), node, scope)
        for name, node in projections
    }
    base, note = _base(keys, having, projections, people, reading)
    found: tuple[Group, ...] = ()
    if base is not None:
        found = (_group(base, named, bare, having, projections, people, reading.place),)
    if len(named) == len(keys):
        found = (*found, *_rolled_up(scope, named, bare, having, projections, people, reading.place))
    is_plain = all(isinstance(node, exp.Column) for node in keys) and not having
    return Relation(
        columns=columns,
        groups=found,
        unique=_unique(select, keys, bare, projections, scope),
        repeats=scope.relation.repeats,
        distinct=tuple(_distinct(scope, named, bare, projections)) if is_plain else (),
        note=note,
    )


def _counting(column: Column, node: exp.Expr, people: PeopleCount) -> Column:
    """A count of people, each of whom is in one group alone, can be added up."""
    key = people.key_of(node)
    return column if key is None else replace(column, counts=people.counted_once(key))


def _agreeing(column: Column, node: exp.Expr, scope: Scope) -> Column:
    """`CASE WHEN min(age) = max(age) THEN min(age) END`: the value in which all rows of a group agree."""
    of = agreed_column(node)
    inner = scope.relation.columns[scope.key(of)] if of is not None else column
    if of is None or inner.is_code:
        return column
    return replace(column, agreed=frozenset(copy[1:] for copy in inner.copies))


def _keys(select: exp.Select, projections: Projections) -> list[exp.Expr]:
    clause = select.args.get("group")
    if clause is None:
        return []
    only(clause, "expressions", "all")
    if clause.args.get("all"):
        return [node for _, node in projections if not _has_aggregate(node)]
    need(all(not isinstance(node, exp.Literal) for node in clause.expressions), "GROUP BY a position")
    return list(clause.expressions)


def _having(select: exp.Select, scope: Scope) -> list[exp.Expr]:
    clause = select.args.get("having")
    if clause is None:
        return []
    only(clause, "this")
    parts = list(conjuncts(clause.this))
    scope = replace(scope, prefers_taken=True)
    for part in parts:
        if not is_known(part, scope):
            value(part, scope)
    return parts


def _base(
    keys: list[exp.Expr],
    having: list[exp.Expr],
    projections: Projections,
    people: PeopleCount,
    reading: Reading,
) -> tuple[Rows | None, str]:
    """The rows of a table that hold all keys and the unit that is counted; or why there are none."""
    where, scope = f"`{_short(reading.place)}`", people.scope
    for node in keys:
        value(node, scope)
    if not all(isinstance(node, exp.Column) for node in keys):
        return None, f"{where} groups by an expression"
    for rows in (*scope.relation.rows, *scope.relation.distinct):
        has_keys = all(column_at(rows.columns, key) for key in people.keys)
        if has_keys and _unit(rows, having, projections, people):
            return rows, ""
    if scope.relation.rows:
        return None, f"{where} does not count distinct units of the rows that it groups"
    return None, f"{where} does not group rows of a table"


def _distinct(
    scope: Scope, keys: frozenset[Key], bare: dict[str, Key], projections: Projections
) -> Iterator[Rows]:
    """The rows that were grouped by columns of a table: none is lost, and those that agree are one."""
    for rows in scope.relation.rows:
        if all(column_at(rows.columns, key) for key in keys):
            numbers = sizes(projections, scope, rows)
            yield replace(rows, columns=_named(rows, keys, bare), numbers=numbers)


def _named(base: Rows, keys: frozenset[Key], bare: dict[str, Key]) -> dict[str, frozenset[Key]]:
    """The columns of the table that make groups, and where they stand."""
    return {
        str(column_at(base.columns, each)): frozenset(
            ("", name) for name, bare_key in bare.items() if bare_key == each
        )
        for each in keys
    }


def _unit(
    rows: Rows, having: list[exp.Expr], projections: Projections, people: PeopleCount
) -> tuple[str, Key] | None:
    """The column of the table that is the unit and is counted, in HAVING or among the columns."""
    for node in [*having, *(node for _, node in projections)]:
        for count in node.walk(prune=lambda part: isinstance(part, exp.Subquery)):
            key = people.key_of(count)
            name = column_at(rows.columns, key) if key is not None else None
            if key is not None and name is not None:
                return name, key
    return None


def _group(
    base: Rows,
    keys: frozenset[Key],
    bare: dict[str, Key],
    having: list[exp.Expr],
    projections: Projections,
    people: PeopleCount,
    place: str,
) -> Group:
    unit, key = given(_unit(base, having, projections, people), "no unit is counted")
    named = _named(base, keys, bare)
    at_least, reading = _at_least(
        having,
        people,
        unit,
        lambda node: people.key_of(node) == key,
        f"`{_short(place)}` has no HAVING count(DISTINCT {unit}) >= n",
    )
    return Group(
        name=place,
        base=base,
        of=frozenset(named),
        keys={name: found for name, found in named.items() if found},
        unit=unit,
        at_least=at_least,
        reading=reading,
        people=frozenset(("", name) for name, node in projections if people.key_of(node) == key),
        sizes=sizes(projections, people.scope, base),
        named=dict(_hashed(base, keys, projections, people)),
        is_complete=not having,
        says=tuple(of_people(people.scope, base, frozenset(named), having)),
    )


def _rolled_up(
    scope: Scope,
    keys: frozenset[Key],
    bare: dict[str, Key],
    having: list[exp.Expr],
    projections: Projections,
    people: PeopleCount,
    place: str,
) -> Iterator[Group]:
    """Groups of groups, none of which is missing: the rows of a table, grouped by fewer of its columns.

    The people of a group are the sum of those of its groups, in no two of which a person is.
    """
    for group in scope.relation.groups:
        names = {str(column_at(group.keys, key)) for key in keys if column_at(group.keys, key)}
        if len(names) < len(keys) or not group.is_whole:
            continue
        at_least, reading = _at_least(
            having,
            people,
            str(group.unit),
            partial(_counts, people, group),
            f"`{_short(place)}` does not bound the people of a class",
        )
        named = {
            name: frozenset(("", each) for each, key in bare.items() if key in group.keys[name])
            for name in names
        }
        yield Group(
            name=place,
            base=group.base,
            of=frozenset(names),
            keys={name: found for name, found in named.items() if found},
            unit=group.unit,
            at_least=at_least,
            reading=reading,
            people=frozenset(("", name) for name, node in projections if people.key_of(node) in group.people),
            is_complete=not having and group.is_complete,
            says=tuple(of_values(scope, group, keys, having)),
        )


def _at_least(
    having: list[exp.Expr],
    people: PeopleCount,
    unit: str,
    counts_them: Callable[[exp.Expr], bool],
    otherwise: str,
) -> tuple[int, str]:
    """The most people that a condition asks for and how it reads; 0 and `otherwise` where none does."""
    at_least, reading = 0, otherwise
    for part in having:
        found = bound(part, counts_them)
        if found is not None and found[0] > at_least:
            at_least, reading = found[0], f"HAVING {people.in_words(part, unit, found[1])}"
    return at_least, reading


def _counts(people: PeopleCount, group: Group, node: exp.Expr) -> bool:
    return people.key_of(node) in group.people


def _hashed(
    base: Rows, keys: frozenset[Key], projections: Projections, people: PeopleCount
) -> Iterator[tuple[Key, str]]:
    """The values that are nothing but keyed hashes of a key."""
    for name, node in projections:
        column = hidden(node)
        key = people.scope.key(column) if column is not None else None
        of = column_at(base.columns, key) if key in keys and key is not None else None
        if of is not None:
            yield ("", name), of


def _unique(
    select: exp.Select, keys: list[exp.Expr], bare: dict[str, Key], projections: Projections, scope: Scope
) -> frozenset[Unique]:
    """A group has one row; without GROUP BY there is one row in all."""
    if select.args.get("group") and select.args["group"].args.get("all"):
        names = {name for name, node in projections if not _has_aggregate(node)}
        return frozenset({Unique(frozenset(("", name) for name in names), True)})
    found = []
    for node in keys:
        key = scope.key(node) if isinstance(node, exp.Column) else None
        names = {name for name, each in bare.items() if each == key}
        if key is None or not names:
            return frozenset()
        found.append(("", min(names)))
    return frozenset({Unique(frozenset(found), True)})


def _has_aggregate(node: exp.Expr) -> bool:
    """Whether a value is that of many rows: an aggregate that is no window, outside of subqueries."""
    if isinstance(node, exp.Subquery):
        return False
    if isinstance(node, exp.Window):
        function = node.this.this if isinstance(node.this, exp.Filter) else node.this
        around = [part for part in node.iter_expressions() if part is not node.this]
        return any(_has_aggregate(part) for part in (*around, *function.iter_expressions()))
    return isinstance(node, AGGREGATES) or any(_has_aggregate(part) for part in node.iter_expressions())


def _short(place: str) -> str:
    return place.rpartition(".")[2]
