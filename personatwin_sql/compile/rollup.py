"""The levels along which events of personas roll up until enough people stand behind them."""

from __future__ import annotations

from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.hierarchy import PERIODS, Period

_Level = tuple[str, tuple[str, ...], Period | None, tuple[str, ...] | None]


@dataclass(frozen=True)
class RollUpLevel:
    """One level: the columns that a cell keeps, and how precise its period is (None: all time)."""

    name: str
    by: tuple[str, ...]
    period: Period | None
    onward: tuple[str, ...] | None
    """The columns of the next level that takes all that is left of a group (None at the last): each level
    leaves it nobody or enough people."""
    first: int = 1
    """The number, from 1, of the first level that keeps the same columns of the personas."""

    @property
    def is_of_personas(self) -> bool:
        return "persona_id" in self.by

    @property
    def keys(self) -> tuple[str, ...]:
        """The private columns that are kept of the personas: these are numbers until they are published."""
        return tuple("persona" if name == "persona_id" else name for name in self.by)

    @property
    def columns(self) -> tuple[str, ...]:
        """The private columns that make a cell, but for those that tell events apart."""
        return (*self.keys, *((f"period_{self.period}",) if self.period else ()))

    @property
    def comment(self) -> str:
        kept = " x ".join(self.by) if self.by else "everyone"
        return f"{kept}, {self.period or 'all time'}"


def roll_up_levels(block: tuple[str, ...], age: str | None, finest: Period) -> tuple[RollUpLevel, ...]:
    """Finest first: persona by period, block and age by period, block, the last block column, everyone.

    A persona keeps its block columns and its age beside it: they are the same for all of its rows.
    """
    periods: tuple[Period, ...] = tuple(
        period for period in PERIODS[PERIODS.index(finest) :] if period != "week" or finest == "week"
    )
    persona = ("persona_id", *block, *((age,) if age else ()))
    rarest = block[-1:] if len(block) > 1 else ()
    levels: list[_Level] = [(f"persona_{period}", persona, period, block) for period in periods]
    levels.append(("persona_all_time", persona, None, block))
    if block and age:
        levels.extend((f"block_age_{period}", (*block, age), period, block) for period in periods)
    if block:
        levels.append(("block_year", block, "year", block))
        levels.append(("block_all_time", block, None, rarest))
    if rarest:
        levels.append((f"{block[-1]}_all_time", rarest, None, ()))
    levels.append(("everyone", (), None, None))
    kept = [level[1] for level in levels]
    return tuple(RollUpLevel(*level, kept.index(level[1]) + 1) for level in levels)
