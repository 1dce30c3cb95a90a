"""`lineage`: where a table or column comes from and goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format
from personatwin_sql.cli.graph import options_of

if TYPE_CHECKING:
    from personatwin_sql.workflow.lineage_graph import Lineage, LineageNode


@click.command(cls=Command)
@click.argument("node")
@output_format("text", "json", "mermaid")
@click.pass_obj
def lineage(console: Console, node: str, form: str) -> None:
    """Where a table or column comes from, where it goes, and where its role was taken off.

    NODE is a source (`court.people`), a model, or a column of either (`people_public.age`). No data is read.

    \b
    Examples:
      personatwin lineage people_public.age
      personatwin lineage personas --format mermaid
    """
    from personatwin_sql import workflow

    found = workflow.lineage(options_of(console), node)
    if form == "json":
        from personatwin_sql.release.codec import encoded

        console.result(json_text(encoded(found)))
    else:
        console.result("\n".join(_mermaid(found) if form == "mermaid" else _text(found)))


def _text(lineage: Lineage) -> Iterator[str]:
    nodes = {node.id: node for node in lineage.nodes}
    yield _described(nodes[lineage.focus])
    for title, next_of in (("made from", lineage.below), ("goes into", lineage.above)):
        branches = list(_branches(next_of, lineage.focus, nodes, ""))
        if branches:
            yield f"\n{title}"
            yield from branches


def _branches(
    next_of: Callable[[str], tuple[str, ...]], id: str, nodes: dict[str, LineageNode], indent: str
) -> Iterator[str]:
    several = next_of(id)
    for place, other in enumerate(several):
        is_last = place == len(several) - 1
        yield f"{indent}{'└─ ' if is_last else '├─ '}{_described(nodes[other])}"
        yield from _branches(next_of, other, nodes, indent + ("   " if is_last else "│  "))


def _described(node: LineageNode) -> str:
    if node.column is None:
        return f"{node.id}  {node.kind}  {node.place}"
    if node.taken_off_by is not None:
        return f"{node.id}  {node.role}, taken off by {node.taken_off_by}  {node.place}"
    return f"{node.id}  {node.role if node.kind != 'release' else 'released'}  {node.place}"


def _mermaid(lineage: Lineage) -> Iterator[str]:
    numbers = {node.id: f"n{number}" for number, node in enumerate(lineage.nodes)}
    yield "flowchart LR"
    for node in lineage.nodes:
        off = f"<br/>{node.role}, taken off by {node.taken_off_by}" if node.taken_off_by else ""
        yield f'  {numbers[node.id]}["{_escaped(node.id)}{off}"]:::{node.kind}'
    for edge in lineage.edges:
        arrow = "-. made of .->" if edge.is_expression else "-->"
        yield f"  {numbers[edge.below]} {arrow} {numbers[edge.above]}"
    yield "  classDef source fill:#eee,stroke:#888,color:#222"
    yield "  classDef private fill:#fde8e8,stroke:#b44,color:#222"
    yield "  classDef release fill:#e6f4ea,stroke:#2a7d46,color:#222"


def _escaped(text: str) -> str:
    """Text of a label: Mermaid takes HTML's entities, written with `#`."""
    return "".join(letter if letter.isalnum() or letter in "._ -" else f"#{ord(letter)};" for letter in text)
