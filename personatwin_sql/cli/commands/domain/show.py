"""`domain show`: what one domain says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.commands.domain.root import root_of
from personatwin_sql.cli.commands.domain.taxonomies import listed, taxonomy_lines
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.formats import output_format, text_table

if TYPE_CHECKING:
    from personatwin_sql.spec.domain import Column, Domain, OrderRules
    from personatwin_sql.spec.hierarchy import Hierarchy


@click.command(cls=Command, project_flags=("project_dir",))
@click.argument("name")
@output_format("text", "json")
@click.pass_obj
def show(console: Console, name: str, form: str) -> None:
    """What a domain says: columns and their roles, hierarchies, event types, outcomes, order rules.

    With -v also the other names by which `init` recognises each column, and the values of each group.

    \b
    Example:
      personatwin domain show criminal_justice
    """
    from personatwin_sql.spec.loader import load_domain

    domain = load_domain(name, root_of(console))
    console.result(
        domain.model_dump_json(indent=2)
        if form == "json"
        else "\n".join(_lines(domain, console.flags.verbose))
    )


def _lines(domain: Domain, with_aliases: bool) -> Iterator[str]:
    yield f"{domain.name}: {domain.description}" if domain.description else domain.name
    yield f"{domain.path}{f', extends {domain.extends}' if domain.extends else ''}"
    groups = {name: entity.columns for name, entity in domain.entities.items()} | dict(domain.sources)
    for name, columns in groups.items():
        yield f"\n{name}"
        yield text_table(
            _HEADS if with_aliases else _HEADS[:-1],
            [
                _column(column_name, column)[: None if with_aliases else -1]
                for column_name, column in sorted(columns.items(), key=_by_role)
            ],
        )
    if domain.hierarchies:
        yield "\nhierarchies"
        yield text_table(
            ("name", "levels, finest first"),
            [(name, _levels(hierarchy)) for name, hierarchy in domain.hierarchies.items()],
        )
    taxonomies = {name: found for name, found in domain.hierarchies.items() if found.kind == "taxonomy"}
    if taxonomies:
        yield "\ngroups" if with_aliases else "\ngroups (-v: and their values)"
    for name, taxonomy in taxonomies.items():
        yield from taxonomy_lines(name, taxonomy, with_aliases)
    for title, names in (
        ("event types", domain.event_types),
        ("outcomes", domain.outcomes),
        ("sensitive outcomes", domain.sensitive_outcomes),
        ("personas agree in", domain.personas.block),
        ("and are ordered by", domain.personas.within_block),
        ("kept for analysis", domain.kept_for_analysis),
        ("known to the census", [f"{name} ({meaning})" for name, meaning in domain.census.items()]),
    ):
        if names:
            yield f"\n{title}"
            yield from listed(", ".join(names), 2)
    yield f"\nother event types and outcomes\n  {_UNLISTED[domain.unlisted]}"
    rules = list(_rules(domain.order_rules))
    if rules:
        yield "\norder rules\n" + "\n".join(f"  {rule}" for rule in rules)
    yield "\nprecision, where the privacy level asks for no coarser one"
    yield f"  dates: {domain.time_precision}, places: {domain.place_precision}"


_HEADS = ("column", "role", "type", "hierarchy", "place", "also called")
_ROLES = ("privacy_unit", "quasi_identifier", "sensitive", "insensitive", "direct_identifier")
_UNLISTED = {"keep": "kept, counted and listed for the owner", "refuse": "refused: the build stops"}


def _by_role(item: tuple[str, Column]) -> int:
    return _ROLES.index(item[1].role.value)


def _column(name: str, column: Column) -> tuple[str, ...]:
    hierarchy = column.hierarchy_name or ("" if column.hierarchy is None else column.hierarchy.kind)
    if column.merge == "never":
        hierarchy = f"{hierarchy}, never merged"
    return (name, column.role.value, column.type, hierarchy, column.place or "", ", ".join(column.aliases))


def _levels(hierarchy: Hierarchy) -> str:
    names = (hierarchy.level_name(level) for level in range(hierarchy.height + 1))
    return " → ".join(names)


def _rules(rules: OrderRules) -> Iterator[str]:
    for follow in rules.must_follow:
        yield f"{follow.event} comes after {follow.after}"
    for never in rules.cannot_follow:
        yield f"{never.event} never comes after {never.after}"
    for most in rules.max_occurrences:
        yield f"{most.event} happens at most {most.times} time{'' if most.times == 1 else 's'}"
    for closure in rules.requires_closure:
        yield f"{closure.event} is closed by {closure.closed_by}"
    if rules.on_violation == "repair":
        yield "what is missing is added and marked: it never counts as evidence"
