"""What a test may ask of the project: which tables there are, their columns, and their names in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.jinja import Relation, source_table
from personatwin_sql.compile.lineage_scope import RelationSchema
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.loaded import Loaded


@dataclass(frozen=True)
class Context:
    """Every model that compiled, and every source."""

    loaded: Loaded
    models: Mapping[str, CompiledModel]
    schemas: Mapping[str, RelationSchema]
    """By rendered name: `private.stg_people`, `source.court__people`."""
    there: Mapping[str, frozenset[str]] | None = None
    """Folded names of the columns that each source really has; None where nobody has looked."""

    def is_source(self, node: str) -> bool:
        return "." in node

    def is_released(self, node: str) -> bool:
        return not self.is_source(node) and self.models[node].protection is not None

    def schema(self, node: str) -> RelationSchema:
        name = (
            f"source.{source_table(*node.split('.', 1))}"
            if self.is_source(node)
            else self.models[node].relation
        )
        return self.schemas[name]

    def relation(self, node: str) -> Relation:
        """The table of a node as SQL names it."""
        if self.is_source(node):
            return Relation(node, f"source.{identifier(source_table(*node.split('.', 1)))}")
        access = "release" if self.is_released(node) else "private"
        return Relation(node, f"{access}.{identifier(node)}")

    def columns(self, node: str) -> tuple[LineageColumn, ...]:
        """The columns of a node; of a source those that are there, of all that the domain knows."""
        columns = self.schema(node).columns
        if self.there is None or node not in self.there:
            return columns
        return tuple(column for column in columns if folded(column.name) in self.there[node])

    def column(self, node: str, name: str, place: Place) -> LineageColumn:
        """A column of a node, whatever its case; raises ProjectError PT095 where there is none."""
        columns = self.columns(node)
        found = next((column for column in columns if folded(column.name) == folded(name)), None)
        if found is None:
            names = [column.name for column in columns]
            raise ProjectError(
                Diagnostic(
                    "PT095",
                    f"`{node}` has no column `{name}`",
                    place,
                    suggestion(name, names),
                    notes=(f"its columns: {', '.join(names)}",),
                )
            )
        return found


def quoted(name: str) -> Relation:
    """A column as a macro writes it; its `name` is the bare one."""
    return Relation(name, identifier(name))
