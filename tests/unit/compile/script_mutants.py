"""Scripts with clauses dropped, turned and swapped, at the level of the tree."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

COMPARISONS = (
    exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
)  # fmt: skip
JOINS = (("", "INNER"), ("LEFT", ""), ("", "SEMI"), ("", "ANTI"), ("", "CROSS"), ("RIGHT", ""), ("FULL", ""))
STATEMENTS = (
    "INSERT INTO {0} SELECT * FROM {0}",
    "DELETE FROM {0} WHERE rowid % 2 = 0",
    "CREATE OR REPLACE TABLE {0} AS SELECT * FROM {0}",
    "UPDATE {0} SET people = 9",
)
Change = Callable[[exp.Expr, Random, list[exp.Expr]], "exp.Expr | None"]


def statements(script: str) -> list[exp.Expr]:
    """The statements as trees that know their text as long as nothing changes them."""
    trees = [tree for tree in DuckDB().parse(script) if tree is not None]
    for tree in trees:
        tree.meta["text"] = tree.sql(dialect="duckdb")
    return trees


def text(trees: list[exp.Expr]) -> str:
    return ";\n".join(tree.meta.get("text") or tree.sql(dialect="duckdb") for tree in trees)


def mutant(trees: list[exp.Expr], random: Random, changes: int = 1) -> list[exp.Expr]:
    """The script with so many changes, each at a random place."""
    trees = list(trees)
    for _ in range(changes):
        for _ in range(50):
            if _change(trees, random):
                break
    return trees


def _change(trees: list[exp.Expr], random: Random) -> bool:
    if random.random() < 0.03:
        return _change_statements(trees, random)
    number = random.randrange(len(trees))
    tree = trees[number] = trees[number].copy()
    tree.meta.pop("text", None)
    nodes = [node for node in tree.walk() if type(node) in _CHANGES]
    kinds = sorted({type(node).__name__ for node in nodes})
    if not kinds:
        return False
    kind = random.choice(kinds)
    node = random.choice([node for node in nodes if type(node).__name__ == kind])
    return bool(random.choice(_CHANGES[type(node)])(node, random, trees))


def _change_statements(trees: list[exp.Expr], random: Random) -> bool:
    number = random.randrange(len(trees))
    match random.randrange(4):
        case 0:
            del trees[number]
        case 1:
            trees.insert(number, trees[number].copy())
        case 2:
            other = random.randrange(len(trees))
            trees[number], trees[other] = trees[other], trees[number]
        case _:
            made = trees[number].this
            if not isinstance(made, exp.Expr):  # a type, which sqlglot does not read
                return False
            table = made.sql(dialect="duckdb")
            trees.insert(number + 1, statements(random.choice(STATEMENTS).format(table))[0])
    return True


def _columns(node: exp.Expr) -> list[exp.Column]:
    """Columns of the same statement, so that most mutants run."""
    root = node.root()
    found = {
        column.sql(): column
        for column in root.find_all(exp.Column)
        if isinstance(column.this, exp.Identifier)
    }
    select = node.find_ancestor(exp.Select)
    for name in ("person_id", "screening", "date"):
        bare = exp.column(name)
        found.setdefault(bare.sql(), bare)
        source = select.args.get("from_") if select else None
        if source is not None:
            aliased = exp.column(name, table=source.this.alias_or_name)
            found.setdefault(aliased.sql(), aliased)
    return list(found.values())


def _put(node: exp.Expr, new: exp.Expr) -> bool:
    node.replace(new)
    return True


def _half(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    return _put(node, random.choice([node.this, node.expression]).copy())


def _either(node: exp.Expr, _random: Random, _trees: list[exp.Expr]) -> bool:
    return _put(node, exp.Or(this=node.this.copy(), expression=node.expression.copy()))


def _turned(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    kind = random.choice([kind for kind in COMPARISONS if kind is not type(node)])
    return _put(node, kind(this=node.this.copy(), expression=node.expression.copy()))


def _denied(node: exp.Expr, _random: Random, _trees: list[exp.Expr]) -> bool:
    return _put(node, exp.Not(this=exp.Paren(this=node.copy())))


def _true(node: exp.Expr, _random: Random, _trees: list[exp.Expr]) -> bool:
    return _put(node, exp.true())


def _other_column(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    return _put(node, random.choice(_columns(node)).copy())


def _wrapped(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    new = random.choice(
        [
            exp.Max(this=node.copy()),
            exp.Upper(this=exp.cast(node.copy(), "VARCHAR")),
            exp.Coalesce(this=node.copy(), expressions=[random.choice(_columns(node)).copy()]),
            exp.Window(this=exp.Max(this=node.copy()), partition_by=[], over="OVER"),
        ]
    )
    if isinstance(node.parent, exp.Select):
        new = exp.alias_(new, node.name)
    return _put(node, new)


def _other_number(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    if node.is_string:
        return False
    value = float(node.name)
    changed = value + random.choice([-1, 1]) if value == int(value) else 0.5
    return _put(node, exp.Literal.number(int(changed) if changed == int(changed) else changed))


def _gone(node: exp.Expr, _random: Random, _trees: list[exp.Expr]) -> bool:
    node.pop()
    return True


def _plain_count(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    distinct = node.this
    if isinstance(distinct, exp.Star):
        return _put(node, exp.Count(this=random.choice(_columns(node)).copy()))
    if not isinstance(distinct, exp.Distinct):
        return False
    column = distinct.expressions[0]
    return _put(
        node,
        random.choice(
            [
                exp.Count(this=column.copy()),
                exp.Count(this=exp.Star()),
                exp.Sum(this=exp.Literal.number(2)),
                exp.Filter(this=node.copy(), expression=exp.Where(this=exp.true())),
                exp.Window(this=node.copy(), over="OVER"),
                exp.Count(this=exp.Distinct(expressions=[random.choice(_columns(node)).copy()])),
                exp.Count(
                    this=exp.Distinct(expressions=[column.copy(), random.choice(_columns(node)).copy()])
                ),
            ]
        ),
    )


def _fewer(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    if len(node.expressions) < 2:
        return False
    random.choice(node.expressions).pop()
    return True


def _more(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    column = random.choice(_columns(node)).copy()
    if isinstance(node, exp.Group) and node.args.get("all"):
        return False
    names = ("age", "screening", "extra", "people", "outcome")
    node.append(
        "expressions", column if isinstance(node, exp.Group) else exp.alias_(column, random.choice(names))
    )
    return True


def _narrowed(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    match random.randrange(5):
        case 0:
            node.set("limit", exp.Limit(expression=exp.Literal.number(4)))
        case 1:
            node.set("distinct", exp.Distinct())
        case 2:
            node.set("where", exp.Where(this=exp.column("screening").is_(exp.null())))
        case 3:
            text = exp.cast(random.choice(_columns(node)).copy(), "VARCHAR")
            bound = exp.Literal.string(random.choice("1358GM"))
            node.set("where", exp.Where(this=exp.GT(this=text, expression=bound)))
        case _:
            other = exp.Select(**{key: part for key, part in node.copy().args.items() if key != "with_"})
            other.set("order", None)
            if isinstance(node.parent, exp.Create | exp.CTE) and not node.args.get("with_"):
                return _put(node, exp.Union(this=node.copy(), expression=other, distinct=False))
            return False
    return True


def _other_join(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    side, kind = random.choice(JOINS)
    node.set("side", side or None)
    node.set("kind", kind or None)
    if kind == "CROSS":
        node.set("on", None)
    return True


def _another_join(node: exp.Expr, random: Random, trees: list[exp.Expr]) -> bool:
    select = node.parent
    table = random.choice([tree.this for tree in trees if isinstance(tree.this, exp.Table)])
    kind = random.choice(["CROSS", None, "SEMI", "ANTI"])
    join = exp.Join(this=exp.alias_(table.copy(), "another", table=True), kind=kind)
    if kind in ("SEMI", "ANTI"):
        column = random.choice(_columns(node))
        join.set(
            "on", exp.NullSafeEQ(this=column.copy(), expression=exp.column(column.name, table="another"))
        )
    select.append("joins", join)
    return True


def _other_table(node: exp.Expr, random: Random, trees: list[exp.Expr]) -> bool:
    tables = {table.sql(): table for tree in trees for table in tree.find_all(exp.Table)}
    new = random.choice(list(tables.values())).copy()
    new.set("alias", exp.TableAlias(this=exp.to_identifier(node.alias_or_name)))
    if isinstance(node.parent, exp.Create):
        new.set("alias", None)
    return _put(node, new)


def _other_name(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    names = [alias.alias for alias in node.root().find_all(exp.Alias)]
    node.set("alias", exp.to_identifier(random.choice([*names, "age", "screening", "gender"])))
    return True


def _first(node: exp.Expr, _random: Random, _trees: list[exp.Expr]) -> bool:
    return _put(node, node.this.copy())


def _unparted(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    node.set(random.choice(["partition_by", "order"]), None)
    return True


def _numbered(node: exp.Expr, random: Random, _trees: list[exp.Expr]) -> bool:
    """Other numbers of rows: of ranks, within parts, as they stand, or hashed."""
    column = random.choice(_columns(node)).copy()
    order = exp.Order(expressions=[exp.Ordered(this=column.copy())])
    kind = random.choice([exp.RowNumber, exp.Rank, exp.DenseRank])
    parts = random.choice([[], [random.choice(_columns(node)).copy()]])
    window = exp.Window(this=kind(), partition_by=parts, order=random.choice([order, None]), over="OVER")
    return _put(node, random.choice([window, exp.func("hash", column)]))


_COMPARED = (_turned, _denied, _true)
_CHANGES: dict[type[exp.Expr], tuple[Change, ...]] = {
    exp.And: (_half, _half, _either),
    exp.Or: (_half,),
    **dict.fromkeys(COMPARISONS, _COMPARED),
    exp.Between: (_denied, _true),
    exp.Column: (_other_column, _other_column, _wrapped),
    exp.Literal: (_other_number,),
    exp.Having: (_gone,),
    exp.Where: (_gone,),
    exp.Qualify: (_gone,),
    exp.Count: (_plain_count,),
    exp.Group: (_fewer, _more),
    exp.Select: (_fewer, _more, _narrowed),
    exp.Join: (_other_join, _another_join, _gone),
    exp.From: (_another_join,),
    exp.Table: (_other_table,),
    exp.Alias: (_other_name,),
    exp.Union: (_first,),
    exp.Window: (_unparted, _numbered),
    exp.Cast: (_numbered,),
    exp.In: (_denied, _true),
}
