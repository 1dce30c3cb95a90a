"""Relations of public keys: written in the script, or another model that tells of nobody."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.aggregate.form import KeyItem
from personatwin_sql.compile.proof.aggregate.trees import distinct_names, item_of, select_of
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, need, of_kind
from personatwin_sql.compile.quoting import folded


def read_written_keys(query: exp.Expr, keys: tuple[KeyItem, ...]) -> None:
    """`SELECT a.x, b.y FROM (VALUES …) AS a (x) CROSS JOIN (VALUES …) AS b (y)`: literals of the keys' kinds.

    Of another kind, two of them could be the same value once they are compared with the data's.
    """
    select = select_of(query, "the public keys", "joins")
    lists = [of_kind(select.args.get("from_"), exp.From, "public keys without a list").this]
    for join in select.args.get("joins") or []:
        only(join, "this", "kind")
        need(join.text("kind").lower() == "cross", "public keys are joined by something else than CROSS JOIN")
        lists.append(join.this)
    kinds = {folded(key.name): key.kind for key in keys}
    found: dict[tuple[str, str], str] = {}
    for each in lists:
        values = of_kind(each, exp.Values, "public keys that are not written as VALUES")
        only(values, "expressions", "alias")
        alias = values.args["alias"]
        columns = [folded(column.name) for column in alias.args.get("columns") or []]
        need(len(columns) == 1, "a list of public keys without one named column")
        for row in values.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            need(len(cells) == 1, "a list of public keys with several columns")
            kind = _kind(cells[0])
            need(
                kind in ("null", kinds.get(columns[0])), f"a public key of `{columns[0]}` is of another kind"
            )
        found[folded(alias.name), columns[0]] = columns[0]
    items = [item_of(item) for item in select.expressions]
    distinct_names([name for name, _ in items], "the public keys")
    for name, value in items:
        is_listed = (
            isinstance(value, exp.Column) and found.get((folded(value.table), folded(value.name))) == name
        )
        need(is_listed, "a public key that is not one of those written")


def _kind(node: exp.Expr) -> str:
    if isinstance(node, exp.Null):
        return "null"
    if isinstance(node, exp.Boolean):
        return "boolean"
    if isinstance(node, exp.Neg):
        node = node.this
    if type(node) is exp.Cast and isinstance(node.this, exp.Literal) and node.to.this == exp.DType.DATE:
        return "date"
    if not isinstance(node, exp.Literal):
        raise NotProvableError("a public key that is not written out")
    return "text" if node.is_string else ("integer" if node.name.isdigit() else "number")
