"""Proves personas: each row is a group of k units, each kept attribute is that of k_event of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from personatwin_sql.compile.proof.claims import (
    declared_only,
    grouped_by,
    made_from,
    one_row_a_unit,
    ordered_by,
    speaks_of,
    unit_of,
)
from personatwin_sql.compile.proof.columns import Key, Root, column_at
from personatwin_sql.compile.proof.context import AUTHORED, Authored, Context
from personatwin_sql.compile.proof.facts import Group, Relation
from personatwin_sql.compile.proof.models import is_of_author
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, given, need, refuted
from personatwin_sql.compile.proof.script import read_script
from personatwin_sql.compile.quoting import folded
from personatwin_sql.frozen import dataclass

_PERSONA: Key = ("", "persona_id")
PERSON: Final = "person"
"""The column of the members that stands for the unit as a small number."""


@dataclass(frozen=True)
class _Personas:
    """The released table, the group that each row is, and that of each kept attribute."""

    relation: Relation
    group: Group
    kept: Mapping[str, Group]


def prove_personas(
    script: str,
    model: str,
    authored: Authored,
    quasi_identifiers: tuple[str, ...],
    sensitive: tuple[str, ...],
    within: str | None,
    *,
    is_recoded: bool = False,
    recoded_by: str | None = None,
    hidden: frozenset[str] = frozenset(),
) -> Mapping[str, Proof]:
    """What the SQL guarantees of each persona.

    `k`: a row is a group of at least k distinct units of one private table, in which each unit has one row;
    whatever it publishes is a key or a count of that group, made from quasi-identifiers alone. `k_event`: a
    kept attribute is held by so many of the units of the persona, or is NULL; absent when nothing is kept.
    `outcome_cap`: a kept attribute that is sensitive is held by at most this share of the units of the row;
    absent when there is none. `alpha_k of charge` and the like: what is said of the values that the people of
    each persona have in a sensitive column.

    `is_recoded`: the classes of `within` differ in levels, and its people are published as the engine's own
    table says of the combination of all quasi-identifiers: that of `recoded_by`, where it is not `within`.
    `hidden`: columns of the author that models speak of and that are not published.
    """
    quasi, unpublished = tuple(map(folded, quasi_identifiers)), tuple(map(folded, hidden))
    kept = tuple(name for name in map(folded, authored.columns) if name not in (*quasi, *unpublished))
    capped = tuple(name for name in map(folded, sensitive) if name in kept)
    names = ("k", *(("k_event",) if kept else ()), *(("outcome_cap",) if capped else ()))
    people = {f"private.{folded(within)}__units": authored.unit} if within else {}
    try:
        recoded = quasi if is_recoded else ()
        context = read_script(
            script, model, authored, people, recoded=recoded, recoded_by=recoded_by or within
        )
        need(len(context.released) == 1, f"`release.{model}` is a union")
        roots = context.roots(quasi) | _classes_of(within)
        personas = _read(context.released[0], context, quasi, kept, roots)
    except NotProvableError as error:
        return dict.fromkeys(names, refuted(error))
    proofs = {
        "k": _least([personas.group]),
        "k_event": _least(list(personas.kept.values())),
        "outcome_cap": _cap(personas, capped),
    }
    return {name: proofs[name] for name in names} | _models(context, personas.group, (*kept, *unpublished))


def _models(context: Context, group: Group, names: tuple[str, ...]) -> dict[str, Proof]:
    """By privacy model and column: what is said of one of these that is the author's as it stands."""
    columns = context.made(group.base.table)
    return {
        f"{said.model} of {said.column}": Proof(said.value, said.reading)
        for said in group.says
        if said.column in names and is_of_author(columns.column(said.column), said)
    }


def _classes_of(within: str | None) -> set[Root]:
    """The number of the class that a person, or a combination of values, is in."""
    tables = (f"private.{folded(within)}__{each}" for each in ("units", "placed")) if within else ()
    return {(table, "class_id") for table in tables}


def _read(
    relation: Relation, context: Context, quasi: tuple[str, ...], kept: tuple[str, ...], roots: set[Root]
) -> _Personas:
    table = f"release.{context.model}"
    levels = tuple(f"{name}_level" for name in quasi)
    of_kept = tuple(f"{name}_people" for name in kept)
    declared_only(
        relation, ("persona_id", "people", "risk", "method", *quasi, *kept, *levels, *of_kept), table
    )
    spoken = [name for name in relation.names if name not in (*kept, *of_kept)]
    group = _group(relation, spoken)
    for name in spoken:
        speaks_of(relation.column(name), group, name)
        made_from(relation.column(name), roots, name)
    for name in ("persona_id", *quasi):
        is_told = name not in relation.names or _is_of_all(("", name), group)
        need(is_told, f"`{name}` is not published as it stands among the columns that make a persona")
    is_count = "people" not in relation.names or ("", "people") in group.people
    need(is_count, "`people` is not the number of distinct units")
    unit = unit_of(group.base.table, context, group.unit)
    grouped_by(group, roots, context, but={group.named[_PERSONA]} if _PERSONA in group.named else set())
    need(group.base.is_whole, f"some rows of `{group.base.table}` are not counted")
    one_row_a_unit(group.base.table, context, unit)
    groups = {name: _kept_group(relation, group, name) for name in kept if name in relation.names}
    for name, held in groups.items():
        for each in (name, f"{name}_people"):
            if each in relation.names:
                speaks_of(relation.column(each), held, each)
                made_from(relation.column(each), {(AUTHORED, name), *roots}, each)
        is_count = f"{name}_people" not in relation.names or ("", f"{name}_people") in held.people
        need(is_count, f"`{name}_people` is not the number of distinct units")
    need(all(f"{name}_people" not in relation.names or name in groups for name in kept), "a count of nothing")
    _members(context)
    ordered_by(relation, ["persona_id"] if _PERSONA in relation.columns else relation.names, table)
    return _Personas(relation, group, groups)


def _members(context: Context) -> None:
    """What others read of who is in which persona: one row a person, and `person` stands for that person."""
    table = f"private.{context.model}__members"
    if not context.is_made(table):
        return
    relation = context.made(table)
    unit = given(
        next((name for name in relation.names if relation.column(name).is_copy_of(context.unit)), None),
        f"`{table}` does not say who is a member",
    )
    one_row_a_unit(table, context, unit)
    is_code = PERSON not in relation.names or relation.column(PERSON).is_code_of(context.unit)
    need(is_code, f"`{PERSON}` of `{table}` does not stand for one person each")


def _group(relation: Relation, names: list[str]) -> Group:
    """The group that every row is: the one that most columns speak of."""
    candidates = [group for group in relation.groups if not group.is_optional and not group.is_repeated]
    need(candidates, f"a row is not one group of people: {relation.note}")
    return max(
        candidates, key=lambda group: sum(group.name in relation.column(name).groups for name in names)
    )


def _is_of_all(key: Key, group: Group) -> bool:
    """Whether a value makes the group, or follows from what makes it."""
    return column_at(group.keys, key) is not None or key in group.told or key in group.named


def _kept_group(relation: Relation, persona: Group, name: str) -> Group:
    """The group of all those of a persona who hold the attribute."""
    for group in relation.groups:
        value = column_at(group.keys, ("", name))
        is_same = group.base.table == persona.base.table and group.unit == persona.unit
        is_within = all((persona.name, column) in group.beside for column in persona.of)
        if is_same and is_within and value is not None and group.of == {*persona.of, value}:
            return group
    raise NotProvableError(f"`{name}` is not a value that was counted within each persona")


def _least(groups: list[Group]) -> Proof:
    if not groups:
        return Proof(None, "no kept attribute is published")
    least = min(groups, key=lambda group: group.at_least)
    return Proof(least.at_least if least.at_least > 0 else None, least.reading)


def _cap(personas: _Personas, names: tuple[str, ...]) -> Proof:
    shares = []
    for name in names:
        group = personas.kept.get(name)
        if group is None:
            continue
        found = [
            share.share
            for share in personas.relation.shares
            if share.part == group.name and share.whole == personas.group.name and group.base.is_whole
        ]
        if not found:
            return Proof(None, f"nothing caps the share of a persona that holds `{name}`")
        shares.append(min(found))
    if not shares:
        return Proof(None, "no sensitive attribute is published")
    return Proof(max(shares), f"JOIN … ON people <= {max(shares):g} * people of the persona")
