"""Reads which classes have values like everybody: the very SELECT that a macro writes, to the letter.

A distance of a class from everybody takes several steps, none of which says anything alone. So the steps are
known together: whatever differs from them, but for names and numbers, is not known at all. What they count is
known by itself: a table of all people, by class and value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.alike_forms import CONDITIONS, FORMS, HOLDS, SHARES, Form
from personatwin_sql.compile.proof.columns import Column, Key, Unique
from personatwin_sql.compile.proof.context import Context
from personatwin_sql.compile.proof.expression import Scope, conjuncts, value
from personatwin_sql.compile.proof.facts import Group, Relation, Says
from personatwin_sql.compile.proof.proof import NotProvableError
from personatwin_sql.compile.proof.same import same
from personatwin_sql.compile.proof.sensitive import compared, is_known
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

_VALUE: Final[Key] = ("", "sensitive_value")
_PEOPLE: Final[Key] = ("", "people")
_OWN_NAMES: Final = frozenset({"class_number", "class_people", "known_people", _VALUE[1], _PEOPLE[1]})
"""What the steps call their own columns: a column of a class has another name."""


@dataclass(frozen=True)
class _Counted:
    """A table that counts all people by class and value."""

    relation: Relation
    group: Group
    column: str
    """The column that the values are of."""
    names: tuple[str, ...]
    """The columns that make a class."""


def classes_alike(query: exp.Expr, place: str, context: Context) -> Relation | None:
    """The classes that a SELECT of a known form finds, and what it says of them; None for any other."""
    table, names = _table(query), _names(query)
    counted = _counted(context, table, names) if table is not None and names else None
    if table is None or counted is None:
        return None
    for form in FORMS:
        numbers, holes = dict[str, float](), dict[str, exp.Expr]()
        if same(form.of(table, counted.names), query, numbers, holes):
            return _relation(counted, place, tuple(_says(form, counted, numbers, holes)))
    return None


def _table(query: exp.Expr) -> exp.Table | None:
    """The table that the first step reads."""
    clause = query.args.get("with_")
    first = clause.expressions[0].this if isinstance(clause, exp.With) else None
    source = first.args.get("from_") if isinstance(first, exp.Select) else None
    table = source.this if isinstance(source, exp.From) else None
    return table if isinstance(table, exp.Table) and table.args.get("db") else None


def _names(query: exp.Expr) -> tuple[str, ...]:
    """The columns that the SELECT gives; none where they are no columns."""
    if not isinstance(query, exp.Select):
        return ()
    columns = [node for node in query.expressions if isinstance(node, exp.Column)]
    is_plain = all(isinstance(column.this, exp.Identifier) for column in columns)
    names = tuple(folded(column.name) for column in columns)
    is_distinct = len(set(names)) == len(query.expressions) and not _OWN_NAMES & set(names)
    return names if is_plain and is_distinct else ()


def _counted(context: Context, table: exp.Table, names: tuple[str, ...]) -> _Counted | None:
    """What the table counts, where that is all people, by these columns and one more."""
    called = f"{folded(table.db)}.{folded(table.name)}"
    branches = context.tables.get(called, ())
    if len(branches) != 1:
        return None
    for group in branches[0].groups:
        rest = group.of - set(names)
        if len(rest) != 1 or not group.of >= set(names):
            continue
        (column,) = rest
        is_named = all(("", name) in group.keys.get(name, ()) for name in names)
        is_told = _VALUE in group.keys.get(column, ()) and _PEOPLE in group.people
        if is_named and is_told and group.is_whole:
            return _Counted(branches[0], group, column, names)
    return None


def _relation(counted: _Counted, place: str, says: tuple[Says, ...]) -> Relation:
    keys = {name: frozenset({("", name)}) for name in counted.names}
    columns = {
        ("", name): Column(counted.relation.column(name).inputs, frozenset({place})) for name in counted.names
    }
    group = Group(
        name=place,
        base=counted.group.base,
        of=frozenset(counted.names),
        keys=keys,
        unit=counted.group.unit,
        reading="classes that are compared with everybody are not counted anew",
        says=says,
    )
    return Relation(columns=columns, groups=(group,), unique=frozenset({Unique(frozenset(columns), True)}))


def _says(
    form: Form, counted: _Counted, numbers: dict[str, float], holes: dict[str, exp.Expr]
) -> Iterator[Says]:
    if form is not CONDITIONS:
        if not counted.relation.columns[_VALUE].is_code:  # codes have an order of their own
            yield Says(form.name, counted.column, numbers["n1"], form.reading.format(numbers["n1"]))
        return
    columns = {("class_values", name): Column() for name in SHARES}
    scope = Scope(Relation(columns), ("class_values",), _no_subquery, group="classes")
    having = list(conjuncts(holes[HOLDS]))
    for part in having:
        if not is_known(part, scope):
            value(part, scope)
    yield from compared(scope, counted.column, having)


def _no_subquery(_node: exp.Subquery) -> Column:
    raise NotProvableError("a subquery where a class is compared with everybody")
