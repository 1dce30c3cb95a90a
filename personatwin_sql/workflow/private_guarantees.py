"""What differentially private models guarantee: proven before they run, counted before they are paid for."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.aggregate.calibrate import groups_of
from personatwin_sql.compile.aggregate.guarantees import COUNTED
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.guarantees import guarantees_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.render import beneath
from personatwin_sql.engine.measure_private import Limits, within_limits
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Withheld
from personatwin_sql.release.gate import judge_proofs
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, WrittenKeys
from personatwin_sql.spec.guarantee import Guarantee


def refuse_unproven(compiled: Compiled, model: CompiledModel, script: str) -> None:
    """Before any row is read: what its SQL does not prove must not run. Raises Withheld."""
    guarantees = guarantees_of(model, script, beneath(model, compiled.models))
    problems = judge_proofs(model.name, "differential_privacy", model.parsed.path, guarantees)
    if problems:
        raise Withheld(problems)


def counted(session: Session, compiled: Compiled, model: CompiledModel) -> Mapping[str, bool]:
    """Guarantee → whether the exact table, which is there, keeps to it."""
    promise, aggregation = model.protection, model.aggregation
    if not isinstance(promise, DifferentialPrivacy) or aggregation is None:
        raise TypeError(f"{model.name} is not differentially private")
    limits = Limits(groups_of(aggregation.aggregate, promise), promise.max_rows_per_group)
    below = beneath(model, compiled.models)
    relation = below.relation if below is not None else None
    if isinstance(promise.keys, WrittenKeys):
        relation = f"hierarchy.{identifier(f'{model.name}__keys')}"
    return within_limits(session, model.name, aggregation, limits, relation)


def stated(
    compiled: Compiled, model: CompiledModel, script: str, is_within: Mapping[str, bool] | None
) -> tuple[Guarantee, ...]:
    """The guarantees; of contributions it is told that they are within their bound, and not how far.

    That would tell of the people. None: the release is put back, and was counted when it was drawn, as
    nothing is charged for what is not within its bounds.
    """
    guarantees = guarantees_of(model, script, beneath(model, compiled.models))
    return tuple(
        guarantee.with_measure(
            guarantee.required if is_within is None or is_within[guarantee.name] else guarantee.required + 1
        )
        if guarantee.name in COUNTED
        else guarantee
        for guarantee in guarantees
    )
