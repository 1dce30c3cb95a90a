"""What a differentially private model guarantees: required, proven of its SQL, recomputed of its events."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.aggregate.render import parts_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.proof.aggregate import Read, read_aggregate_script
from personatwin_sql.compile.proof.aggregate.chosen import Choice
from personatwin_sql.compile.proof.aggregate.noisy import NoisyColumn
from personatwin_sql.compile.proof.aggregate.selected import Selected
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need, refuted
from personatwin_sql.privacy.accounting.declared import Guarantee as Spent
from personatwin_sql.privacy.accounting.events import Joint, selection_delta
from personatwin_sql.privacy.accounting.recomputed import recomputed
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.guarantee import Guarantee

COUNTED = ("max_groups", "max_rows_per_group")
"""Guarantees that are counted in the session, beside the SQL that keeps them."""
_SHOWN = 4


def of_aggregate(
    model: CompiledModel, promise: DifferentialPrivacy, script: str, keys: CompiledModel | None
) -> tuple[Guarantee, ...]:
    """ε and δ, as the script proves them and as recomputed from what the ledger records; contributions.

    `keys`: the model that lists public keys, where one does.
    """
    if model.aggregation is None:
        return ()
    joint = model.aggregation.noise.calibration.joint
    spent = recomputed(joint)
    proofs = _proofs(script, model.name, model.aggregation.aggregate, promise, joint, keys)
    return (
        _one(model, promise, "epsilon", float(promise.epsilon), proofs, float(spent.epsilon)),
        _one(model, promise, "delta", float(promise.delta), proofs, float(spent.delta)),
        *(_one(model, promise, name, getattr(promise, name), proofs, None) for name in COUNTED),
    )


def _proofs(
    script: str,
    name: str,
    aggregate: Aggregate,
    promise: DifferentialPrivacy,
    joint: Joint,
    keys: CompiledModel | None,
) -> Mapping[str, Proof]:
    public = keys.relation if keys is not None else None
    wanted = Spent(promise.epsilon, promise.delta)
    try:
        read = _read(script, name, aggregate, wanted, public)
        loss = read.loss
        if loss.guarantee.epsilon <= wanted.epsilon and loss.guarantee.delta <= wanted.delta:
            need(loss.rho <= joint.rho, "the noise of the SQL spends more ρ than the ledger records")
            is_recorded = loss.selection <= selection_delta(joint)
            need(is_recorded, "the choice of keys of the SQL spends more δ than the ledger records")
            is_charged = loss.guarantee.epsilon <= joint.guarantee.epsilon
            is_charged &= loss.guarantee.delta <= joint.guarantee.delta
            need(is_charged, "the SQL spends more ε or δ than the ledger charges")
    except NotProvableError as error:
        return dict.fromkeys(("epsilon", "delta", *COUNTED), refuted(error))
    person = read.bounded.person
    return {
        "epsilon": Proof(float(loss.guarantee.epsilon), _of_noise(read)),
        "delta": Proof(float(loss.guarantee.delta), _of_thresholds(read)),
        "max_groups": Proof(
            read.bounded.groups, f"row_number() OVER (PARTITION BY {person} …) <= {read.bounded.groups}"
        ),
        "max_rows_per_group": Proof(
            read.bounded.rows,
            f"row_number() OVER (PARTITION BY {', '.join((person, *read.bounded.keys))} …)"
            f" <= {read.bounded.rows}",
        ),
    }


@lru_cache(maxsize=4)  # a build asks before it runs, before it charges and when it tells
def _read(script: str, name: str, aggregate: Aggregate, wanted: Spent, public: str | None) -> Read:
    try:
        before, after = parts_of(script)
    except ValueError:
        raise NotProvableError("the line of the charge does not stand in the script once") from None
    return read_aggregate_script(before, after, name, aggregate, wanted, public)


def _of_noise(read: Read) -> str:
    columns, choices, selected = read.noisy.columns, read.noisy.choices, read.noisy.selected
    told = [*map(_of_column, columns), *map(_of_choice, choices), *map(_of_selected, selected)]
    return ", ".join(told[:_SHOWN]) + (f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")


def _of_column(column: NoisyColumn) -> str:
    moves, noise = column.moves, column.noise
    times = f"{moves.groups} × " if moves.groups > 1 else ""
    return f"{column.name} + pt_discrete_{noise.mechanism}({noise.scale}) moved by {times}{moves.per_group}"


def _of_choice(choice: Choice) -> str:
    times = f"{choice.moves.groups} × " if choice.moves.groups > 1 else ""
    return f"pt_quantile({choice.name}) at rate {choice.rate} moved by {times}{choice.moves.per_group} rows"


def _of_selected(selected: Selected) -> str:
    law = f"pt_least_people({selected.epsilon}, {selected.delta})"
    return f"{selected.source} >= {law} in {selected.moves.groups} of a person's groups"


def _of_thresholds(read: Read) -> str:
    is_joint = any(column.noise.mechanism == "gaussian" for column in read.noisy.columns)
    told = [_of_noise(read)] if is_joint else []
    told += list(dict.fromkeys(f"{each.column.name} >= {each.least}" for each in read.noisy.thresholds))
    told += [] if is_joint else list(dict.fromkeys(map(_of_selected, read.noisy.selected)))
    return "; ".join(told) or "no key depends on the data"


def _one(
    model: CompiledModel,
    promise: DifferentialPrivacy,
    name: str,
    required: float,
    proofs: Mapping[str, Proof],
    measured: float | None,
) -> Guarantee:
    proof = proofs[name]
    return Guarantee(
        model=model.name,
        name=name,
        direction="at_most",
        required=required,
        declared_at=str(promise.place),
        proven=proof.value,
        proof=proof.reading,
        measured=measured,
    )
