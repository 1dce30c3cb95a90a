"""Hashes that are keyed by the whole secret: they tell nothing to who lacks it, and tell values apart."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from personatwin_sql.compile.quoting import folded

_NUMBER = "md5_number"
_DIGITS = exp.Literal.number(16)
"""How much of a hash a name has in every table: less may name two values, more is another name."""


def hashed_text(node: exp.Expr) -> exp.Expr | None:
    """What a hash is made of; None where the expression is no hash."""
    if isinstance(node, exp.SHA2):
        return node.this if isinstance(node.this, exp.Expr) else None
    if isinstance(node, exp.Anonymous) and folded(node.name) == _NUMBER and len(node.expressions) == 1:
        text = node.expressions[0]
        return text if isinstance(text, exp.Expr) else None
    return None


def is_keyed(text: exp.Expr) -> bool:
    """Whether the whole secret stands, as it is, in a text that is joined of several."""
    is_joined = isinstance(text, exp.DPipe | exp.Concat | exp.ConcatWs)
    return is_joined and any(is_secret(part) for part in _joined_texts(text))


def is_secret(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Anonymous) or folded(node.name) != "getvariable":
        return False
    arguments = node.expressions
    return len(arguments) == 1 and arguments[0] == exp.Literal.string("release_secret")


def told_apart(node: exp.Expr) -> exp.Column | None:
    """The one column of which each value has a keyed hash of its own: nothing else in the text varies."""
    text = hashed_text(node)
    if text is None or not is_keyed(text):
        return None
    varying = [
        part for part in _joined_texts(text) if not is_secret(part) and not isinstance(part, exp.Literal)
    ]
    only = varying[0] if len(varying) == 1 else None
    return only if isinstance(only, exp.Column) else None


def hidden(node: exp.Expr) -> exp.Column | None:
    """The one column that a value is made of, by a keyed hash and by what is cut from it or put beside it."""
    if isinstance(node, exp.Left):
        return hidden(node.this) if node.expression == _DIGITS else None
    if isinstance(node, exp.DPipe):
        parts = [part for part in (node.this, node.expression) if not isinstance(part, exp.Literal)]
        return hidden(parts[0]) if len(parts) == 1 else None
    return told_apart(node)


def _joined_texts(node: exp.Expr) -> Iterator[exp.Expr]:
    """The texts that stand one after another, whole, in a text; a separator may stand nowhere."""
    if isinstance(node, exp.DPipe):
        yield from _joined_texts(node.this)
        yield from _joined_texts(node.expression)
    elif isinstance(node, exp.Concat | exp.ConcatWs):
        yield from node.expressions[isinstance(node, exp.ConcatWs) :]
    else:
        yield node
