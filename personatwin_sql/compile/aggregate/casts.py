"""Casts that no value fails, and what they give."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.kinds import BOUNDED, NUMBERS, UNKNOWN, reads_as, text_value

_SAFE: Final = frozenset(
    {
        ("date", "timestamp"), ("timestamp", "date"), ("wide timestamp", "date"), ("boolean", "integer"),
        ("date", "date"), ("wide date", "date"), ("timestamp", "timestamp"), ("wide timestamp", "timestamp"),
        ("boolean", "boolean"),
    }
)  # fmt: skip
"""Casts that no value fails."""


def is_safe_cast(node: exp.Expr, source: str, target: str) -> bool:
    """Whether each value of the kind `source` can become one of the type of a CAST."""
    if target == UNKNOWN:
        return False
    written, to = text_value(node.this), node.args["to"].this
    return (
        source == "null"
        or (target == "text" and source not in (UNKNOWN, "interval"))
        or (written is not None and reads_as(written, target))
        or (source, target) in _SAFE
        or (source == "integer" and to == exp.DType.BIGINT)
        or (source in NUMBERS and to == exp.DType.DOUBLE)
    )


def after_cast(node: exp.Expr, source: str, target: str) -> str:
    """The kind after a cast: of dates those of sources stay near, others may be anywhere."""
    written = text_value(node.this)
    is_near = source in BOUNDED or (written is not None and reads_as(written, target))
    return f"wide {target}" if target in BOUNDED and not is_near else target
