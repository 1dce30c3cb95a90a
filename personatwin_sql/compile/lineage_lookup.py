"""Tables that a model writes by itself, as VALUES: what is found there may copy what it is looked up by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from personatwin_sql.compile.lineage_facts import Facts, expression, facts_of, together
from personatwin_sql.compile.lineage_scope import Found, Input, Scope
from personatwin_sql.compile.quoting import folded


def is_written(input: Input) -> bool:
    """Whether a relation is made of constants alone, and no person decides on its rows."""
    is_constant = all(column.is_expression and not column.origins for column in input.columns)
    return bool(input.columns) and is_constant and not input.decided_by.is_personal


def look_up(
    scope: Scope, condition: exp.Expr, facts: Facts, found: Callable[[exp.Column], Found | None]
) -> None:
    """Notes what a condition looks up by what: every column that it names."""
    named = [found(column) for column in condition.find_all(exp.Column)]
    look_up_by(scope, facts, frozenset().union(*(each.aliases for each in named if each is not None)))


def look_up_by(scope: Scope, facts: Facts, aliases: frozenset[str]) -> None:
    """The columns of written relations tell what they are looked up by: strictest role, no hierarchy.

    So do those that were looked up by such a column before.
    """
    written = aliases & scope.written
    if len(written) > 1:
        scope.looked_up.append(written)
    if not facts.is_personal or not written:
        return
    group = set(written)
    while added := {
        alias for pair in scope.looked_up for alias in pair if pair & group and alias not in group
    }:
        group |= added
    scope.inputs = [_told(input, facts) if folded(input.alias) in group else input for input in scope.inputs]


def _told(input: Input, facts: Facts) -> Input:
    columns = (
        expression(column.name, together((facts_of(column), facts)), column.type) for column in input.columns
    )
    return replace(input, columns=tuple(columns))
