"""What the privacy models of a release ask of its levels, and the data of which no levels could meet it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.errors import Diagnostic, Withheld
from personatwin_sql.errors.suggestion import listed
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.contradictions import Contradiction, contradictions
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.population_uniqueness import PopulationUniqueness
from personatwin_sql.privacy.models.release_rule import ReleaseRule
from personatwin_sql.privacy.population import class_population
from personatwin_sql.spec.privacy_models import DeclaredModel
from personatwin_sql.spec.protection import Declared, KAnonymity, Personas

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Asked:
    """The numbers that a search of levels is held to, models of sizes among them."""

    k: int
    models: tuple[PrivacyModel, ...]
    """Those that more is needed for than how many people a class has."""
    rules: tuple[ReleaseRule, ...]
    target_risk: float
    """Where that bounds the risk among the people of a population, `average_risk` is counted alone."""

    @classmethod
    def of(cls, promise: KAnonymity | Personas) -> Asked:
        """The largest k and the least average risk that anything asks for."""
        k, risk = int(promise.k.value), promise.target_risk.value
        averages = [item.rule.required for item in promise.rules if item.rule.name == "average_risk"]
        if not isinstance(promise, KAnonymity):
            return cls(k, (), (), min(risk, *averages, 1.0))
        models = tuple(declared.model for declared in promise.models)
        of_sizes = [model for model in models if model.name == "max_risk"]
        k = max(k, *(ceil(1 / Fraction(repr(model.required))) for model in of_sizes), 0)
        least = risk if promise.counts_population else min(risk, *averages, 1.0)
        rules = tuple(item.rule for item in promise.rules)
        return cls(k, tuple(each for each in models if each not in of_sizes), rules, least)


def risk_in_force(promise: KAnonymity | Personas) -> Declared:
    """The average risk that a search goes down to, and where it was declared."""
    least = Asked.of(promise).target_risk
    averages = (item for item in promise.rules if item.rule.name == "average_risk")
    lower = (item.place for item in averages if item.rule.required == least < promise.target_risk.value)
    return Declared(least, next(lower, promise.target_risk.place))


def refuse_the_impossible(
    model: CompiledModel, promise: KAnonymity | Personas, frequency: FrequencySet
) -> None:
    """Raises Withheld, PT251, where no release of these people can satisfy a privacy model."""
    refuse_small_population(model, promise, frequency.total)
    if not isinstance(promise, KAnonymity) or not promise.models:
        return
    found = contradictions(
        frequency,
        [declared.model for declared in promise.models],
        suppression_limit=promise.suppression_limit.value,
        population=_everybody(model, promise, frequency),
    )
    refuse(model, promise.models, found)


def refuse_small_population(model: CompiledModel, promise: KAnonymity | Personas, people: int) -> None:
    """Raises Withheld, PT251, where uniqueness is asked for in a population too small for those published."""
    most_left_out = int(promise.suppression_limit.value * people + _ROUNDING)
    for item in promise.rules:
        if isinstance(item.rule, PopulationUniqueness) and people - most_left_out > item.rule.population:
            raise Withheld(
                Diagnostic(
                    "PT251",
                    f"`{model.name}` withheld: no release can satisfy `{item.rule.name}`: "
                    "more people would be published than the population has",
                    item.place,
                    fixes=("name in `population` how many people the data were drawn from, or leave it out",),
                )
            )


def refuse(model: CompiledModel, models: Iterable[DeclaredModel], found: Iterable[Contradiction]) -> None:
    """Raises Withheld, PT251, with all that contradicts the people, where it was asked for."""
    places = {declared.model: declared.place for declared in models}
    diagnostics = [
        Diagnostic(
            "PT251",
            f"`{model.name}` withheld: no release can satisfy `{each.model.name}`: {each.reason}",
            places[each.model],
            fixes=("ask for less, or leave the column out of the SELECT",),
        )
        for each in found
    ]
    if diagnostics:
        raise Withheld(diagnostics)


def and_models(promise: KAnonymity | Personas) -> str:
    """What classes must satisfy beside k, as a message says it; nothing where that is all."""
    names = dict.fromkeys(declared.model.name for declared in promise.models)
    return f" that satisfy {listed(names)}" if names else ""


def _everybody(model: CompiledModel, promise: KAnonymity, frequency: FrequencySet) -> int | None:
    """How many people the population has; raises Withheld, PT260, where nobody can be counted in it for
    k-map: a column that it does not know can never be published as `*`."""
    population = frequency.population
    if population is None:
        return None
    told = [
        model.quasi_identifiers[column].name
        for column, top in population.unknown
        if _coarsest(model.quasi_identifiers[column]) < top
    ]
    place = next((each.place for each in promise.models if each.model.name == "k_map"), None)
    if told and place is not None:
        raise Withheld(
            Diagnostic(
                "PT260",
                f"`{model.name}` withheld: the population does not know {listed(told)}, so how many people "
                "of it are alike cannot be told",
                place,
                fixes=(
                    "leave it out of the SELECT, or let it become `*`",
                    "or give a table of your own that knows it: `population: {path: …, count: …}`",
                ),
            )
        )
    top = np.zeros((1, len(frequency.names)), dtype=np.int64)
    return int(class_population(population, frequency.heights, top)[0])


def _coarsest(column: PublishedColumn) -> int:
    """The coarsest level that the model leaves open."""
    if column.declared_level is not None:
        return column.declared_level
    return column.hierarchy.height if column.ceiling is None else column.ceiling
