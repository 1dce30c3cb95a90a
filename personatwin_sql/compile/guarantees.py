"""What each release model guarantees: required by its promise, proven by the SQL that will run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from personatwin_sql.compile.aggregate.guarantees import of_aggregate
from personatwin_sql.compile.event_protection import date_of
from personatwin_sql.compile.known_guarantees import known_guarantees
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.model_guarantees import of_models
from personatwin_sql.compile.persona_models import persona_model_guarantees
from personatwin_sql.compile.proof import (
    Authored,
    Outcomes,
    PersonaColumns,
    Proof,
    Said,
    Told,
    prove_k_anonymity,
    prove_models,
    prove_persona_events,
    prove_personas,
    prove_randomised,
)
from personatwin_sql.compile.protection import age_of, blocks_of, recoding_of
from personatwin_sql.compile.randomised import label_of, told
from personatwin_sql.compile.strategy import strategy_macro
from personatwin_sql.compile.strategy_proof import prove_with_strategy, statement_texts
from personatwin_sql.errors import Place
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.guarantee import Direction, Guarantee
from personatwin_sql.spec.protection import Declared, KAnonymity, PersonaEvents, Personas
from personatwin_sql.spec.role import Role

EPSILON_PER_OUTCOME = "epsilon_per_outcome"
"""What the guarantee of randomised outcomes is called."""
UNPROVEN = Proof(None, "not_provable")


def guarantees_of(
    model: CompiledModel,
    script: str,
    personas: CompiledModel | None,
    of_personas: Sequence[Guarantee] = (),
) -> tuple[Guarantee, ...]:
    """The guarantees of a protected model, with what its rendered SQL proves; none for a derived one.

    personas: the model beneath, if any. of_personas: those of the personas whose events these are.
    """
    promise = model.protection
    if isinstance(promise, KAnonymity):
        return _of_k_anonymity(model, promise, script)
    if isinstance(promise, Personas):
        return _of_personas(model, promise, script, personas)
    if isinstance(promise, DifferentialPrivacy):
        return of_aggregate(model, promise, script, personas)
    if isinstance(promise, PersonaEvents) and personas is not None:
        return _of_events(model, promise, script, personas, of_personas)
    return ()


def _of_k_anonymity(model: CompiledModel, promise: KAnonymity, script: str) -> tuple[Guarantee, ...]:
    names = tuple(column.name for column in model.quasi_identifiers)
    is_recoded = promise.recoding.is_by_class
    proof = prove_k_anonymity(script, model.name, _authored(model), names, is_recoded=is_recoded)
    return (
        _proven(model, "k", "at_least", promise.k, proof),
        _counted(model, "rows_per_person", Declared(1, Place(model.parsed.path, 1))),
        _counted(model, "values_finer_than_level", Declared(0, Place(model.parsed.path, 1))),
        *(
            [_counted(model, "untrue_numbers", Declared(0, Place(model.parsed.path, 1)))]
            if promise.recoding.has_groups
            else []
        ),
        _counted(
            model, "journalist_risk" if promise.counts_population else "target_risk", promise.target_risk
        ),
        _counted(model, "suppression_limit", promise.suppression_limit),
        _counted(model, "people_left_out", promise.k, "at_least"),
        *of_models(model.name, promise, proof, _said(model, promise, script, names)),
    )


def _said(model: CompiledModel, promise: KAnonymity, script: str, names: tuple[str, ...]) -> Said:
    """What the SQL says of sensitive values, where a model reads them."""
    if all(declared.model.column is None for declared in promise.models):
        return {}
    is_recoded = promise.recoding.is_by_class
    return prove_models(script, model.name, _authored(model), names, _hidden(model), is_recoded=is_recoded)


def _hidden(model: CompiledModel) -> frozenset[str]:
    return frozenset(column.name for column in model.columns if column.is_hidden)


def _of_personas(
    model: CompiledModel, promise: Personas, script: str, below: CompiledModel | None
) -> tuple[Guarantee, ...]:
    names = tuple(column.name for column in model.quasi_identifiers)
    kept = tuple(column.name for column in model.kept_columns)
    sensitive = tuple(column.name for column in model.kept_columns if column.role == Role.SENSITIVE)
    proofs = prove_personas(
        script,
        model.name,
        _authored(model),
        names,
        sensitive,
        promise.within,
        is_recoded=recoding_of(model, below) != "global",
        recoded_by=below.name if below is not None else None,
        hidden=_hidden(model),
    )
    guarantees = [_proven(model, "k", "at_least", promise.k, proofs.get("k", UNPROVEN))]
    if kept:
        guarantees.append(
            _proven(model, "k_event", "at_least", promise.k_event, proofs.get("k_event", UNPROVEN))
        )
    guarantees.append(_counted(model, "max_people", promise.max_people))
    guarantees.append(_counted(model, "values_finer_than_level", Declared(0, Place(model.parsed.path, 1))))
    guarantees.extend(persona_model_guarantees(model.name, promise, proofs))
    if any(column.never_merges for column in model.quasi_identifiers):
        guarantees.append(_counted(model, "values_per_persona", Declared(1, Place(model.parsed.path, 1))))
    guarantees.append(_counted(model, "target_risk", promise.target_risk))
    guarantees.append(_counted(model, "suppression_limit", promise.suppression_limit))
    guarantees.append(_counted(model, "people_left_out", promise.k, "at_least"))
    return tuple(guarantees)


def _of_events(
    model: CompiledModel,
    promise: PersonaEvents,
    script: str,
    personas: CompiledModel,
    of_personas: Sequence[Guarantee],
) -> tuple[Guarantee, ...]:
    proofs = _events_proofs(model, promise, script, personas)
    place = Place(model.parsed.path, 1)
    guarantees = [
        _proven(model, "k_event", "at_least", promise.k_event, proofs.get("k_event", UNPROVEN)),
        _proven(
            model, "events_counted_once", "at_least", Declared(1, place), proofs.get("partition", UNPROVEN)
        ),
        _proven(model, "people_left", "at_least", promise.k_event, proofs.get("people_left", UNPROVEN)),
        _counted(model, "people_in_sums", promise.k_event, "at_least"),
    ]
    if promise.outcome is not None and promise.sensitive_outcomes:
        cap = Declared(promise.outcome_cap, place)
        guarantees.append(_proven(model, "outcome_cap", "at_most", cap, proofs.get("outcome_cap", UNPROVEN)))
    if promise.strategy.max_rows is not None:
        guarantees.append(_counted(model, "rows_per_persona", promise.strategy.max_rows))
    if promise.strategy.repaired_by is not None:
        guarantees.append(_counted(model, "order_rules_broken", Declared(0, place)))
    if promise.randomised is not None:
        loss = Declared(float(promise.randomised.law.epsilon), promise.randomised.place)
        proof = _randomised_proof(model, promise, script)
        guarantees.append(_proven(model, EPSILON_PER_OUTCOME, "at_most", loss, proof))
    guarantees.extend(known_guarantees(model.name, promise, proofs, of_personas))
    return tuple(guarantees)


def _randomised_proof(model: CompiledModel, promise: PersonaEvents, script: str) -> Proof:
    rule = promise.randomised
    first = statement_texts(script)[:1]
    if rule is None or not first or promise.outcome is None:
        return UNPROVEN
    told = Told(rule.event, promise.outcome, rule.outcomes, label_of(model, rule))
    return prove_randomised(first[0], model.name, _authored(model), told)


def _events_proofs(
    model: CompiledModel, promise: PersonaEvents, script: str, personas: CompiledModel
) -> Mapping[str, Proof]:
    rules = personas.protection
    if not isinstance(rules, Personas):
        return {}
    age = age_of(personas, rules)
    beside = PersonaColumns(
        personas.name, ("persona_id", *blocks_of(personas, rules), *((age,) if age else ()))
    )
    outcomes = Outcomes(promise.outcome, promise.sensitive_outcomes) if promise.outcome is not None else None
    authored = _authored(model)
    if promise.randomised is not None:  # events are counted as they are told, by the first statement
        script = ";\n".join(statement_texts(script)[1:])
        authored = replace(authored, sql=told(model).parsed.sql, one_row_per_unit=False)
    if strategy_macro(promise.strategy) is not None:
        return prove_with_strategy(script, model, authored, beside, outcomes)
    return prove_persona_events(script, model.name, authored, date_of(model), beside, outcomes)


def _authored(model: CompiledModel) -> Authored:
    """The author's SELECT as the proof knows it, from lineage."""
    names = tuple(column.name for column in model.columns)
    return Authored(model.parsed.sql, str(model.unit), names, model.authored.one_row_per_unit)


def _proven(
    model: CompiledModel, name: str, direction: Direction, declared: Declared, proof: Proof
) -> Guarantee:
    return Guarantee(
        model=model.name,
        name=name,
        direction=direction,
        required=declared.value,
        declared_at=str(declared.place),
        proven=proof.value,
        proof=proof.reading,
    )


def _counted(
    model: CompiledModel, name: str, declared: Declared, direction: Direction = "at_most"
) -> Guarantee:
    """A promise that depends on the data alone, by counting."""
    return Guarantee(
        model=model.name,
        name=name,
        direction=direction,
        required=declared.value,
        declared_at=str(declared.place),
        proof="counted",
        measured_only=True,
    )
