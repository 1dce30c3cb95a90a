"""The conditions of a SELECT: what decides which rows there are, and whose rows are joined to whose."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from personatwin_sql.compile.lineage_expression import Expressions, QueryReader
from personatwin_sql.compile.lineage_facts import Facts, is_unit, together
from personatwin_sql.compile.lineage_log import Log
from personatwin_sql.compile.lineage_lookup import look_up
from personatwin_sql.compile.lineage_mixing import share, tie
from personatwin_sql.compile.lineage_scope import Found, Input, Scope
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree


class Conditions:
    """Reads ON, WHERE, HAVING and QUALIFY."""

    def __init__(self, tree: SelectTree, log: Log, expressions: Expressions, read_query: QueryReader) -> None:
        self._tree = tree
        self._log = log
        self._expressions = expressions
        self._read_query = read_query

    def read(self, clause: str, node: exp.Expr | None, scope: Scope, right: Input | None = None) -> bool:
        """Notes what rows are chosen by; whether they are joined by the unit of the right input."""
        is_by_unit = False
        for part in conjuncts(node):
            with_aliases = clause in ("HAVING", "QUALIFY")
            units = self._units(part, scope, with_aliases)
            if isinstance(part, exp.EQ) and not with_aliases:
                sides = [self._quietly(side, scope) for side in (part.left, part.right)]
                if sides[0] is not None and sides[1] is not None:
                    self.equal(sides[0], sides[1], scope, right)
            if units is not None:
                is_by_unit |= right is not None and isinstance(part, exp.EQ) and _meets(right, units)
                continue
            chosen = self._semi_join(part, scope, with_aliases)
            if chosen is not None:
                scope.decided_by = together((scope.decided_by, chosen))
                continue
            facts = self._expressions.facts(part, scope, with_aliases)
            look_up(scope, part, facts, lambda column: self._quietly(column, scope))
            if self._expressions.is_of_many_rows(part):
                facts = together((facts, scope.grouped_by))
            self._log.filter(clause, facts, self._tree.place(part))
            scope.decided_by = together((scope.decided_by, facts))
        return is_by_unit

    def equal(self, one: Found, other: Found, scope: Scope, right: Input | None) -> None:
        if is_unit(one.column) and is_unit(other.column):
            tie(scope, (one, other), right)
        elif right is not None:
            share(scope, one, other)

    def _quietly(self, node: exp.Expr, scope: Scope, with_aliases: bool = False) -> Found | None:
        """The column that an expression is; reading it is told elsewhere."""
        with self._log.untouched():
            problems = len(self._log.problems)
            found = self._expressions.bare(node, scope, with_aliases)
            del self._log.problems[problems:]
        return found

    def _units(self, part: exp.Expr, scope: Scope, with_aliases: bool) -> tuple[Found, ...] | None:
        """The units of `unit = unit` and `unit IS [NOT] NULL`: conditions that single nobody out."""
        inner = part.this if isinstance(part, exp.Not) else part
        sides: list[exp.Expr] = []
        if isinstance(part, exp.EQ | exp.NullSafeEQ):
            sides = [part.left, part.right]
        elif isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            sides = [inner.this]
        else:
            return None
        found = [self._quietly(side, scope, with_aliases) for side in sides]
        units = tuple(unit for unit in found if unit is not None and is_unit(unit.column))
        return units if len(units) == len(sides) else None

    def _semi_join(self, part: exp.Expr, scope: Scope, with_aliases: bool) -> Facts | None:
        """`unit [NOT] IN (SELECT unit …)`: decided by what decides the rows of that SELECT."""
        inner = part.this if isinstance(part, exp.Not) else part
        if not isinstance(inner, exp.In) or inner.args.get("query") is None:
            return None
        with self._log.untouched():
            problems = len(self._log.problems)
            found = self._expressions.bare(inner.this, scope, with_aliases)
            if found is None or not is_unit(found.column):
                del self._log.problems[problems:]
                return None
            result = self._read_query(inner.args["query"], scope)
        return result.decided_by if len(result.columns) == 1 and is_unit(result.columns[0]) else None


def _meets(right: Input, units: tuple[Found, ...]) -> bool:
    """Whether one side is the key of the right input and the other side is not of it."""
    alias = frozenset({folded(right.alias)})
    is_key = [
        right.unit is not None and unit.column == right.unit and unit.aliases == alias for unit in units
    ]
    return any(is_key) and any(not unit.aliases & alias for unit in units)


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that must all hold."""
    if isinstance(node, exp.And):
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    elif isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif node is not None:
        yield node
