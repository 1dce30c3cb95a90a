"""The values that an expression writes out: which there can be follows from its text alone."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.spec.differential_privacy import KeyValue


def written_values(node: exp.Expr) -> tuple[KeyValue, ...]:
    """Those of `CASE WHEN … THEN 'a' ELSE 'b' END`, in their order; none where a branch is no constant.

    NULL is none of them: rows without a value are in a group of their own where that is asked for.
    """
    return tuple(dict.fromkeys(_values(node) or ()))


def _values(node: exp.Expr | None) -> tuple[KeyValue, ...] | None:
    """None where they do not follow from the text."""
    if node is None or isinstance(node, exp.Null):
        return ()
    if isinstance(node, exp.Paren | exp.Alias):
        return _values(node.this)
    if isinstance(node, exp.Case):
        return _together([*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")])
    if isinstance(node, exp.If):
        return _together([node.args.get("true"), node.args.get("false")])
    if isinstance(node, exp.Coalesce):
        return _together([node.this, *node.expressions])
    return _constant(node)


def _together(parts: list[exp.Expr | None]) -> tuple[KeyValue, ...] | None:
    found = [_values(part) for part in parts]
    return None if None in found else tuple(value for each in found for value in each or ())


def _constant(node: exp.Expr) -> tuple[KeyValue, ...] | None:
    if isinstance(node, exp.Boolean):
        return (bool(node.this),)
    sign, number = (-1, node.this) if isinstance(node, exp.Neg) else (1, node)
    if not isinstance(number, exp.Literal):
        return None
    if number.is_string:
        return (str(number.this),) if sign == 1 else None
    return (sign * int(number.this),) if number.this.isdigit() else None
