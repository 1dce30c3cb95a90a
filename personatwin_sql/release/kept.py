"""Whether a difference between groups survived: the same contrast in the source and in the release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.answer import Answer, Contrast

Significance = Literal["kept", "lost", "appeared", "none"]


@dataclass(frozen=True)
class Kept:
    """One contrast before and after."""

    answer: Answer
    before: Contrast
    after: Contrast

    @property
    def share(self) -> float | None:
        """How much of the effect is left; above 1 it is told larger than it was, below 0 reversed."""
        return self.after.effect / self.before.effect if abs(self.before.effect) >= 1e-9 else None

    @property
    def significance(self) -> Significance:
        if self.before.is_significant:
            return (
                "kept" if self.after.is_significant and self.before.effect * self.after.effect > 0 else "lost"
            )
        return "appeared" if self.after.is_significant else "none"


def kept(released: Iterable[Answer], originals: Iterable[Answer]) -> tuple[Kept, ...]:
    """Every contrast of the release that the source has too, in the order of the release."""
    before = {
        (answer.asked.key, answer.stratum, contrast.group, contrast.reference): contrast
        for answer in originals
        for contrast in answer.contrasts
    }
    found = []
    for answer in released:
        for contrast in answer.contrasts:
            key = (answer.asked.key, answer.stratum, contrast.group, contrast.reference)
            if key in before:
                found.append(Kept(answer, before[key], contrast))
    return tuple(found)
