"""Small readers of trees: names, numbers, and whether two trees are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction

from sqlglot import exp

from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, need, of_kind
from personatwin_sql.compile.proof.same import parts_of
from personatwin_sql.compile.quoting import folded


def alike(one: object, other: object) -> bool:
    """Whether two trees are the same to the letter; comments and brackets of layout do not count."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, exp.Expr) and isinstance(other, exp.Expr):
        ours, theirs = parts_of(one), parts_of(other)
        return (
            type(one) is type(other)
            and ours.keys() == theirs.keys()
            and all(alike(part, theirs[name]) for name, part in ours.items())
        )
    return type(one) is type(other) and one == other


def select_of(node: object, what: str, *parts: str) -> exp.Select:
    """A SELECT with no other clauses than these."""
    found = of_kind(node, exp.Select, f"{what} is no SELECT")
    only(found, "expressions", "from_", *parts)
    return found


def name_of(node: object, tables: Collection[str]) -> str:
    """The folded name of a column of one of these relations, or without a relation."""
    column = of_kind(node, exp.Column, "an expression where a column belongs")
    only(column, "this", "table")
    need(isinstance(column.this, exp.Identifier), "a star where a column belongs")
    known = not column.table or folded(column.table) in tables
    need(known, f"`{column.table}.{column.name}` is a column of another relation")
    return folded(column.name)


def qualified(node: object, table: str) -> str | None:
    """The folded name of a column that says it is of this relation."""
    if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
        return None
    return folded(node.name) if folded(node.table) == table and not node.text("db") else None


def item_of(node: exp.Expr) -> tuple[str, exp.Expr]:
    """The folded name of an item of a SELECT list, and what it is."""
    if isinstance(node, exp.Alias):
        return folded(node.alias), node.this
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
        return folded(node.name), node
    raise NotProvableError("an item of a SELECT list without a name")


def distinct_names(names: Collection[str], what: str) -> None:
    """Two columns of one name would be taken for each other."""
    need(len(set(names)) == len(names), f"two columns of {what} have one name")


def star_and_one(select: exp.Select, what: str, of: str) -> tuple[str, exp.Expr]:
    """`SELECT *, expression AS name`: the name and the expression."""
    need(
        len(select.expressions) == 2 and is_star(select.expressions[0], of), f"{what} is not `*` and one more"
    )
    return item_of(select.expressions[1])


def is_star(node: exp.Expr, of: str) -> bool:
    """`*`, or all of the one relation; nothing left out, renamed or replaced."""
    if isinstance(node, exp.Column):
        return isinstance(node.this, exp.Star) and folded(node.table) == of and not parts_of(node.this)
    return isinstance(node, exp.Star) and not parts_of(node)


def relation_of(node: object) -> tuple[str, str]:
    """The folded name of a table as `schema.name` or `name`, and what it is called here."""
    table = of_kind(node, exp.Table, "a relation that is no table")
    only(table, "this", "db", "alias")
    need(isinstance(table.this, exp.Identifier), "a function that gives a table")
    alias = table.args.get("alias")
    if alias is not None:
        only(alias, "this")
    name = f"{folded(table.db)}.{folded(table.name)}" if table.db else folded(table.name)
    return name, folded(alias.name) if alias is not None else folded(table.name)


def source_of(select: exp.Select) -> tuple[str, str]:
    """The one relation in FROM."""
    clause = of_kind(select.args.get("from_"), exp.From, "a SELECT without FROM")
    return relation_of(clause.this)


def integer_of(node: object) -> int:
    """A whole number as written."""
    number = number_of(node)
    need(number.denominator == 1, "a fraction where a whole number belongs")
    return int(number)


def number_of(node: object) -> Fraction:
    """A number as written, to its last digit."""
    if isinstance(node, exp.Paren):
        return number_of(node.this)
    if isinstance(node, exp.Neg):
        return -number_of(node.this)
    literal = of_kind(node, exp.Literal, "an expression where a number belongs")
    need(not literal.is_string, "a text where a number belongs")
    try:
        return Fraction(literal.name)
    except ValueError:
        raise NotProvableError("a number that cannot be read") from None


def at_most(condition: object, name: str) -> int:
    """`name <= number`: the number."""
    limit = of_kind(condition, exp.LTE, "a limit that is no `<=`")
    need(name_of(limit.this, ()) == name, f"a limit of something else than `{name}`")
    return integer_of(limit.expression)


def conjuncts(node: object) -> Iterator[exp.Expr]:
    """The parts of AND."""
    return _parts(node, exp.And)


def disjuncts(node: object) -> Iterator[exp.Expr]:
    """The parts of OR."""
    return _parts(node, exp.Or)


def _parts(node: object, joined_by: type[exp.Connector]) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Paren):
        yield from _parts(node.this, joined_by)
    elif isinstance(node, joined_by):
        yield from _parts(node.this, joined_by)
        yield from _parts(node.expression, joined_by)
    else:
        yield of_kind(node, exp.Expr, "a condition that cannot be read")


def pairs_of(on: object, left: str, right: str) -> frozenset[str]:
    """The columns of `left.x IS NOT DISTINCT FROM right.x AND …`; nothing else joins."""
    return pairs_among(conjuncts(on), left, right)


def pairs_among(conditions: Iterable[exp.Expr], left: str, right: str) -> frozenset[str]:
    """The columns of conditions that are all `left.x IS NOT DISTINCT FROM right.x`."""
    found = set()
    for part in conditions:
        same = of_kind(part, exp.NullSafeEQ, "a join on something else than IS NOT DISTINCT FROM")
        sides = {qualified(same.this, left), qualified(same.expression, right)}
        if None in sides:
            sides = {qualified(same.this, right), qualified(same.expression, left)}
        (name, *others) = sides
        if others or name is None:
            raise NotProvableError("a join of columns that are not the same")
        found.add(name)
    return frozenset(found)


def branches(query: exp.Expr, what: str, *, by_name: bool) -> Iterator[exp.Expr]:
    """The SELECTs of UNION ALL."""
    if not isinstance(query, exp.SetOperation):
        yield query
        return
    reason = f"{what} are put together by something else than UNION ALL"
    need(isinstance(query, exp.Union), reason)
    only(query, "this", "expression", "distinct", "by_name", "with_")
    is_all = query.args.get("distinct") is False and bool(query.args.get("by_name")) == by_name
    need(is_all, reason)
    yield from branches(query.this, what, by_name=by_name)
    yield from branches(query.expression, what, by_name=by_name)


def two_branches(query: exp.Expr, what: str) -> tuple[exp.Expr, exp.Expr]:
    """The two SELECTs of one UNION ALL, columns by their places."""
    need(not query.args.get("with_"), f"{what} have WITH queries of their own")
    found = list(branches(query, what, by_name=False))
    need(len(found) == 2, f"{what} are not of those within a bound and those above")
    return found[0], found[1]
