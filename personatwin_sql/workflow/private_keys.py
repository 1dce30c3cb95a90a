"""Public keys that another model lists, as they are there: under several sets of keys NULL is a total."""

from __future__ import annotations

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, NodeError
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, ModelKeys


def refuse_keys_like_totals(session: Session, model: CompiledModel, listed: CompiledModel | None) -> None:
    """NodeError PT614 where a row of the list lacks a key, which readers would take for a total.

    `listed`: the model of the keys, which tells of nobody. Asked before anything is added up.
    """
    promise, aggregation = model.protection, model.aggregation
    if listed is None or aggregation is None or len(aggregation.aggregate.sets) < 2:
        return
    if not (isinstance(promise, DifferentialPrivacy) and isinstance(promise.keys, ModelKeys)):
        return
    lacking = " OR ".join(f"{identifier(key.name)} IS NULL" for key in aggregation.aggregate.keys)
    if session.value(f"SELECT count(*) FROM {listed.relation} WHERE {lacking}", node=model.name):
        message = f"`{listed.name}` has a row without a key, which under several sets of keys is a total"
        fix = f"leave such rows out of `{listed.name}`, or give them a value"
        raise NodeError([Diagnostic("PT614", message, promise.keys.place, fixes=(fix,))])
