"""How columns of a table of people go together, before and after: for its owner alone."""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.relations import relations
from personatwin_sql.engine.session import Session
from personatwin_sql.release.owner import Foretold, Relation
from personatwin_sql.spec.protection import KAnonymity


def told_relations(
    session: Session, model: CompiledModel
) -> tuple[tuple[Relation, ...], tuple[Foretold, ...]]:
    """Of a k_anonymity model; nothing of others."""
    if not isinstance(model.protection, KAnonymity):
        return (), ()
    shown = replace(model, columns=tuple(column for column in model.columns if not column.is_hidden))
    found, foretold = relations(session, shown, model.protection.predict)
    return (
        tuple(Relation(item.first, item.second, item.measure, item.before, item.after) for item in found),
        tuple(
            Foretold(
                item.column,
                item.before.foretold if item.before else None,
                item.before.majority if item.before else None,
                item.after.foretold if item.after else None,
                item.after.majority if item.after else None,
            )
            for item in foretold
        ),
    )
