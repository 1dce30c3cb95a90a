"""Privacy models as macros see them: by sensitive column, numbers as SQL compares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.model import PrivacyModel

_PLAIN: Final = frozenset(
    {
        "l_diversity_distinct", "l_diversity_entropy", "l_diversity_recursive",
        "alpha_k", "most_present", "least_present",
    }
)  # fmt: skip
"""Models of a class alone, whatever the others are like."""
_CLOSENESS: Final = frozenset({"t_closeness_ordered", "t_closeness_hierarchical"})
_MACROS: Final = {
    "DistinctDiversity": "l_diversity_distinct",
    "EntropyDiversity": "l_diversity_entropy",
    "RecursiveDiversity": "l_diversity_recursive",
    "AlphaK": "alpha_k",
    "MostPresent": "most_present",
    "LeastPresent": "least_present",
    "EqualCloseness": "t_closeness_equal",
    "OrderedCloseness": "t_closeness_ordered",
    "HierarchicalCloseness": "t_closeness_hierarchical",
    "DeltaDisclosure": "delta_disclosure",
    "BetaLikeness": "beta_likeness",
    "EnhancedBetaLikeness": "beta_likeness_enhanced",
}
"""The macro of each model of sensitive values."""


@dataclass(frozen=True)
class ClassRule:
    """A model as its macro takes it: the number that is asked for, and the same as a fraction."""

    macro: str
    bound: str
    numerator: int
    denominator: int
    l: int = 0  # noqa: E741  the letter of the literature
    levels: tuple[PublishedColumn, ...] = ()
    """The column at each of its levels above the values."""


@dataclass(frozen=True)
class SensitiveColumn:
    """A column that models read, and what classes must satisfy in it."""

    number: int
    name: str
    conditions: tuple[ClassRule, ...]
    """Those that are said where classes are made."""
    comparing: tuple[ClassRule, ...]
    """Those that need to know what everybody has."""
    closeness: tuple[ClassRule, ...]
    accepted_by: tuple[ClassRule, ...]
    """Those that are said of classes in a table of their own."""

    @property
    def accepted(self) -> str:
        return f"accepted_{self.number}" if self.accepted_by else ""

    @property
    def accepting(self) -> list[str]:
        """The tables that name the classes which satisfy what is not said where classes are made."""
        close = [f"close_{self.number}_{place}" for place in range(1, len(self.closeness) + 1)]
        return [*([self.accepted] if self.accepted else []), *close]


def macro_of(model: PrivacyModel) -> str | None:
    """The macro of a model of sensitive values; None for a model of sizes alone."""
    return _MACROS.get(type(model).__name__)


def class_rules(
    models: Sequence[PrivacyModel], columns: Sequence[PublishedColumn]
) -> tuple[SensitiveColumn, ...]:
    """The models by the column that they read, in the order in which columns are first named."""
    by_name = {column.name: column for column in columns}
    names = dict.fromkeys(model.column for model in models if model.column is not None)
    found = []
    for number, name in enumerate(names, start=1):
        rules = tuple(_rule(model, by_name) for model in models if model.column == name)
        plain = tuple(rule for rule in rules if rule.macro in _PLAIN)
        closeness = tuple(rule for rule in rules if rule.macro in _CLOSENESS)
        comparing = tuple(rule for rule in rules if rule not in plain and rule not in closeness)
        is_first = number == 1
        found.append(
            SensitiveColumn(
                number=number,
                name=name,
                conditions=plain if is_first else (),
                comparing=comparing,
                closeness=closeness,
                accepted_by=comparing if is_first else (*plain, *comparing),
            )
        )
    return tuple(found)


def _rule(model: PrivacyModel, columns: Mapping[str, PublishedColumn]) -> ClassRule:
    macro, exact = _MACROS[type(model).__name__], Fraction(repr(model.required))
    levels: tuple[PublishedColumn, ...] = ()
    if macro == "t_closeness_hierarchical":
        column = columns[str(model.column)]
        levels = tuple(replace(column, level=level) for level in range(1, column.hierarchy.height + 1))
    return ClassRule(
        macro=macro,
        bound=f"{float(model.required)!r}e0"
        if "e" not in repr(float(model.required))
        else repr(model.required),
        numerator=exact.numerator,
        denominator=exact.denominator,
        l=int(getattr(model, "l", 0)),
        levels=levels,
    )
