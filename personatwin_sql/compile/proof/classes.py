"""Proves k-anonymity (Sweeney 2002): rows are published by whole classes, and a class has k units."""

from __future__ import annotations

from personatwin_sql.compile.proof.claims import (
    declared_only,
    grouped_by,
    made_from,
    one_row_a_unit,
    ordered_by,
    unit_of,
)
from personatwin_sql.compile.proof.columns import Column, Root, column_at
from personatwin_sql.compile.proof.context import AUTHORED, Authored, Context
from personatwin_sql.compile.proof.facts import Classes, Group, Rows
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, given, need, refuted
from personatwin_sql.compile.proof.script import read_script
from personatwin_sql.compile.quoting import folded


def prove_k_anonymity(
    script: str,
    model: str,
    authored: Authored,
    quasi_identifiers: tuple[str, ...],
    *,
    is_recoded: bool = False,
) -> Proof:
    """The k that the SQL guarantees.

    Each published row is a person's only row of one private table; it is published with all rows of that
    table that agree in every published quasi-identifier; these are of at least k distinct units. Or it is a
    class of at least k distinct units, published as often as it has people, and says nothing but what makes
    the class. A published column is a column of that table as it stands, made from the author's column of
    that name and from hierarchies; the unit and undeclared columns are not among them. Rows stand in the
    order of all that is published, not in that of the source. What other models read of who is in which class
    names each person once, and a class that is made of quasi-identifiers alone.

    `is_recoded`: classes differ in levels. Then a published quasi-identifier is a copy of what the engine's
    own table says of the combination of all of them, and not made in any other way.
    """
    names = tuple(map(folded, quasi_identifiers))
    quasi = frozenset(names)
    try:
        context = read_script(script, model, authored, {}, recoded=names if is_recoded else ())
        proof = _proven(context, f"release.{model}", authored, quasi)
        _classes_for_others(context, quasi)
    except NotProvableError as error:
        return refuted(error)
    return proof


def _proven(context: Context, name: str, authored: Authored, quasi: frozenset[str]) -> Proof:
    need(len(context.released) == 1, f"`{name}` is a union")
    released = context.released[0]
    declared_only(released, authored.columns, name)
    spread = next((group for group in released.groups if group.is_spread), None)
    if spread is not None:
        return _counted(context, name, spread, quasi)
    rows, classes = _whole_classes(context, name)
    for key in released.columns:
        reason = f"`{key[1]}` is not published as it stands in `{rows.table}`"
        column = given(column_at(rows.columns, key), reason)
        made = context.made(rows.table).column(column)
        made_from(made, _roots(context, key[1], quasi), key[1])
        if key[1] in quasi:
            _recoded(context, made, key[1])
            need(column in classes.keys, f"`{key[1]}` is not among the columns that make a class")
        else:
            need(made.inputs, f"`{key[1]}` is not made from the column of that name")
    unit = unit_of(rows.table, context, classes.unit)
    one_row_a_unit(rows.table, context, unit)
    ordered_by(released, released.names, name)
    need(classes.at_least > 0, classes.reading)
    return Proof(classes.at_least, classes.reading)


def _classes_for_others(context: Context, quasi: frozenset[str]) -> None:
    """Personas are cut inside of these classes: the class of a person, or of a combination of values."""
    units, placed = f"private.{context.model}__units", f"private.{context.model}__placed"
    for table in filter(context.is_made, (units, placed)):
        relation = context.made(table)
        need("class_id" in relation.names, f"`{table}` does not say who is in which class")
        made_from(relation.column("class_id"), context.roots(quasi), "class_id")
    if context.is_made(units):
        one_row_a_unit(units, context, unit_of(units, context, context.unit[1]))


def _counted(context: Context, name: str, group: Group, quasi: frozenset[str]) -> Proof:
    """Classes of combinations, of which it is known how many people share each: once for each of these."""
    released, table = context.released[0], group.base.table
    need(not group.is_optional, f"a row of `{name}` may be no class")
    for _, published in released.columns:
        key = column_at(group.keys, ("", published))
        column = given(key, f"`{published}` is not among the columns that make a class")
        made = context.made(table).column(column)
        made_from(made, _roots(context, published, quasi), published)
        _recoded(context, made, published)
    grouped_by(group, context.roots(quasi), context)
    need(group.base.is_whole, f"some rows of `{table}` are not counted")
    unit = unit_of(table, context, group.unit, may_be_count=True)
    one_row_a_unit(table, context, unit)
    ordered_by(released, released.names, name)
    need(group.at_least > 0, group.reading)
    return Proof(group.at_least, group.reading)


def _roots(context: Context, name: str, quasi: frozenset[str]) -> set[Root]:
    """What a published column may be made from."""
    return context.roots({name}) if name in quasi else {(AUTHORED, name)}


def _recoded(context: Context, column: Column, name: str) -> None:
    """Where classes differ in levels, a quasi-identifier comes from the engine's table as it stands there."""
    is_copy = not context.recoded or column.is_copy_of((context.recoding, name))
    need(is_copy, f"`{name}` is not what `{context.recoding}` says of it")


def _whole_classes(context: Context, name: str) -> tuple[Rows, Classes]:
    """The rows of the private table that are published, and the classes in which they are."""
    released = context.released[0]
    for rows in released.rows:
        classes = rows.classes
        if classes is None or rows.table not in context.tables:
            continue
        need(rows.is_exact, f"`{name}` filters rows, so that a class may be there in part")
        need(rows.is_once, f"`{name}` may hold a row of `{rows.table}` twice")
        return rows, classes
    notes = [rows.note for rows in released.rows if rows.note]
    reason = notes[0] if notes else "it is not an INNER JOIN of a table's rows with classes of that table"
    raise NotProvableError(f"`{name}` does not publish whole classes: {reason}")
