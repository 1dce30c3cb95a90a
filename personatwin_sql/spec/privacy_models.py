"""Privacy models as people write them, in `project.yml` and in `config()`, one key for each model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.strict import Strict

if TYPE_CHECKING:
    from personatwin_sql.privacy.models.model import PrivacyModel
    from personatwin_sql.privacy.models.release_rule import ReleaseRule

Share = Annotated[float, Field(ge=0, le=1)]
Column = Annotated[str, Field(min_length=1)]
_OF_COLUMNS: Final = "a mapping of sensitive columns, such as `COLUMN: {number}`"


class WrittenRecursive(Strict):
    """Recursive (c, l)-diversity."""

    c: float = Field(gt=0)
    """The most frequent value has fewer than c times the people of the l-th and all rarer ones."""
    l: int = Field(ge=2)  # noqa: E741  the letter of the literature


class WrittenDiversity(Strict):
    """l-diversity of a column, in one or several of its three senses."""

    distinct: int | None = Field(default=None, ge=2)
    """At least so many values."""
    entropy: float | None = Field(default=None, gt=1)
    """Values as evenly spread as so many equally frequent ones."""
    recursive: WrittenRecursive | None = None


class WrittenCloseness(Strict):
    """t-closeness of a column."""

    t: float = Field(ge=0, lt=1)
    distance: Literal["equal", "ordered", "hierarchical"] = "equal"
    """How far apart two values are: all alike, by their places in an order, or by their hierarchy."""


class WrittenLikeness(Strict):
    """β-likeness of a column."""

    beta: float = Field(gt=0)
    form: Literal["basic", "enhanced"] = "enhanced"
    """`enhanced` bounds rare values more: by -ln of their share, too."""


class WrittenPresence(Strict):
    """δ-presence: the people are the population, and a column says who is in the study."""

    least: Share | None = None
    """The share of a class that is at least in the study."""
    most: Share | None = None
    """The share of a class that is at most in the study."""


class WrittenUniqueness(Strict):
    """Population uniqueness."""

    share: Share
    """People alone in the population, at most."""
    population: int = Field(ge=1)
    """How many people the population has."""


class WrittenModels(Strict):
    """What published people satisfy beside k, in a project or a model."""

    k_map: int | None = Field(default=None, ge=2)
    """Each published combination is that of at least so many people of the `population` (Sweeney 2001). Where
    classes differ in levels, those count who have what the people of a class have, as the search reads it."""
    alpha_k: Mapping[Column, Annotated[float, Field(gt=0, lt=1)]] | None = None
    """Sensitive column: the largest share of a class that one value may have (Wong et al. 2006)."""
    l_diversity: Mapping[Column, Annotated[int, Field(ge=2)] | WrittenDiversity] | None = None
    """Sensitive column: how many values each class has (Machanavajjhala et al. 2007)."""
    t_closeness: Mapping[Column, Annotated[float, Field(ge=0, lt=1)] | WrittenCloseness] | None = None
    """Sensitive column: how far the values of a class may be from those of everybody (Li et al. 2007)."""
    delta_disclosure: Mapping[Column, Annotated[float, Field(gt=0)]] | None = None
    """Sensitive column: the bound of |log2(p ÷ q)| for each value (Brickell & Shmatikov 2008)."""
    beta_likeness: Mapping[Column, Annotated[float, Field(gt=0)] | WrittenLikeness] | None = None
    """Sensitive column: how much more frequent a value may be in a class (Cao & Karras 2012)."""
    delta_presence: Mapping[Column, WrittenPresence] | None = None
    """Column that says who is in a study, not published: bounds of their share (Nergiz et al. 2007)."""
    max_risk: float | None = Field(default=None, gt=0, le=1)
    """The risk of nobody is above it: 1 ÷ people of the class (El Emam 2013)."""
    average_risk: float | None = Field(default=None, gt=0, le=1)
    """Classes ÷ people, at most (El Emam 2013)."""
    sample_uniqueness: Share | None = None
    """The share of published people who are alone in their class, at most (El Emam 2013)."""
    population_uniqueness: WrittenUniqueness | None = None
    """The estimated share of published people who are alone in a population (Dankar et al. 2012)."""

    @field_validator(
        "alpha_k", "l_diversity", "t_closeness", "delta_disclosure", "beta_likeness", mode="before"
    )
    @classmethod
    def _names_columns(cls, value: object) -> object:
        """A number alone does not say of which column it is."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise PydanticCustomError("of_columns", _OF_COLUMNS, {"number": value})
        return value


KEYS = tuple(WrittenModels.model_fields)
"""In the order in which they are shown."""
OF_COLUMNS = frozenset(KEYS) - {
    "k_map", "max_risk", "average_risk", "sample_uniqueness", "population_uniqueness",
}  # fmt: skip
"""Those that say something of each of their columns."""


@dataclass(frozen=True)
class DeclaredModel:
    """A privacy model, and where it was asked for."""

    model: PrivacyModel
    place: Place
    is_default: bool = False
    """It is the project's: for the tables that have its column."""


@dataclass(frozen=True)
class DeclaredRule:
    """A rule of a whole release, and where it was asked for."""

    rule: ReleaseRule
    place: Place


def models_of(written: WrittenModels) -> Iterator[tuple[str, PrivacyModel]]:
    """Each model that is asked for, and its key with the column: `l_diversity.charge`."""
    from personatwin_sql.privacy.models.alpha_k import AlphaK
    from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
    from personatwin_sql.privacy.models.k_map import KMap
    from personatwin_sql.privacy.models.max_risk import MaxRisk

    if written.k_map is not None:
        yield "k_map", KMap(written.k_map)
    for column, alpha in (written.alpha_k or {}).items():
        yield f"alpha_k.{column}", AlphaK(column, alpha)
    for column, diversity in (written.l_diversity or {}).items():
        for model in _diversities(column, diversity):
            yield f"l_diversity.{column}", model
    for column, closeness in (written.t_closeness or {}).items():
        yield f"t_closeness.{column}", _closeness(column, closeness)
    for column, delta in (written.delta_disclosure or {}).items():
        yield f"delta_disclosure.{column}", DeltaDisclosure(column, delta)
    for column, likeness in (written.beta_likeness or {}).items():
        yield f"beta_likeness.{column}", _likeness(column, likeness)
    for column, presence in (written.delta_presence or {}).items():
        for model in _presences(column, presence):
            yield f"delta_presence.{column}", model
    if written.max_risk is not None:
        yield "max_risk", MaxRisk(written.max_risk)


def rules_of(written: WrittenModels) -> Iterator[tuple[str, ReleaseRule]]:
    """Each rule of the whole release that is asked for, and its key."""
    from personatwin_sql.privacy.models.average_risk import AverageRisk
    from personatwin_sql.privacy.models.population_uniqueness import PopulationUniqueness
    from personatwin_sql.privacy.models.sample_uniqueness import SampleUniqueness

    if written.average_risk is not None:
        yield "average_risk", AverageRisk(written.average_risk)
    if written.sample_uniqueness is not None:
        yield "sample_uniqueness", SampleUniqueness(written.sample_uniqueness)
    if written.population_uniqueness is not None:
        unique = written.population_uniqueness
        yield "population_uniqueness", PopulationUniqueness(unique.share, unique.population)


def _diversities(column: str, written: int | WrittenDiversity) -> Iterator[PrivacyModel]:
    from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
    from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
    from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity

    form = WrittenDiversity(distinct=written) if isinstance(written, int) else written
    if form.distinct is not None:
        yield DistinctDiversity(column, form.distinct)
    if form.entropy is not None:
        yield EntropyDiversity(column, form.entropy)
    if form.recursive is not None:
        yield RecursiveDiversity(column, form.recursive.c, form.recursive.l)


def _closeness(column: str, written: float | WrittenCloseness) -> PrivacyModel:
    from personatwin_sql.privacy.models.equal_t import EqualCloseness
    from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
    from personatwin_sql.privacy.models.ordered_t import OrderedCloseness

    form = written if isinstance(written, WrittenCloseness) else WrittenCloseness(t=written)
    if form.distance == "ordered":
        return OrderedCloseness(column, form.t)
    if form.distance == "hierarchical":
        return HierarchicalCloseness(column, form.t)
    return EqualCloseness(column, form.t)


def _likeness(column: str, written: float | WrittenLikeness) -> PrivacyModel:
    from personatwin_sql.privacy.models.beta_likeness import BetaLikeness, EnhancedBetaLikeness

    form = written if isinstance(written, WrittenLikeness) else WrittenLikeness(beta=written)
    return (EnhancedBetaLikeness if form.form == "enhanced" else BetaLikeness)(column, form.beta)


def _presences(column: str, written: WrittenPresence) -> Iterator[PrivacyModel]:
    from personatwin_sql.privacy.models.delta_presence import LeastPresent, MostPresent

    if written.least is not None:
        yield LeastPresent(column, written.least)
    if written.most is not None:
        yield MostPresent(column, written.most)
