"""What counts people: distinct units, or rows where no unit has two of them."""

from __future__ import annotations

from sqlglot import exp

from personatwin_sql.compile.proof.columns import Column, Key, Root
from personatwin_sql.compile.proof.expression import Scope, is_whole_number
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class PeopleCount:
    """The counts of a SELECT that groups by `keys`, and which of them count people."""

    scope: Scope
    keys: frozenset[Key]
    units: frozenset[Root]
    one_row: frozenset[Root] = frozenset()
    """The units of tables in which each person has one row."""

    def key_of(self, node: exp.Expr) -> Key | None:
        """The unit, or what stands for it, of which the distinct values in a group are counted.

        `count(DISTINCT unit)`, or `count(*)` where rows of a group differ in the unit, which is never NULL,
        or the sum of such counts where no unit is in two of them.
        """
        if type(node) is exp.Cast and is_whole_number(node.to):
            node = node.this
        if not isinstance(node, exp.Count | exp.Sum) or isinstance(node.parent, exp.Filter | exp.Window):
            return None
        if isinstance(node, exp.Sum):
            key = self.scope.key(node.this) if isinstance(node.this, exp.Column) else None
            return key if key is not None and self._counted(key) else None
        if isinstance(node.this, exp.Star):
            return self._row_key()
        inside = node.this.expressions if isinstance(node.this, exp.Distinct) else []
        if len(inside) != 1 or not isinstance(inside[0], exp.Column):
            return None
        key = self.scope.key(inside[0])
        column = self.scope.relation.columns[key]
        return key if self._is_copied(column) or self._is_coded(column) else None

    def counted_once(self, key: Key) -> frozenset[Root]:
        """The units that a count of this key counts, where none is counted in two groups."""
        column = self.scope.relation.columns[key]
        if any(each.keys == {key} for each in self.scope.relation.unique):
            return frozenset(copy[1:] for copy in column.copies | column.codes if copy[1:] in self.units)
        return self._counted(key)

    def _counted(self, key: Key) -> frozenset[Root]:
        return self.scope.relation.columns[key].counts & self.units

    def in_words(self, condition: exp.Expr, unit: str, bound: str) -> str:
        """How a condition bounds the people of a group."""
        if condition.find(exp.Sum):
            return f"sum(people) {bound}, each person in one of them"
        if any(isinstance(count.this, exp.Distinct) for count in condition.find_all(exp.Count)):
            return f"count(DISTINCT {unit}) {bound}"
        return f"count(*) {bound}, one row a `{unit}`"

    def _row_key(self) -> Key | None:
        columns = self.scope.relation.columns
        copied = [key for key, column in columns.items() if column.is_filled and self._is_copied(column)]
        coded = [key for key, column in columns.items() if self._is_coded(column)]
        return next((key for key in (*copied, *coded) if self._is_once(key)), None)

    def _is_copied(self, column: Column) -> bool:
        return any(copy[1:] in self.units for copy in column.copies)

    def _is_coded(self, column: Column) -> bool:
        return any(copy[1:] in self.units for copy in column.codes)

    def _is_once(self, key: Key) -> bool:
        """Whether no two rows of a group agree in a column."""
        columns = self.scope.relation.columns
        known = self.keys | {key} | {each for each in columns if self._is_told_by(key, each)}
        return any(
            each.keys <= known and (each.counts_null or all(columns[one].is_filled for one in each.keys))
            for each in self.scope.relation.unique
        )

    def _is_told_by(self, key: Key, other: Key) -> bool:
        """Whether a column is that of the person in another, read from the one row that the person has."""
        columns = self.scope.relation.columns
        unit = columns[key].copies | columns[key].codes
        places = {(place, table) for place, table, name in unit if (table, name) in self.one_row}
        return any((place, table) in places for place, table, _ in columns[other].copies)
