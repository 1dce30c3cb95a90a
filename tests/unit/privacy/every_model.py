"""One of each privacy model of a class."""

from __future__ import annotations

from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness, EnhancedBetaLikeness
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.delta_presence import LeastPresent, MostPresent
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.k_map import KMap
from personatwin_sql.privacy.models.max_risk import MaxRisk
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity

EVERY_MODEL: list[PrivacyModel] = [
    KMap(2),
    AlphaK("s", 0.5),
    DistinctDiversity("s", 2),
    EntropyDiversity("s", 1.5),
    RecursiveDiversity("s", 2, 2),
    EqualCloseness("s", 0.3),
    OrderedCloseness("s", 0.3),
    HierarchicalCloseness("s", 0.3),
    DeltaDisclosure("s", 1),
    BetaLikeness("s", 1),
    EnhancedBetaLikeness("s", 1),
    MostPresent("s", 0.5),
    LeastPresent("s", 0.1),
    MaxRisk(0.2),
]
