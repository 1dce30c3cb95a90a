"""Proves privacy models of sensitive columns: what the SQL says of each class of which rows are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from personatwin_sql.compile.proof.columns import Column, column_at
from personatwin_sql.compile.proof.context import AUTHORED, Authored, Context
from personatwin_sql.compile.proof.facts import Rows, Says
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need
from personatwin_sql.compile.proof.script import read_script
from personatwin_sql.compile.quoting import folded

_AT_LEAST: Final = frozenset({"l_diversity_distinct", "l_diversity_entropy", "least_present"})
_IN_ORDER: Final = frozenset({"t_closeness_ordered"})
Said = Mapping[tuple[str, str], Proof]
"""By model and sensitive column."""


def prove_models(
    script: str,
    model: str,
    authored: Authored,
    quasi_identifiers: tuple[str, ...],
    hidden: frozenset[str],
    *,
    is_recoded: bool = False,
) -> Said:
    """What holds of the sensitive values of each published class; nothing where the SQL is not understood.

    The classes are those of all published quasi-identifiers, no fewer: with fewer, classes would be read
    together of which only each alone is known. The values are those of the column that is published, made
    from the author's column of that name alone; of a `hidden` one, which is not published, too. Classes have
    at least k people, one row each, as `prove_k_anonymity` shows, `is_recoded` or not.
    """
    try:
        recoded = tuple(map(folded, quasi_identifiers)) if is_recoded else ()
        context = read_script(script, model, authored, {}, recoded=recoded)
        need(len(context.released) == 1, "a union")
        (released,) = context.released
        found = [rows for rows in released.rows if rows.classes is not None and rows.table in context.tables]
        need(found, "no classes")
        names = frozenset(map(folded, quasi_identifiers))
        rows = found[0]
        need(
            rows.is_exact and rows.classes is not None and _keys(rows, names) == rows.classes.keys, "classes"
        )
    except NotProvableError:
        return {}
    classes = rows.classes
    if classes is None:
        return {}
    return {
        (said.model, said.column): Proof(said.value, said.reading)
        for said in sorted(classes.says, key=_strength)
        if _is_of_column(context, rows, said, hidden)
    }


def _strength(said: Says) -> float:
    """Of two conditions that say the same with other numbers, the stronger one goes last."""
    return said.value if said.model in _AT_LEAST else -said.value


def _keys(rows: Rows, names: frozenset[str]) -> frozenset[str]:
    """The columns of the table that stand in published quasi-identifiers."""
    found = (column_at(rows.columns, ("", name)) for name in names)
    return frozenset(name for name in found if name is not None)


def _is_of_column(context: Context, rows: Rows, said: Says, hidden: frozenset[str]) -> bool:
    """Whether what is spoken of is the published column, as the author wrote it."""
    column = context.made(rows.table).column(said.column)
    is_published = column_at(rows.columns, ("", said.column)) == said.column
    is_hidden = said.column in map(folded, hidden)
    return is_of_author(column, said) and (is_published or is_hidden)


def is_of_author(column: Column, said: Says) -> bool:
    """Whether what is spoken of is made of the author's column of that name alone.

    Where the order of values counts, it is that column, value for value.
    """
    root = (AUTHORED, said.column)
    return column.inputs == {root} and (said.model not in _IN_ORDER or column.is_value_of(root))
