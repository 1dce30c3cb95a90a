"""`docs`: the whole project on one page: graph, tables, columns with their roles, promises and guarantees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from personatwin_sql import __version__
from personatwin_sql.compile.column_edges import Column, MadeColumn, made_columns
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.release.durable_file import public_folder, write_durably
from personatwin_sql.release.graph_drawing import drawing
from personatwin_sql.release.promise import statements
from personatwin_sql.release.report.document import (
    Block,
    Card,
    Cell,
    Document,
    Section,
    Table,
    Terms,
    Text,
    Verdict,
)
from personatwin_sql.release.report.document import Column as Head
from personatwin_sql.release.report.html import page
from personatwin_sql.release.result import Release, ReleasedModel
from personatwin_sql.release.state import read_state
from personatwin_sql.release.words import NOT_PROMISED, PROTECTIONS
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.declared_rules import declared_rules
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.project import compiled_and_judged, opened

_GRAPH = "How it hangs together"
_FLAT = {Role.QUASI_IDENTIFIER: "one step, to `*`"}
"""How a column without a hierarchy becomes coarser."""


def document_project(options: Options, file: Path | None) -> Path:
    """Write the page, into target/docs.html unless a file is named. No data is read.

    It says what the project's files say, and of a release what its public report says. Raises what is wrong
    with the project.
    """
    loaded, paths = opened(options)
    compiled = compiled_and_judged(loaded)
    state = read_state(paths.private, loaded.target) if paths.private.exists() else None
    text = project_page(compiled, state.release if state is not None else None)
    target = file or paths.target / "docs.html"
    public_folder(target.parent)
    write_durably(target, text.encode())
    return target


def project_page(compiled: Compiled, release: Release | None) -> str:
    """The page: self-contained, every text escaped, without a script."""
    loaded = compiled.loaded
    document = Document(
        heading="Project",
        project=loaded.project.name,
        about=f"Privacy level {loaded.project.privacy.level} · domain {loaded.domain.name} · "
        f"target {loaded.target}",
        verdict=_verdict(compiled, release),
        sections=(
            Section("graph", _GRAPH, (_nodes(compiled),)),
            Section("sources", "What is read", tuple(_sources(compiled))),
            Section("models", "What is made of it", tuple(_models(compiled, release))),
            Section("not-promised", "What is not promised", (Terms(NOT_PROMISED),)),
        ),
        footer=f"Written by PersonaTwin SQL {__version__} from the project's files.",
    )
    head = f"<h2>{_GRAPH}</h2>\n"
    before, found, after = page(document).partition(head)
    return before + found + _drawing(compiled) + after


def _verdict(compiled: Compiled, release: Release | None) -> Verdict:
    number = len(compiled.released)
    title = f"{len(compiled.models)} tables, {number} of them released"
    if release is None:
        return Verdict("fair", title, "Not built yet: guarantees are told after the first build.")
    built = release.built_at.strftime("%Y-%m-%d")
    kept = "every guarantee was measured then, and proven where SQL can show it"
    return Verdict("good", title, f"Last built on {built}; {kept}.")


def _tables(compiled: Compiled) -> list[str]:
    return [name for name in compiled.graph.order if compiled.graph.nodes[name].kind in ("source", "model")]


def _kind(compiled: Compiled, name: str) -> str:
    if name not in compiled.models:
        return "source"
    return "private" if compiled.models[name].protection is None else "released"


def _drawing(compiled: Compiled) -> str:
    nodes = {name: _kind(compiled, name) for name in _tables(compiled)}
    needs = {name: compiled.graph.in_order(compiled.graph.needs[name]) for name in nodes}
    return drawing(nodes, needs, "Which table is made from which; released ones are filled.")


def _nodes(compiled: Compiled) -> Block:
    rows = tuple(
        (
            Cell(f"`{name}`"),
            Cell(_kind(compiled, name)),
            Cell(", ".join(f"`{other}`" for other in compiled.graph.in_order(compiled.graph.needs[name]))),
            Cell(f"`{compiled.graph.nodes[name].path}`"),
        )
        for name in _tables(compiled)
    )
    heads = (Head("Table"), Head("Is"), Head("Made from"), Head("Written in"))
    return Table(heads, rows, folded="The same as a table")


def _sources(compiled: Compiled) -> Iterator[Block]:
    domain = compiled.loaded.domain
    for name, columns in domain.sources.items():
        rows = tuple(
            (
                Cell(f"`{column}`", fact.description),
                Cell(fact.role.value),
                Cell(fact.type),
                Cell(fact.hierarchy_name or _FLAT.get(fact.role, "")),
            )
            for column, fact in columns.items()
        )
        heads = (Head("Column"), Head("Role"), Head("Type"), Head("Becomes coarser by"))
        known = Text("All that the domain knows of such a table; a file need not have every column.", "muted")
        yield Card(f"`{name}`", (known, Table(heads, rows)), tag=domain.source_entities.get(name, ""))


def _models(compiled: Compiled, release: Release | None) -> Iterator[Block]:
    made = made_columns(compiled)
    released = {} if release is None else {model.name: model for model in release.models}
    for name, model in compiled.models.items():
        properties = compiled.loaded.properties.get(name)
        blocks: list[Block] = []
        if properties is not None and properties.description:
            blocks.append(Text(properties.description))
        if model.protection is not None:
            blocks.append(Text(PROTECTIONS.get(model.protection.name, ""), "muted"))
            rules = tuple(
                (rule.name, f"{rule.value} (`{rule.declared_at}`)") for rule in declared_rules(model)
            )
            blocks.extend([Terms(rules)] if rules else [])
        descriptions = properties.columns if properties is not None else {}
        of_model = [column for key, column in made.items() if key[0] == name]
        blocks.append(_columns(of_model, descriptions))
        if name in released:
            blocks.extend(_guarantees(released[name]))
        yield Card(f"`{name}`", tuple(blocks), tag=model.protection.name if model.protection else "private")


def _columns(columns: list[MadeColumn], descriptions: Mapping[str, str]) -> Table:
    rows = tuple(
        (
            Cell(f"`{column.name}`", descriptions.get(column.name, "")),
            Cell(_role(column), str(column.taken_off.place) if column.taken_off is not None else ""),
            Cell(", ".join(_shown(origin) for origin in column.made_from)),
        )
        for column in columns
    )
    return Table((Head("Column"), Head("Role"), Head("Made from")), rows)


def _role(column: MadeColumn) -> str:
    if column.taken_off is None:
        return column.role.value
    return f"{column.taken_off.role.value}, taken off by {column.taken_off.protection}"


def _shown(origin: Column) -> str:
    return f"`{'.'.join(origin)}`"


def _guarantees(model: ReleasedModel) -> Iterator[Block]:
    found = statements(model)
    if not found:
        return
    heads = (Head("Guarantee"), Head("Required"), Head("Proven"), Head("Measured"))
    rows = tuple(
        (
            Cell(statement.words),
            Cell(statement.required_words),
            Cell(statement.proven_words),
            Cell(statement.measured_words),
        )
        for statement in found
    )
    yield Table(heads, rows, caption="Guarantees, as the last build found them")
