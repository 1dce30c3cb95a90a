"""Every source, model and test of a project as its manifest lists it."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.data_tests.compiled import CompiledUnitTest
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.release.manifest import Node
from personatwin_sql.release.result import (
    ReleasedColumn,
    Rule,
)
from personatwin_sql.workflow.assemble import description_of


def manifest_nodes(compiled: Compiled, fingerprints: Mapping[str, str]) -> tuple[Node, ...]:
    """Sources and private models as the manifest shows them."""
    found = []
    for name in compiled.graph.order:
        model, node = compiled.models.get(name), compiled.graph.nodes[name]
        if node.kind == "source":
            found.append(Node(name, node.kind, node.path, description_of(compiled, name)))
        elif model is None:
            found.append(_test_node(compiled, name, fingerprints[name]))
        elif model.protection is None:
            found.append(
                Node(
                    name=name,
                    kind="model",
                    path=node.path,
                    description=description_of(compiled, name),
                    depends_on=(*model.parsed.sources, *model.parsed.refs),
                    columns=_private_columns(model),
                    fingerprint=fingerprints[name],
                )
            )
    return tuple(found)


def _test_node(compiled: Compiled, name: str, fingerprint: str) -> Node:
    """A test with what it reads; where it was declared is its rule."""
    tests = compiled.tests
    test = tests.unit[name] if name in tests.unit else tests.data[name]
    needs = (test.model,) if isinstance(test, CompiledUnitTest) else test.needs
    severity = "error" if isinstance(test, CompiledUnitTest) else test.severity
    return Node(
        name=name,
        kind=compiled.graph.nodes[name].kind,
        path=test.path,
        description=test.description,
        depends_on=needs,
        rules=(Rule("severity", severity, str(test.place)),),
        fingerprint=fingerprint,
    )


def _private_columns(model: CompiledModel) -> tuple[ReleasedColumn, ...]:
    return tuple(
        ReleasedColumn(
            name=column.name,
            role=column.role,
            type=column.type,
            hierarchy_name=column.hierarchy_name,
            origins=tuple((origin.source, origin.column) for origin in sorted(column.origins)),
        )
        for column in model.authored.columns
    )
