"""GROUP BY as the engine reads it: columns before aliases, places, expressions, and sets of keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Refused
from personatwin_sql.compile.aggregate.form import KeyItem
from personatwin_sql.compile.aggregate.frame import Frame
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree

_MOST_SETS: Final = 64
_SEVERAL: Final = (exp.GroupingSets, exp.Rollup, exp.Cube)


class Grouping:
    """Reads GROUP BY of a protected SELECT into the keys of each of its sets; raises Refused."""

    def __init__(self, tree: SelectTree, node: exp.Select, keys: tuple[KeyItem, ...], frame: Frame) -> None:
        self._tree = tree
        self._node = node
        self._names = [folded(key.name) for key in keys]
        self._frame = frame

    def sets(self) -> tuple[tuple[int, ...], ...]:
        """The sets, those with more keys first."""
        everything = tuple(range(len(self._names)))
        group = self._node.args.get("group")
        if group is None:
            if self._names:
                self._refuse("a raw column is selected", self._node, "add it to GROUP BY")
            return ((),)
        if group.args.get("all"):
            return (everything,)
        found = [frozenset[int]()]
        for part in group.expressions:
            choices = list(self._of_part(part))
            if len(found) * len(choices) > _MOST_SETS:
                message = f"these are more than {_MOST_SETS} sets of keys, and each gets noise"
                self._refuse(message, part, "write GROUPING SETS with those that are looked at")
            found = [one | other for one in found for other in choices]
        if len(set(found)) < len(found):
            fix = "write each set of keys once: its noise is paid once"
            self._refuse("the same set of keys stands there twice", group, fix)
        if frozenset[int]().union(*found) != set(everything):
            fix = "select each key of GROUP BY, and group by each raw column that is selected"
            self._refuse("GROUP BY and the selected columns are not the same", group, fix)
        return tuple(sorted((tuple(sorted(each)) for each in found), key=lambda each: (-len(each), each)))

    def _of_part(self, part: exp.Expr) -> Iterator[frozenset[int]]:
        if isinstance(part, exp.GroupingSets):
            for each in part.expressions:
                yield from self._of_part(each) if isinstance(each, _SEVERAL) else [self._together(each)]
        elif isinstance(part, exp.Rollup | exp.Cube):
            several = [self._together(each) for each in part.expressions]
            if len(several) > _MOST_SETS or (isinstance(part, exp.Cube) and 2 ** len(several) > _MOST_SETS):
                self._refuse("these are too many sets of keys", part, "write GROUPING SETS")
            for count in range(len(several), -1, -1):
                starts = [several[:count]] if isinstance(part, exp.Rollup) else combinations(several, count)
                yield from (frozenset[int]().union(*chosen) for chosen in starts)
        else:
            yield self._together(part)

    def _together(self, part: exp.Expr) -> frozenset[int]:
        """The keys that one entry names: one, or several in brackets."""
        if isinstance(part, exp.Tuple):
            return frozenset[int]().union(*(self._together(each) for each in part.expressions))
        if isinstance(part, exp.Paren):
            return self._together(part.this)
        if isinstance(part, _SEVERAL):
            self._refuse("sets inside of sets are not followed", part, "write GROUPING SETS with each set")
        item = self._item(part)
        name = folded(item.alias_or_name) if item is not None else ""
        if name not in self._names:
            self._refuse("a key of GROUP BY is not selected", part, "select it, with a name")
        return frozenset({self._names.index(name)})

    def _item(self, part: exp.Expr) -> exp.Expr | None:
        """The item of the SELECT list that an entry means."""
        items: Sequence[exp.Expr] = self._node.expressions
        if isinstance(part, exp.Literal):
            at = int(part.this) if not part.is_string and part.this.isdigit() else 0
            return items[at - 1] if 0 < at <= len(items) else None
        is_name = isinstance(part, exp.Column) and not part.table
        if isinstance(part, exp.Column) and is_name and self._frame.find(part) is None:
            return next((item for item in items if folded(item.alias_or_name) == folded(part.name)), None)
        wanted = self._resolved(part)
        found = next((item for item in items if self._resolved(_value(item)) == wanted), None)
        if found is None and is_name and folded(part.name) in self._names:
            message = f"`{part.name}` is a column here: GROUP BY takes it, not what the SELECT calls so"
            self._refuse(message, part, "give the expression another name, and group by that")
        return found

    def _resolved(self, node: exp.Expr) -> exp.Expr:
        """An expression whose names are in lower case, and whose columns say where they come from."""

        def one(part: exp.Expr) -> exp.Expr:
            found = self._frame.find(part) if isinstance(part, exp.Column) else None
            if found is None:
                return part
            return exp.column(folded(found[1].name), table=found[0] or None, quoted=True)

        while isinstance(node, exp.Paren):
            node = node.this
        resolved: exp.Expr = node.copy().transform(one)
        return resolved

    def _refuse(self, message: str, node: exp.Expr, *fixes: str) -> None:
        raise Refused(self._tree.refusal("PT629", message, node, *fixes))


def _value(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, exp.Alias) else item


def is_never_null(node: exp.Expr) -> bool:
    """Whether an expression has a value in every row, as far as its text shows."""
    if isinstance(node, exp.Paren | exp.Alias):
        return is_never_null(node.this)
    if isinstance(node, exp.Literal | exp.Boolean):
        return True
    if isinstance(node, exp.Is):
        return isinstance(node.expression, exp.Null)
    if isinstance(node, exp.Coalesce):
        return any(is_never_null(part) for part in (node.this, *node.expressions))
    if isinstance(node, exp.Case):
        branches = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
        return all(branch is not None and is_never_null(branch) for branch in branches)
    return False
