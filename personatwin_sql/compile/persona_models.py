"""Privacy models of personas: which can be asked for, how macros take them, what is guaranteed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Final

from personatwin_sql.compile.class_rules import SensitiveColumn, class_rules
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.model_guarantees import (
    OF_HIERARCHY,
    OF_POPULATION,
    guarantee_name,
    is_of_hierarchy,
    of_rules,
)
from personatwin_sql.compile.proof import Proof
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import replace
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.privacy_models import DeclaredModel
from personatwin_sql.spec.protection import Personas

PERSONA_KEYS: Final = (
    "alpha_k",
    "l_diversity",
    "t_closeness",
    "delta_disclosure",
    "beta_likeness",
    "delta_presence",
    "max_risk",
    "k_map",
)
"""The keys of models that speak of the people of a persona; all others speak of a table of people."""
RULE_KEYS: Final = ("average_risk", "sample_uniqueness", "population_uniqueness")
"""The keys of rules of a whole release: of personas its classes are those that publish equal values."""


def of_personas(models: Iterable[DeclaredModel]) -> tuple[DeclaredModel, ...]:
    """The models that personas satisfy.

    `k_map` of a project speaks of its tables of people; personas are asked for it by their own model.
    """
    asked = (item for item in models if item.model.name in PERSONA_KEYS)
    return tuple(item for item in asked if item.model.name != "k_map" or not item.is_default)


def sizes_contradict(promise: Personas) -> Iterator[Diagnostic]:
    """PT183 where a highest risk asks for more people than personas need to have."""
    for item in promise.models:
        if item.model.name == "max_risk" and 1 / promise.k.value > item.model.required:
            least = ceil(1 / Fraction(repr(item.model.required)))
            message = f"`max_risk` asks for personas of {least} people, their `k` for {promise.k.value:g}"
            yield Diagnostic("PT183", message, item.place, fixes=(f"write k={least}",))


def persona_rules(
    models: Sequence[DeclaredModel], columns: Sequence[PublishedColumn]
) -> tuple[SensitiveColumn, ...]:
    """The models as the macros of personas take them: all conditions stand in tables of their own."""
    found = class_rules([item.model for item in models], columns)
    return tuple(
        replace(column, conditions=(), accepted_by=(*column.conditions, *column.accepted_by))
        for column in found
    )


def persona_model_guarantees(
    name: str, promise: Personas, proofs: Mapping[str, Proof]
) -> Iterator[Guarantee]:
    """A guarantee for each model and rule, proven by what the SQL says of the people of each persona."""
    unproven = Proof(None, "no condition of the SQL on each whole persona says it")
    k = proofs.get("k", unproven)
    for item in promise.models:
        called = guarantee_name(item.model)
        proof = proofs.get(_folded(called), unproven)
        if item.model.name == "max_risk":
            proof = Proof(1 / k.value if k.value else None, f"1 ÷ ({k.reading})")
        elif item.model.name == "k_map":
            proof = OF_POPULATION
        elif is_of_hierarchy(item.model):
            proof = OF_HIERARCHY
        elif k.value is None:
            proof = Proof(None, k.reading)
        yield Guarantee(
            model=name,
            name=called,
            direction=item.model.direction,
            required=item.model.required,
            declared_at=str(item.place),
            proven=proof.value,
            proof=proof.reading,
            measured_only=proof in (OF_POPULATION, OF_HIERARCHY),
        )
    yield from of_rules(name, promise.rules, k)


def _folded(called: str) -> str:
    """As the proof calls it: columns of SQL are the same in any case."""
    said, _, column = called.partition(" of ")
    return f"{said} of {column.lower()}"
