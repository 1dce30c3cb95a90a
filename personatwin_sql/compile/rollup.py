"""The levels along which events of personas roll up until enough people stand behind them."""

from __future__ import annotations

from dataclasses import dataclass

from personatwin_sql.spec.hierarchy import PERIODS, Period


@dataclass(frozen=True)
class RollUpLevel:
    """One level: the columns that a cell keeps, and how precise its period is (None: all time)."""

    name: str
    by: tuple[str, ...]
    period: Period | None
    onward: tuple[str, ...] | None
    """The columns of the next level that takes all that is left of a group (None at the last): each level
    leaves it nobody or enough people."""

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
    levels = [RollUpLevel(f"persona_{period}", persona, period, block) for period in periods]
    levels.append(RollUpLevel("persona_all_time", persona, None, block))
    if block and age:
        levels.extend(RollUpLevel(f"block_age_{period}", (*block, age), period, block) for period in periods)
    if block:
        levels.append(RollUpLevel("block_year", block, "year", block))
        levels.append(RollUpLevel("block_all_time", block, None, rarest))
    if rarest:
        levels.append(RollUpLevel(f"{block[-1]}_all_time", rarest, None, ()))
    levels.append(RollUpLevel("everyone", (), None, None))
    return tuple(levels)
