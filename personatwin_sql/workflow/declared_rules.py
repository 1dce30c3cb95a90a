"""The rules of a model as reports and plans name them, and the steps that its levels took."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.model_guarantees import guarantee_name
from personatwin_sql.compile.protection import grouped_columns
from personatwin_sql.engine.levels import Choice
from personatwin_sql.privacy.ladder import Step
from personatwin_sql.release.owner import LadderStep
from personatwin_sql.release.result import (
    Rule,
)
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.exact_number import exact_text
from personatwin_sql.spec.privacy_models import DeclaredModel, DeclaredRule
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.workflow.strategy_words import rules_of_known, rules_of_strategy


def declared_rules(model: CompiledModel) -> tuple[Rule, ...]:
    """The numbers in force for a model, and where each was declared."""
    promise = model.protection
    declared = []
    for name in ("k", "k_event", "max_people", "suppression_limit", "target_risk"):
        value = getattr(promise, name, None)
        if value is not None:
            declared.append(Rule(name, value.value, str(value.place)))
    if isinstance(promise, KAnonymity) and promise.recoding.is_by_class:
        declared.append(Rule("recoding", promise.recoding.name, str(promise.recoding.place)))
    for name, how in grouped_columns(model).items():
        declared.append(Rule(f"microaggregate of {name}", how, str(model.parsed.places.get("columns", ""))))
    if isinstance(promise, KAnonymity) and promise.counts_population:
        declared.append(Rule("membership", "secret", "project.yml"))
    if isinstance(promise, KAnonymity) and promise.search.place is not None:
        declared.append(Rule("loss", promise.search.loss, str(promise.search.place)))
    if isinstance(promise, KAnonymity | Personas):
        declared.extend(rules_of_models(promise.models, promise.rules))
    if isinstance(promise, DifferentialPrivacy):
        declared.extend(rules_of_noise(promise))
    if isinstance(promise, PersonaEvents):
        declared.extend(rules_of_strategy(model, promise.strategy))
        if promise.randomised is not None:
            rule = promise.randomised
            declared.append(Rule("randomised_response", float(rule.changed), str(rule.place)))
        declared.extend(rules_of_known(promise.known))
    return tuple(declared)


def rules_of_noise(promise: DifferentialPrivacy) -> Iterator[Rule]:
    """What a table with noise may cost, and what one person contributes."""
    place = str(promise.place)
    yield Rule("budget", promise.budget, place)
    yield Rule("epsilon", exact_text(promise.epsilon), place)
    yield Rule("delta", exact_text(promise.delta), place)
    yield Rule("max_groups", promise.max_groups, place)
    yield Rule("max_rows_per_group", promise.max_rows_per_group, place)
    for name, bound in promise.bounds.items():
        yield Rule(f"bounds of {name}", bound.text, str(bound.place))
    for name, value in promise.null_keys.items():
        yield Rule(f"null of {name}", value, place)


def rules_of_models(models: Iterable[DeclaredModel], rules: Iterable[DeclaredRule] = ()) -> Iterator[Rule]:
    """The privacy models in force, by the names of their guarantees."""
    for item in models:
        yield Rule(guarantee_name(item.model), item.model.required, str(item.place))
    for rule in rules:
        yield Rule(rule.rule.name, rule.rule.required, str(rule.place))


def rules_of_choice(model: CompiledModel, choice: Choice | None) -> tuple[Rule, ...]:
    declared = list(declared_rules(model))
    if choice is not None:
        declared.extend(
            Rule(f"level of {name}", level, "project.lock") for name, level in choice.chosen.levels.items()
        )
        declared.extend(
            Rule(f"level of {name}, coarsest", level, "project.lock")
            for name, level in choice.chosen.coarsest.items()
        )
    return tuple(declared)


_RUNGS = {
    "merge_more": "more people were merged: classes smaller than a larger k were left out",
    "gathered": "people were gathered into personas",
    "coarser_time": "dates were made coarser",
    "coarser_demographics": "attributes and places were made coarser",
    "suppress_more": "more of the rare combinations were left out",
}


_BEST_EFFORT = "levels are the best of those that were looked at: others may lose less"


def told_steps(model: CompiledModel, choice: Choice | None) -> tuple[str, ...]:
    """How levels were searched; with a privacy model nothing: what was coarsened tells what would have been
    seen without (Wong et al. 2007)."""
    return () if getattr(model.protection, "models", ()) else _steps_in_words(choice)


def _steps_in_words(choice: Choice | None) -> tuple[str, ...]:
    if choice is None:
        return ()
    steps = choice.ladder.steps
    words = tuple(
        _RUNGS[after.name]
        for before, after in itertools.pairwise(steps)
        if (after.levels, after.k) != (before.levels, before.k)
    )
    if choice.from_lock or choice.found is None or choice.found.is_optimal:
        return words
    return (*words, _BEST_EFFORT)


def ladder_steps(steps: Sequence[Step]) -> tuple[LadderStep, ...]:
    """The ladder with its risks, for the owner."""
    return tuple(
        LadderStep(
            step=f"{after.name} (k {after.k}, levels {', '.join(map(str, after.levels))})",
            average_before=before.average_risk,
            record_before=before.record_risk,
            average_after=after.average_risk,
            record_after=after.record_risk,
        )
        for before, after in itertools.pairwise(steps)
    )
