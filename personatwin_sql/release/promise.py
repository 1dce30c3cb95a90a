"""What a guarantee says in words, which ones a protection needs, and which figures the public may see."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.known_words import SENTENCES, SHARED, SURE
from personatwin_sql.release.model_words import model_sentence, model_words
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.spec.guarantee import Guarantee

NEEDED: Mapping[str, tuple[str, ...]] = {
    "k_anonymity": ("k",),
    "personas": ("k",),
    "persona_events": ("k_event",),
    "differential_privacy": ("epsilon", "delta"),
    "derived": (),
    "public": (),
}
"""The guarantees without which a protection protects nothing. A protection that is not listed is refused."""

MEASURED_ON_RELEASED_ROWS = frozenset(
    {
        "k",
        "k_event",
        "max_people",
        "target_risk",
        "journalist_risk",
        "k_map",
        "record_risk",
        "rows_per_person",
        "values_per_persona",
        "values_finer_than_level",
        "events_counted_once",
        "rows_per_persona",
        "order_rules_broken",
        "epsilon",
        "epsilon_per_outcome",
        "delta",
        "max_groups",
        "max_rows_per_group",
    }
    | SHARED
)
"""Guarantees whose measure anybody can count in the release, or that tells of nobody: of differential privacy
it is computed of scales, or is the bound itself. Every other measure speaks of people who were
left out, so it stays with the owner: one that is not listed here is never printed."""

_SHARES = frozenset(
    {"target_risk", "journalist_risk", "record_risk", "suppression_limit", "outcome_cap", "held_back"} | SURE
)

_WORDS: Mapping[str, str] = {
    "k": "Everybody in it is one of at least {n} people with the same identifying values.",
    "k_event": "At least {n} people stand behind every published count.",
    "max_groups": "Nobody counts in more than {n} groups.",
    "max_rows_per_group": "Nobody counts in a group with more than {n} rows.",
    "max_people": "No persona stands for more than {n} people.",
    "target_risk": "A person picked at random is found with a chance of {n} at most.",
    "journalist_risk": "A person picked at random is found with a chance of {n} at most by somebody who does "
    "not know who is in the data, and looks among the population.",
    "record_risk": "Nobody is found with a chance of more than {n}.",
    "suppression_limit": "At most {n} of the people were left out.",
    "people_left_out": "Those who were left out are nobody, or at least {n} people.",
    "outcome_cap": "No sensitive outcome is shown for a group of whom more than {n} had it.",
    "rows_per_person": "Nobody has more than one row.",
    "values_per_persona": "The people of a persona agree in every value that may not be merged.",
    "values_finer_than_level": "No published value is finer than its level says.",
    "untrue_numbers": "Each published mean or median is that of the people who share it.",
    "events_counted_once": "No event is counted in two rows, so no row is another less a few people.",
    "people_left": "Where rows of a group count events of a kind, those whom they leave out are nobody or at "
    "least {n} people.",
    "people_in_sums": "Where everybody has exactly one event of a kind, adding and subtracting counts tells "
    "the number of nobody or of at least {n} people.",
    "held_back": "At most {n} of the people wait for a later release, so that earlier ones do not tell them "
    "apart; they are left out besides.",
    "k_across_releases": "Whoever kept all earlier releases finds no fewer than {n} people "
    "together in what all of them tell.",
    "models_across_releases": "Whoever kept all earlier releases finds {n} groups of people in its classes "
    "that break its rules on sensitive values.",
    "rows_per_persona": "No persona has more than {n} rows.",
    **SENTENCES,
    "epsilon": "With or without all rows of any one person, no table is more than exp({n}) times as likely.",
    "epsilon_per_outcome": "Whatever the outcome of an event was, what is told of it is no more than "
    "exp({n}) times as likely; of a person with several events it is so of each.",
    "delta": "Beyond that, something may become known of a person with a probability of {n} at most.",
    "order_rules_broken": "With the added events, everybody has what must come before an event or close it.",
}
_OF_ONE: Mapping[str, str] = {
    "max_groups": "Nobody counts in more than one group.",
    "max_rows_per_group": "Nobody counts in a group with more than one row.",
    "max_people": "No persona stands for more than one person.",
    "rows_per_persona": "No persona has more than one row.",
}
"""The same where the number is 1."""
HELD_BACK = "held_back"
"""The share of people who wait for a later release."""
ACROSS = "k_across_releases"
"""Of this release and all earlier ones of the same people, read side by side."""
MODELS_ACROSS = "models_across_releases"
"""How many groups that all releases tell together break a privacy model of their table."""
BESIDE = "k_beside_"
"""How the name begins of a guarantee about two releases of the same people, read side by side."""
BESIDE_ALL = f"{BESIDE}all_others"
"""The same of all releases of the same people at once."""


@dataclass(frozen=True)
class Statement:
    """A guarantee as the public sees it."""

    guarantee: Guarantee
    holds: bool
    measured: float | None
    """None where the figure was counted over people who were left out: it stays with the owner."""
    measured_words: str
    """The measure, or its band."""
    words: str

    @property
    def required_words(self) -> str:
        return f"{_sign(self.guarantee)} {figure(self.guarantee.name, self.guarantee.required)}"

    @property
    def proven_words(self) -> str:
        if self.guarantee.measured_only:
            return "by counting"
        return (
            "not provable"
            if self.guarantee.proven is None
            else figure(self.guarantee.name, self.guarantee.proven)
        )


def holds(model: ReleasedModel, guarantee: Guarantee) -> bool:
    """Proven and measured at least as strong as required. A table without rows breaks no measured promise."""
    if guarantee.model != model.name or not math.isfinite(guarantee.required):
        return False
    stated = finite(guarantee)
    if stated.measured is None:
        return stated.is_proven and model.rows == 0
    return stated.holds


def finite(guarantee: Guarantee) -> Guarantee:
    """The same with infinite and undefined figures taken for what they are: no figure."""
    return replace(guarantee, proven=_finite(guarantee.proven), measured=_finite(guarantee.measured))


def statements(model: ReleasedModel) -> tuple[Statement, ...]:
    """Every guarantee of a model, ready to be shown."""
    return tuple(_statement(model, finite(guarantee)) for guarantee in model.guarantees)


def _statement(model: ReleasedModel, guarantee: Guarantee) -> Statement:
    model_of = model_words(guarantee.name)
    is_shown = model_of is not None and (model.protection != "personas" or " of " not in guarantee.name)
    is_public = guarantee.name in MEASURED_ON_RELEASED_ROWS or (
        model_of is not None and model_of.public and is_shown
    )
    measured = guarantee.measured if is_public else None
    if measured is not None:
        words = figure(guarantee.name, measured)
    elif model.rows == 0 and guarantee.measured is None:
        words = "no row"
    elif guarantee.name == "suppression_limit":
        words = model.suppression_band or "kept for the owner"
    else:
        words = "not measured" if guarantee.measured is None else "kept for the owner"
    return Statement(guarantee, holds(model, guarantee), measured, words, in_words(guarantee))


def in_words(guarantee: Guarantee) -> str:
    """The promise as a sentence."""
    number = figure(guarantee.name, guarantee.required)
    if guarantee.required == 1 and guarantee.name in _OF_ONE:
        return _OF_ONE[guarantee.name]
    if guarantee.name in _WORDS:
        return _WORDS[guarantee.name].format(n=number)
    sentence = model_sentence(guarantee.name, number)
    if sentence is not None:
        return sentence
    if guarantee.name.startswith(BESIDE):
        others = beside(guarantee.name, "{}")
        return f"Whoever compares it with {others} still finds at least {number} people together."
    direction = "at least" if guarantee.direction == "at_least" else "at most"
    return f"{guarantee.name} is {direction} {number}."


def beside(name: str, model: str = "`{}`") -> str:
    """What a release is read beside: another model, or all of them."""
    if name == BESIDE_ALL:
        return "all other releases of the same people"
    return model.format(name.removeprefix(BESIDE))


def figure(name: str, value: float) -> str:
    """A number of a guarantee as people read it: shares in percent, counts whole."""
    if not math.isfinite(value * 100):
        return "no figure"
    found = model_words(name)
    if name in _SHARES or (found is not None and found.share):
        return percent(value)
    return amount(value)


_WHOLE = 1_000
"""From here on a figure has no decimals."""


def amount(value: float) -> str:
    """Four significant digits, and all before the point: `0.1819`, `44.12`, `737,614`, `0.0000005`."""
    if abs(value) >= _WHOLE or value == int(value):
        return f"{value:,.0f}"
    return format(Decimal(f"{value:.4g}"), "f")


_NOTHING = 1e-9
"""Percent by which a sum of fractions may miss what it should be: none, or all."""


def percent(share: float) -> str:
    """Two significant digits: 0.009 → `0.9 %`, 0.0909 → `9.1 %`; `100 %` and `0 %` mean all and none."""
    value = share * 100
    if abs(value) < _NOTHING:
        return "0 %"
    if abs(value - 100) < _NOTHING:
        return "100 %"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    if 99.5 <= value < 100:
        digits = 1 - math.floor(math.log10(100 - value))
    text = f"{value:,.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def _sign(guarantee: Guarantee) -> str:
    return "≥" if guarantee.direction == "at_least" else "≤"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
