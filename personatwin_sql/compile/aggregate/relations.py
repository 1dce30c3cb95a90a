"""The relations that models read: whose rows each has, found along the models below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.aggregate.flow import Fact, Flow, Refused
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.aggregate.kinds import UNKNOWN, public
from personatwin_sql.compile.aggregate.stability import Stability
from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.lineage_scope import RelationSchema
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree, read_tree
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, ModelKeys
from personatwin_sql.spec.protection import Derived
from personatwin_sql.spec.role import Role

_PUBLIC_ROLE: Final = Role.INSENSITIVE


class Relations:
    """Finds relations by their rendered names; each model is read once."""

    def __init__(
        self,
        models: Mapping[str, CompiledModel],
        schemas: Mapping[str, RelationSchema],
        there: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """`there`: relation of a source → folded names of the columns of its file, where somebody looked."""
        self._there = {folded(name): columns for name, columns in (there or {}).items()}
        self._models = {folded(model.relation): model for model in models.values()}
        self._schemas = {folded(name): schema for name, schema in schemas.items()}
        self._known: dict[str, Flow] = {}

    def __call__(self, written: str, node: exp.Table, tree: SelectTree) -> Flow:
        """The relation of a name; raises Refused where its rows do not keep persons apart."""
        name = folded(written)
        if name not in self._known:
            self._known[name] = self._found(name, node, tree)
        return self._known[name]

    def _found(self, name: str, node: exp.Table, tree: SelectTree) -> Flow:
        schema = self._schemas[name]
        if name.startswith("source."):
            return self._source(schema, node, tree, self._there.get(name))
        model = self._models[name]
        if model.protection is None:
            below = read_tree(model.parsed)
            return Stability(below, self).query(below.query, {})
        if not self.is_of_nobody(model):
            message = f"`{model.name}` was made from people's rows without differential privacy"
            fix = "read the private model that it is made from"
            raise Refused(tree.refusal("PT623", message, node, fix))
        return self._public(model, schema)

    def _public(self, model: CompiledModel, schema: RelationSchema) -> Flow:
        """A release about nobody: of what its SELECT is not followed, no kind is known."""
        is_drawn = isinstance(model.protection, DifferentialPrivacy)
        try:
            if not is_drawn:
                below = read_tree(model.parsed)
                return Stability(below, self).query(below.query, {})
        except (Refused, ProjectError):
            pass
        kinds = {column.name: column.type if is_drawn else UNKNOWN for column in schema.columns}
        return Flow(tuple(Fact(name, kind) for name, kind in kinds.items()), is_of_persons=False)

    def is_of_nobody(self, model: CompiledModel) -> bool:
        """Whether a release is differentially private, or made from such releases alone."""
        if isinstance(model.protection, DifferentialPrivacy):
            return True
        if not isinstance(model.protection, Derived):
            return False
        return all(
            (below := self._models.get(folded(f"release.{name}"))) is not None and self.is_of_nobody(below)
            for name in model.parsed.refs
        )

    def key_problems(self, aggregate: Aggregate, promise: DifferentialPrivacy) -> Iterator[Diagnostic]:
        """PT614: what is wrong with the model that lists the keys.

        It has them all, of the same kinds, and tells nothing of anybody.
        """
        keys = promise.keys
        if not isinstance(keys, ModelKeys):
            return
        model = next((model for model in self._models.values() if model.name == keys.model), None)
        if model is None:
            return
        tree = read_tree(model.parsed)
        try:
            flow = self._found(folded(model.relation), exp.to_table(model.relation), tree)
        except Refused as refused:
            yield replace(refused.diagnostic, place=keys.place)
            return
        if flow.is_of_persons:
            message = f"`{model.name}` lists the keys that people have: which there are would tell of them"
            fixes = ("list the keys as values of a model", "or let noise choose: config(keys='private')")
            yield Diagnostic("PT614", message, keys.place, fixes=fixes)
            return
        for key in aggregate.keys:
            fact = flow.find(key.name)
            if fact is None or public(fact.kind) != key.kind:
                message = f"`{model.name}` has no column `{key.name}` of the kind {key.kind}"
                yield Diagnostic(
                    "PT614", message, keys.place, fixes=("give it one: the keys are joined to it",)
                )

    def _source(
        self, schema: RelationSchema, node: exp.Table, tree: SelectTree, there: frozenset[str] | None
    ) -> Flow:
        columns = tuple(
            Fact(column.name, column.type, column.role == Role.PRIVACY_UNIT, (origin.source, origin.column))
            for column in schema.columns
            for origin in column.origins
        )
        flow = Flow(columns, any(column.is_unit for column in columns))
        if len(_units(schema, there)) > 1:
            message = (
                "each row of this source is about several people, so none of them can be taken out alone"
            )
            fix = "give one column the role privacy_unit, and the others direct_identifier"
            raise Refused(tree.refusal("PT621", message, node, fix))
        personal = next((column for column in schema.columns if column.role != _PUBLIC_ROLE), None)
        if not flow.is_of_persons and personal is not None:
            message = f"this source tells of people (`{personal.name}`), but not of whom"
            fix = "give the column that says whose row it is the role privacy_unit, in the domain"
            raise Refused(tree.refusal("PT621", message, node, fix))
        return flow


def _units(schema: RelationSchema, there: frozenset[str] | None) -> list[LineageColumn]:
    """The privacy units that a source has: a built-in domain names one, which a file may call otherwise."""
    units = [column for column in schema.columns if column.role == Role.PRIVACY_UNIT]
    if there is not None:
        return [column for column in units if folded(column.name) in there]
    return [column for column in units if not str(column.declared_at).startswith("<builtin>")]
