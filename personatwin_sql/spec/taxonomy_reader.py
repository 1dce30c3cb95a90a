"""Taxonomies written in YAML, `{Group: [value, value]}`, and the rules that every taxonomy obeys."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.document import Document, Plain, Trail
from personatwin_sql.spec.hierarchy import TOP, Taxonomy, Unmapped
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.validation import validated

Origin = TypeVar("Origin", bound=Hashable)


class WrittenTaxonomy(Strict):
    taxonomy: Mapping[str, object]
    levels: tuple[str, ...] = ()
    unmapped: Unmapped = "error"


class Conflict(NamedTuple, Generic[Origin]):
    """Two rows that send one value of a level to different groups of the next."""

    level: int
    origin: Origin
    first: Origin


def conflicts(rows: Iterable[tuple[Origin, Sequence[str]]]) -> Iterator[Conflict[Origin]]:
    """Where the levels are no functions of each other, once a value; rows run from the value upwards."""
    parents: dict[tuple[int, str], tuple[str, Origin]] = {}
    told: set[tuple[int, str]] = set()
    for origin, row in rows:
        for level, (value, parent) in enumerate(pairwise(row)):
            known, first = parents.setdefault((level, value), (parent, origin))
            if known != parent and (level, value) not in told:
                told.add((level, value))
                yield Conflict(level, origin, first)


def misnamed(rows: Sequence[tuple[Origin, Sequence[str]]]) -> Iterator[Origin]:
    """Rows with a value, or a group, outside a coarser group that is called as it is: once a name.

    Whoever reads the name of the group would take it for the value, which is not in it.
    """
    height = max((len(row) for _, row in rows), default=0)
    names = [{row[level] for _, row in rows if level < len(row)} for level in range(height)]
    shared = {name for level in range(1, height) for finer in names[:level] for name in finer & names[level]}
    told: set[str] = set()
    for origin, row in rows if shared else ():
        for level, name in enumerate(row):
            if name not in shared or name in told:
                continue
            if any(name in names[above] and row[above] != name for above in range(level + 1, len(row))):
                told.add(name)
                yield origin


def level_names(
    document: Document, trail: Trail, written: tuple[str, ...], otherwise: Sequence[str]
) -> tuple[str, ...]:
    """The names of the inner levels: as written under `levels:`, which must fit, or the others.

    Raises ProjectError PT024.
    """
    if not written:
        return tuple(otherwise)
    if len(written) != len(otherwise):
        message = f"`levels` names {len(written)} levels, the hierarchy has {len(otherwise)} below the top"
        raise ProjectError(Diagnostic("PT024", message, document.value_place((*trail, "levels"))))
    return written


def read_taxonomy(document: Document, trail: Trail) -> Taxonomy:
    """A taxonomy of nested mappings whose innermost groups are lists of values.

    Raises ProjectError: PT024 when branches differ in depth, PT025 when a value or group has two parents.
    """
    written = validated(WrittenTaxonomy, document, trail)
    inside = (*trail, "taxonomy")
    problems = list(_form_problems(document, inside))
    if problems:
        raise ProjectError(problems)
    leaves = tuple(_leaves(document, inside, ()))
    height = len(leaves[0][1])
    problems.extend(
        Diagnostic(
            "PT024",
            f"a branch of {len(row) - 1} levels beside one of {height - 1}",
            document.value_place(at),
            "every value must pass the same number of groups",
        )
        for at, row in {len(row): (at, row) for at, row in reversed(leaves)}.values()
        if len(row) != height
    )
    if not problems:
        problems.extend(_value_problems(document, leaves))
    if problems:
        raise ProjectError(problems)
    names = level_names(document, trail, written.levels, [f"level {level}" for level in range(1, height)])
    return Taxonomy(rows=tuple(row for _at, row in leaves), levels=names, unmapped=written.unmapped)


def _leaves(
    document: Document, trail: Trail, groups: tuple[str, ...]
) -> Iterator[tuple[Trail, tuple[str, ...]]]:
    """Each value with its trail, as value, group, group of the group …"""
    here = document.value(trail)
    if isinstance(here, dict):
        for group in here:
            yield from _leaves(document, (*trail, group), (group, *groups))
    elif isinstance(here, tuple):
        for index in range(len(here)):
            at = (*trail, index)
            yield at, (document.text(at), *groups)


def _form_problems(document: Document, trail: Trail) -> Iterator[Diagnostic]:
    here: Plain = document.value(trail)
    place = document.value_place(trail)
    if not isinstance(here, dict | tuple):
        yield Diagnostic("PT011", "a group is a list of values or a mapping of groups", place)
    elif not here:
        yield Diagnostic("PT024", "a group without values", place)
    elif isinstance(here, tuple):
        for index, item in enumerate(here):
            if isinstance(item, dict | tuple):
                yield Diagnostic(
                    "PT011", "a value must be text or a number", document.value_place((*trail, index))
                )
            elif item == TOP:
                yield _reserved(document, (*trail, index))
    else:
        for group in here:
            if group == TOP:
                yield _reserved(document, (*trail, group))
            yield from _form_problems(document, (*trail, group))


def _value_problems(
    document: Document, leaves: Sequence[tuple[Trail, tuple[str, ...]]]
) -> Iterator[Diagnostic]:
    first: dict[str, Trail] = {}
    for at, row in leaves:
        if row[0] in first:
            line = document.value_place(first[row[0]]).line
            label = f"first on line {line}"
            yield Diagnostic("PT025", f"the value `{row[0]}` stands twice", document.value_place(at), label)
        first.setdefault(row[0], at)
    for conflict in conflicts((at, row[1:]) for at, row in leaves):
        group = conflict.origin[: len(conflict.origin) - 1 - conflict.level]
        other = conflict.first[: len(conflict.first) - 1 - conflict.level]
        label = f"elsewhere on line {document.key_place(other).line}"
        message = f"the group `{group[-1]}` stands in two groups"
        yield Diagnostic("PT025", message, document.key_place(group), label)
    for at in misnamed(leaves):
        message = "a group elsewhere is called as this value, or a group of it, and does not hold it"
        yield Diagnostic("PT025", message, document.value_place(at), fixes=("give that group another name",))


def _reserved(document: Document, trail: Trail) -> Diagnostic:
    return Diagnostic(
        "PT024", f"`{TOP}` is the top of every hierarchy, which is there by itself", document.key_place(trail)
    )
