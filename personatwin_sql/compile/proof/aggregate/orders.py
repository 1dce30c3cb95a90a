"""The secret orders by which it is chosen what of a person counts: made of that person's rows alone."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.proof.aggregate.contributions import Rows
from personatwin_sql.compile.proof.aggregate.trees import name_of
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import need, of_kind
from personatwin_sql.compile.quoting import folded


def numbered_rows(node: exp.Expr, rows: Rows, table: str) -> None:
    """`row_number()` of the rows of each person in each group; only rows that count alike tie."""
    parts, by = _row_number(node, "the number of a row")
    together = [name_of(part, (table,)) for part in parts]
    is_whole = sorted(together) == sorted((rows.person, *rows.keys))
    need(is_whole, "rows are not numbered by person and keys")
    need(len(by) == 1, "rows are numbered by more than one order")
    _of_own_row(by[0], rows, table)


def numbered_groups(node: exp.Expr, rows: Rows, table: str) -> None:
    """`row_number()` of the groups of each person; no two tie, as all keys come last."""
    parts, by = _row_number(node, "the number of a group")
    together = [name_of(part, (table,)) for part in parts]
    need(together == [rows.person], "groups are not numbered by person")
    need(by, "groups are numbered in no order")
    _of_own_group(by[0], rows, table)
    ties = [name_of(part, (table,)) for part in by[1:]]
    need(sorted(ties) == sorted(rows.keys), "groups can tie in the order that chooses among them")


def _row_number(node: exp.Expr, what: str) -> tuple[list[exp.Expr], list[exp.Expr]]:
    window = of_kind(node, exp.Window, f"{what} is no row_number()")
    only(window, "this", "partition_by", "order", "over")
    need(isinstance(window.this, exp.RowNumber), f"{what} is no row_number()")
    order = of_kind(window.args.get("order"), exp.Order, f"{what} has no order")
    return list(window.args.get("partition_by") or []), [part.this for part in order.expressions]


def _keyed(node: exp.Expr, reason: str) -> list[exp.Expr]:
    """What is hashed together with the secret."""
    digest = of_kind(node, exp.Anonymous, reason)
    need(folded(digest.name) == "md5_number" and len(digest.expressions) == 1, reason)
    parts = of_kind(digest.expressions[0], exp.ConcatWs, reason).expressions
    secrets = [part for part in parts if _is_secret(part)]
    need(len(secrets) == 1, "an order that others could find again: it is made without the secret")
    return [part for part in parts if part is not secrets[0] and not isinstance(part, exp.Literal)]


def _is_secret(node: exp.Expr) -> bool:
    is_variable = isinstance(node, exp.Anonymous) and folded(node.name) == "getvariable"
    return is_variable and [each.name for each in node.expressions] == ["release_secret"]


def _of_own_group(node: exp.Expr, rows: Rows, table: str) -> None:
    """A keyed hash of person and keys: by `hash`, which is the same for values that are equal.

    Their texts need not be, as those of 0.0 and -0.0, and which of them stands for a group is told by the
    order in which everybody's rows lie.
    """
    reason = "the order of groups is made of more than person, keys and the secret"
    parts = _keyed(node, reason)
    need(len(parts) == 1, reason)
    digest = of_kind(parts[0], exp.Anonymous, reason)
    need(folded(digest.name) == "hash", reason)
    found = [name_of(part, (table,)) for part in digest.expressions]
    need(sorted(found) == sorted((rows.person, *rows.keys)), reason)


def _of_own_row(node: exp.Expr, rows: Rows, table: str) -> None:
    """A keyed hash of the row alone, which only rows that count alike have in common.

    Within one person and group all but the values is the same. concat_ws skips NULL, so that of columns
    that can lack a value all but one have a text in its place.
    """
    reason = "the order of rows is made of more than the row and the secret"
    told: set[str] = set()
    bare: set[str] = set()
    for part in _keyed(node, reason):
        (told if isinstance(part, exp.Coalesce) else bare).add(name_of(_inside(part, reason), (table,)))
    need(told | bare <= rows.names, reason)
    values = {name for name, value in rows.values.items() if value.may_lack or value.low < value.high}
    bare &= values
    need(values <= told | bare, "rows that count differently can tie in the order that chooses among them")
    need(len(bare - told) <= 1, "rows that count differently can tie: NULL leaves no trace in their order")


def _inside(part: exp.Expr, reason: str) -> exp.Expr:
    """The column of `coalesce(CAST(column AS VARCHAR), '')`, or the column itself."""
    if not isinstance(part, exp.Coalesce):
        return part
    cast, other = part.this, part.expressions
    is_text = type(cast) is exp.Cast and cast.to.this in (exp.DType.VARCHAR, exp.DType.TEXT)
    is_empty = len(other) == 1 and isinstance(other[0], exp.Literal) and other[0].name == ""
    need(is_text and is_empty, reason)
    found: exp.Expr = cast.this
    return found
