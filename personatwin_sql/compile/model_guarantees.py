"""What privacy models guarantee of a table of people: required, and proven where the SQL shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from personatwin_sql.compile.class_rules import macro_of
from personatwin_sql.compile.proof import Proof
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.privacy_models import DeclaredModel, DeclaredRule
from personatwin_sql.spec.protection import KAnonymity

_NOT_READ: Final = frozenset({"t_closeness_hierarchical"})
"""What a value is under is what the project's hierarchy says: the SQL that asks it is not read, only what it
leaves is counted."""
OF_HIERARCHY: Final = Proof(None, "counted: what values are under is not read from the SQL")
OF_POPULATION: Final = Proof(None, "counted: who the population has is not read from the SQL")
_UNPROVEN: Final = Proof(None, "no condition of the SQL on each whole class says it")


def guarantee_name(model: PrivacyModel) -> str:
    """`l_diversity_entropy of charge`; of a model of sizes its key alone."""
    macro = macro_of(model)
    if macro is None:
        return model.name
    if macro == "l_diversity_recursive":
        macro = f"{macro}_{getattr(model, 'l', 0)}"
    return f"{macro} of {model.column}"


def is_of_hierarchy(model: PrivacyModel) -> bool:
    """Whether it asks what values are under."""
    return macro_of(model) in _NOT_READ


def of_models(
    name: str, promise: KAnonymity, k: Proof, said: Mapping[tuple[str, str], Proof]
) -> Iterator[Guarantee]:
    """A guarantee for each model and rule of a table.

    k: what is proven of the people of a class. said: what is proven of their sensitive values, by model and
    column.
    """
    for declared in promise.models:
        yield _of_model(name, declared, k, said)
    yield from of_rules(name, promise.rules, k)


def of_rules(name: str, rules: Iterable[DeclaredRule], k: Proof) -> Iterator[Guarantee]:
    """A guarantee for each rule of a whole release. k: what is proven of the people of a class."""
    for rule in rules:
        yield _of_rule(name, rule, k)


def _of_model(
    name: str, declared: DeclaredModel, k: Proof, said: Mapping[tuple[str, str], Proof]
) -> Guarantee:
    model = declared.model
    called = guarantee_name(model)
    proof, is_counted = _UNPROVEN, False
    if model.name == "max_risk":
        proof = Proof(1 / k.value if k.value else None, f"1 ÷ ({k.reading})")
    elif model.name == "k_map":
        proof, is_counted = OF_POPULATION, True
    elif is_of_hierarchy(model) or model.column is None:
        proof, is_counted = OF_HIERARCHY, True
    elif k.value is not None:
        proof = said.get((called.partition(" of ")[0], model.column.lower()), _UNPROVEN)
    return Guarantee(
        model=name,
        name=called,
        direction=model.direction,
        required=model.required,
        declared_at=str(declared.place),
        proven=proof.value,
        proof=proof.reading,
        measured_only=is_counted,
    )


def _of_rule(name: str, declared: DeclaredRule, k: Proof) -> Guarantee:
    """Nobody is alone in a class of two; all else is the data's."""
    is_proven = declared.rule.name == "sample_uniqueness" and k.value is not None and k.value >= 2
    return Guarantee(
        model=name,
        name=declared.rule.name,
        direction="at_most",
        required=declared.rule.required,
        declared_at=str(declared.place),
        proven=0.0 if is_proven else None,
        proof=k.reading if is_proven else "counted",
        measured_only=not is_proven,
    )
