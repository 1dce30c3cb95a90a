"""How long texts can grow: what is put together again and again fills any memory, and fails then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

MOST_COPIES: Final = 64
"""So many texts of a source may come together in one. Each step of `x || x` below another doubles it: with
thirty of them the build would fail wherever somebody has a text there, and nowhere else."""
_JOINS: Final = (exp.DPipe, exp.Concat, exp.ConcatWs)


def copies(node: exp.Expr, of_column: Callable[[exp.Column], int]) -> int:
    """How many texts of sources an expression puts together at most, `of_column` those that a column has."""
    if isinstance(node, exp.Column):
        return of_column(node)
    parts = [copies(part, of_column) for part in node.iter_expressions() if not isinstance(part, exp.Query)]
    if isinstance(node, _JOINS):
        return sum(parts)
    most = max(parts, default=1)
    if isinstance(node, exp.Replace):
        written = node.args.get("replacement")
        return most * max(1, len(written.name) if isinstance(written, exp.Literal) else 1)
    return most


def expressions_of(select: exp.Select) -> Iterator[exp.Expr]:
    """Everything that a SELECT computes for itself: its list, conditions and keys, without its relations."""
    for name, part in select.args.items():
        if name == "joins":
            yield from (join.args["on"] for join in part if join.args.get("on") is not None)
        elif name not in ("from_", "with_"):
            yield from (each for each in (part if isinstance(part, list) else [part]) if each is not None)
