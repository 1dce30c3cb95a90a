"""`config(protection='differential_privacy', …)` in exact numbers: what such a model promises, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import Literal

from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass

MechanismName = Literal["auto", "laplace", "gaussian"]
KeyValue = str | int | bool


@dataclass(frozen=True)
class Bounds:
    """Where the values of a measure lie, and by what they are counted: declared, never read from the data."""

    low: Fraction
    high: Fraction
    granularity: Fraction
    """Values become whole multiples of it before anything is added up."""
    place: Place
    null_as: Fraction | None = None
    """What counts in place of NULL, and of what is no number; None as SQL has it: nothing."""

    @property
    def lowest(self) -> int:
        """The least value, in units of the granularity: no lower than `low`."""
        return -(-self.low // self.granularity)

    @property
    def highest(self) -> int:
        """The greatest value, in units of the granularity: no higher than `high`."""
        return int(self.high // self.granularity)

    @property
    def null_units(self) -> int | None:
        """What counts in place of NULL, in units, rounded and clamped as values are."""
        if self.null_as is None:
            return None
        units = abs(self.null_as) / self.granularity
        whole = int(units + Fraction(1, 2)) * (1 if self.null_as > 0 else -1)
        return min(max(whole, self.lowest), self.highest)

    @property
    def text(self) -> str:
        """As plans, reports and the ledger have it."""
        null = "" if self.null_as is None else f", NULL as {self.null_as}"
        return f"{self.low} to {self.high} by {self.granularity}{null}"


@dataclass(frozen=True)
class WrittenKeys:
    """Public keys that the model lists: every combination of them is released, empty ones too."""

    values: Mapping[str, tuple[KeyValue | None, ...]]
    """Key → its values, in the order of the keys."""
    place: Place


@dataclass(frozen=True)
class ModelKeys:
    """Public keys that another model lists: one row a combination; it tells nothing of anybody."""

    model: str
    place: Place


@dataclass(frozen=True)
class PrivateKeys:
    """Keys as the data have them: a group is released only where its noisy count of people passes."""

    place: Place


Keys = WrittenKeys | ModelKeys | PrivateKeys


@dataclass(frozen=True)
class DifferentialPrivacy:
    """An aggregate with (ε, δ)-differential privacy for persons, paid from a budget (Dwork et al. 2006)."""

    budget: str
    epsilon: Fraction
    delta: Fraction
    place: Place
    """Of ε, or of the protection where the model says nothing of it."""
    max_groups: int
    """In so many groups one person counts at most (L0)."""
    max_rows_per_group: int
    """With so many rows in each."""
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    """By measure."""
    null_keys: Mapping[str, KeyValue] = field(default_factory=dict)
    """Key → the value that rows without one have; of others NULL is a key like any."""
    keys: Keys | None = None
    """None where there are none: one row."""
    mechanism: MechanismName = "auto"
    quantile_share: Fraction = Fraction(0)
    """The share of ε for all quantiles together; 0 where there are none, 1 where there is nothing else."""
    intervals: bool = False
    """Whether each measure has its 95 % interval beside it."""
    non_negative: bool = False
    """Whether counts below 0 become 0: easier to read, and biased upwards."""
    consistent: bool = False
    """Whether totals of grouping sets agree with their parts, by least squares."""
    analyst: str = ""
    department: str = ""
    name: Literal["differential_privacy"] = "differential_privacy"
