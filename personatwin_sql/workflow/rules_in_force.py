"""The rules of a release, and how those of two states of a project differ: tightened, or loosened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.lock import Lock
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.known_words import SHARED, SURE
from personatwin_sql.release.model_words import is_stricter_up, model_words
from personatwin_sql.release.result import Release
from personatwin_sql.spec.exact_number import from_exact_text
from personatwin_sql.spec.population import written_in_words
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.assemble import released_columns
from personatwin_sql.workflow.declared_rules import declared_rules

Direction = Literal["tightened", "loosened", "changed"]
Value = str | int | float
Rules = Mapping[tuple[str, str], Value]
"""(model, rule) → its value; the project's own rules stand under an empty model."""

_RESPONSE = "randomised_response"
_STRICTER_UP = frozenset({"k", "k_event", _RESPONSE}) | SHARED
_STRICTER_DOWN = frozenset({"target_risk", "suppression_limit"}) | SURE
_LEVEL, _ROLE = "level of ", "role of "
_OF_A_BUDGET = frozenset({"epsilon", "delta"})
_NOISE = "differential_privacy"
_MEMBERSHIP = "membership"
_POPULATION = "population"
_PROTECTION, _PRIVACY_LEVEL = "protection", "privacy level"


@dataclass(frozen=True)
class RuleChange:
    """One rule that is not what it was."""

    model: str
    """Empty for the project's own."""
    rule: str
    before: Value | None
    """None where the rule, the column or the table is new."""
    after: Value | None
    direction: Direction


def rules_of_project(compiled: Compiled, lock: Lock) -> Rules:
    """The rules of a project as it is written, with the levels that its lock has."""
    chosen = lock.of(compiled.loaded.target)
    project = compiled.loaded.project
    rules: dict[tuple[str, str], Value] = {
        ("", _PRIVACY_LEVEL): project.privacy.level,
        ("", _POPULATION): written_in_words(project.population),
    }
    for model in compiled.released:
        rules[model.name, _PROTECTION] = model.protection.name if model.protection else ""
        rules |= {(model.name, rule.name): rule.value for rule in declared_rules(model)}
        rules |= {
            (model.name, _ROLE + column.name): column.role.value
            for column in released_columns(compiled, model, None)
        }
        if model.name in chosen:
            levels = chosen[model.name].levels.items()
            rules |= {(model.name, _LEVEL + column): level for column, level in levels}
            coarsest = chosen[model.name].coarsest.items()
            rules |= {(model.name, f"{_LEVEL}{column}, coarsest"): level for column, level in coarsest}
    return rules


def rules_of_release(release: Release) -> Rules:
    """The rules that a build released under; which population it was laid beside, it does not say."""
    rules: dict[tuple[str, str], Value] = {("", _PRIVACY_LEVEL): release.level}
    for model in release.models:
        rules[model.name, _PROTECTION] = model.protection
        rules |= {(model.name, rule.name): rule.value for rule in model.rules}
        rules |= {(model.name, _ROLE + column.name): column.role.value for column in model.columns}
    return rules


def rule_changes(before: Rules, after: Rules) -> Iterator[RuleChange]:
    """What differs. Of a table that is new or gone its protection speaks; its columns and numbers do not."""
    for model, rule in dict.fromkeys((*before, *after)):
        old, new = before.get((model, rule)), after.get((model, rule))
        is_whole_table = (model, _PROTECTION) not in before or (model, _PROTECTION) not in after
        if old == new or (model and is_whole_table and rule != _PROTECTION):
            continue
        if rule.startswith(_LEVEL) and (old is None or new is None):
            continue  # not chosen yet
        if rule == _POPULATION and old is None:
            continue  # a build does not say it
        yield RuleChange(model, rule, old, new, _direction(rule, old, new))


def _direction(rule: str, old: Value | None, new: Value | None) -> Direction:
    """What is released that was not, loosens; what is kept back that was released, tightens."""
    if (rule == _PROTECTION or rule.startswith(_ROLE)) and None in (old, new):
        return _of_new_or_gone(old, new)
    hides = rule == _RESPONSE or model_words(rule) is not None
    if hides and (old is None or new is None):
        return "tightened" if old is None else "loosened"
    if rule == _MEMBERSHIP:
        return "loosened" if new == "secret" else "tightened"
    if old is None or new is None:
        return "changed"
    ranks = _ranks(rule, old, new)
    return "changed" if ranks is None else "tightened" if ranks[1] > ranks[0] else "loosened"


def _of_new_or_gone(old: Value | None, new: Value | None) -> Direction:
    """Of a table or a column; what a table with noise may tell of a person is its budget's to say."""
    if _NOISE in (old, new):
        return "changed"
    return "loosened" if old is None else "tightened"


def _ranks(rule: str, old: Value, new: Value) -> tuple[float | Fraction, float | Fraction] | None:
    """Numbers of which the higher one is the stricter."""
    if rule == _PRIVACY_LEVEL:
        levels = list(PRESETS)
        return levels.index(str(old)), levels.index(str(new))
    if rule.startswith(_ROLE):
        roles = list(Role)
        return -roles.index(Role(str(old))), -roles.index(Role(str(new)))
    if isinstance(old, str) or isinstance(new, str):
        is_exact = rule in _OF_A_BUDGET
        return (-from_exact_text(str(old)), -from_exact_text(str(new))) if is_exact else None
    if rule in _STRICTER_UP or rule.startswith(_LEVEL) or is_stricter_up(rule):
        return old, new
    if model_words(rule) is not None:
        return -old, -new
    return (-old, -new) if rule in _STRICTER_DOWN else None
