"""The (ε, δ) of what was read: from the scales and sensitivities in the SQL, by the accountants."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isfinite

from personatwin_sql.compile.proof.aggregate.noisy import Noisy, NoisyColumn
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho
from personatwin_sql.privacy.accounting.declared import Guarantee
from personatwin_sql.privacy.accounting.product import Column, delta_of_gaussians
from personatwin_sql.privacy.noise.tails import DiscreteGaussian, DiscreteLaplace


@dataclass(frozen=True)
class Loss:
    """What a release spends, as its SQL says."""

    guarantee: Guarantee
    rho: Fraction
    selection: Fraction
    """The δ of choosing keys, within that of the guarantee."""


def loss_of(noisy: Noisy, wanted: Guarantee) -> Loss:
    """ε and δ; of Gaussian noise δ at the ε that is wanted, as neither is there alone.

    Laplace noise spends Σ L0·Δ/b (Dwork et al. 2006), quantiles Σ L0·ε, in ρ ε²/8 (Cesar & Rogers 2021);
    Gaussian noise δ(ε) of the joint law of all columns, or what Σ L0·Δ²/(2σ²) converts to (Canonne, Kamath &
    Steinke 2020), whichever is less; a threshold the chance that noise alone lifts one person's group over
    it, for each group. Groups chosen by the truncated geometric law spend ε and δ for each group that
    somebody is in (Desfontaines et al. 2022), in ρ ε²/2 with that δ apart (Bun & Steinke 2016).
    """
    pure = sum((_laplace(column) for column in noisy.columns), Fraction(0))
    pure += sum((choice.moves.groups * choice.epsilon for choice in noisy.choices), Fraction(0))
    pure += sum((each.moves.groups * each.epsilon for each in noisy.selected), Fraction(0))
    selection = sum(_tails(noisy), Fraction(0))
    selection += sum((each.moves.groups * each.delta for each in noisy.selected), Fraction(0))
    rho = sum((_rho(column) for column in noisy.columns), Fraction(0))
    rho += sum((choice.moves.groups * choice.epsilon**2 / 8 for choice in noisy.choices), Fraction(0))
    rho += sum((each.moves.groups * each.epsilon**2 / 2 for each in noisy.selected), Fraction(0))
    gaussian = [column for column in noisy.columns if column.noise.mechanism == "gaussian"]
    if not gaussian:
        return Loss(Guarantee(pure, selection), rho, selection)
    delta = _joint(gaussian, wanted.epsilon - pure, wanted.delta - selection)
    return Loss(Guarantee(max(wanted.epsilon, pure), delta + selection), rho, selection)


def _joint(columns: list[NoisyColumn], epsilon: Fraction, left: Fraction) -> Fraction:
    """δ of the Gaussian columns at this ε; `left` where ρ proves that much."""
    if epsilon <= 0:
        return Fraction(1)
    joint = [
        Column(float(column.noise.scale**2), column.moves.per_group, column.moves.groups)
        for column in columns
    ]
    found = delta_of_gaussians(joint, float(epsilon) * (1 - 1e-12))
    delta = Fraction(found) if isfinite(found) else Fraction(1)
    if delta > left > 0:
        rho = sum((_rho(column) for column in columns), Fraction(0))
        return left if epsilon_of_rho(rho, left) <= epsilon else delta
    return delta


def _laplace(column: NoisyColumn) -> Fraction:
    if column.noise.mechanism != "laplace":
        return Fraction(0)
    return column.moves.groups * column.moves.per_group / column.noise.scale


def _rho(column: NoisyColumn) -> Fraction:
    """L0·(Δ/scale)²/2 of both laws."""
    return column.moves.groups * (column.moves.per_group / column.noise.scale) ** 2 / 2


def _tails(noisy: Noisy) -> Iterator[Fraction]:
    for threshold in noisy.thresholds:
        noise, moves = threshold.column.noise, threshold.column.moves
        law = (
            DiscreteLaplace(noise.scale) if noise.mechanism == "laplace" else DiscreteGaussian(noise.scale**2)
        )
        needed = threshold.least - moves.per_group
        yield moves.present * law.tail(needed) if needed >= 1 else Fraction(moves.present)
