"""What privacy models say in words, their formulas and where they were published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class ModelWords:
    """words: the promise as a sentence, {n} the number and {column} the sensitive column. formula: over
    classes of f people, c of them with a value, p = c ÷ f, q its share of everybody. public: whether anybody
    can count the measure in the release. share: whether the number is shown in percent."""

    words: str
    formula: str
    source: str
    public: bool = True
    share: bool = False


_MODELS: Final[Mapping[str, ModelWords]] = {
    "k_map": ModelWords(
        "Everybody in it looks like at least {n} people of the population.",
        "min(F of a class) ≥ k, F from a population table",
        "Sweeney 2001; El Emam & Dankar 2008",
        public=False,
    ),
    "max_risk": ModelWords(
        "Nobody is found with a chance of more than {n}.", "1 ÷ min(f) ≤ max_risk", "El Emam 2013", share=True
    ),
    "average_risk": ModelWords(
        "A person picked at random is found with a chance of {n} at most.",
        "classes ÷ people ≤ average_risk",
        "El Emam 2013",
        share=True,
    ),
    "sample_uniqueness": ModelWords(
        "At most {n} of the people in it are alone with their identifying values.",
        "people of classes with f = 1 ÷ people",
        "El Emam 2013",
        share=True,
    ),
    "population_uniqueness": ModelWords(
        "At most {n} of the people in it are estimated to be alone in the population.",
        "estimated people with F = 1 ÷ people",
        "Dankar et al. 2012",
        share=True,
    ),
    "alpha_k": ModelWords(
        "In no group do more than {n} of the people have the same `{column}`.",
        "max p ≤ α",
        "Wong et al. 2006",
        share=True,
    ),
    "l_diversity_distinct": ModelWords(
        "Each group has at least {n} different values of `{column}`; a missing one is none.",
        "number of values ≥ l",
        "Machanavajjhala et al. 2007",
    ),
    "l_diversity_entropy": ModelWords(
        "The values of `{column}` are as evenly spread in each group as {n} equally frequent ones.",
        "−Σ p ln p ≥ ln l",
        "Machanavajjhala et al. 2007",
    ),
    "l_diversity_recursive": ModelWords(
        "In each group the most frequent `{column}` has fewer than {n} times the people of the values from "
        "number {l} on, by their frequency.",
        "r1 < c · (r_l + … + r_m)",
        "Machanavajjhala et al. 2007",
    ),
    "t_closeness_equal": ModelWords(
        "The values of `{column}` in each group are close to those of everybody: {n} of the people at most "
        "would have to change theirs.",
        "½ Σ|p − q| ≤ t",
        "Li et al. 2007",
        public=False,
        share=True,
    ),
    "t_closeness_ordered": ModelWords(
        "The values of `{column}` in each group are close to those of everybody, by their order: at a "
        "distance of at most {n}.",
        "1/(m−1) Σ|Σ(p − q)| ≤ t",
        "Li et al. 2007",
        public=False,
    ),
    "t_closeness_hierarchical": ModelWords(
        "The values of `{column}` in each group are close to those of everybody, by their hierarchy: at a "
        "distance of at most {n}.",
        "Σ (height ÷ H) · min(pos, neg) ≤ t",
        "Li et al. 2007",
        public=False,
    ),
    "delta_disclosure": ModelWords(
        "No value of `{column}` is much more or less frequent in a group that has it than among everybody: "
        "by less than a factor of 2 to the power of {n}.",
        "|log2(p ÷ q)| < δ",
        "Brickell & Shmatikov 2008",
        public=False,
    ),
    "beta_likeness": ModelWords(
        "No value of `{column}` is more frequent in a group than among everybody by more than {n} times its "
        "share there.",
        "(p − q) ÷ q ≤ β",
        "Cao & Karras 2012",
        public=False,
    ),
    "beta_likeness_enhanced": ModelWords(
        "No value of `{column}` is more frequent in a group than among everybody by more than {n} times its "
        "share there, and of a frequent value by less.",
        "(p − q) ÷ q ≤ min(β, −ln q)",
        "Cao & Karras 2012",
        public=False,
    ),
    "most_present": ModelWords(
        "Of no group can be told that more than {n} of its people are in the study (`{column}`).",
        "share of a class in the study ≤ δmax",
        "Nergiz et al. 2007",
        public=False,
        share=True,
    ),
    "least_present": ModelWords(
        "Of each group at least {n} of the people are in the study (`{column}`).",
        "share of a class in the study ≥ δmin",
        "Nergiz et al. 2007",
        public=False,
        share=True,
    ),
}
_RECURSIVE: Final = "l_diversity_recursive"
_STRICTER_UP: Final = frozenset({"k_map", "l_diversity_distinct", "l_diversity_entropy", "least_present"})


def model_words(name: str) -> ModelWords | None:
    """What is known of a guarantee by its name, `t_closeness_equal of charge`; None for no privacy model."""
    called, _, _ = name.partition(" of ")
    return _MODELS.get(_RECURSIVE if called.startswith(_RECURSIVE) else called)


def is_stricter_up(name: str) -> bool:
    """Whether a privacy model asks for more with a larger number."""
    called, _, _ = name.partition(" of ")
    return called in _STRICTER_UP


def model_sentence(name: str, number: str) -> str | None:
    """The promise as a sentence; None for no privacy model."""
    found = model_words(name)
    if found is None:
        return None
    called, _, column = name.partition(" of ")
    return found.words.format(n=number, column=column, l=called.rpartition("_")[2])
