"""The levels along which events roll up, from every finest period, with and without age and block."""

from __future__ import annotations

from itertools import pairwise

import pytest

from personatwin_sql.compile.rollup import roll_up_levels
from personatwin_sql.spec.hierarchy import Period

PERIODS_FROM = {
    "day": ["day", "month", "quarter", "year"],
    "week": ["week", "month", "quarter", "year"],
    "month": ["month", "quarter", "year"],
    "quarter": ["quarter", "year"],
    "year": ["year"],
}


@pytest.mark.parametrize("finest", PERIODS_FROM)
@pytest.mark.parametrize("block", [(), ("gender",), ("gender", "ethnicity")])
@pytest.mark.parametrize("age", [None, "age"])
def test_levels_go_from_persona_to_everyone(finest: Period, block: tuple[str, ...], age: str | None) -> None:
    levels = roll_up_levels(block, age, finest)
    periods = PERIODS_FROM[finest]
    expected = [f"persona_{period}" for period in periods] + ["persona_all_time"]
    if block and age:
        expected += [f"block_age_{period}" for period in periods]
    if block:
        expected += ["block_year", "block_all_time"]
    if len(block) > 1:
        expected += ["ethnicity_all_time"]
    assert [level.name for level in levels] == [*expected, "everyone"]
    persona = ("persona_id", *block, *((age,) if age else ()))
    assert {level.by for level in levels if level.name.startswith("persona")} == {persona}
    assert levels[-1].by == ()


@pytest.mark.parametrize("finest", PERIODS_FROM)
@pytest.mark.parametrize("block", [(), ("gender",), ("gender", "ethnicity")])
@pytest.mark.parametrize("age", [None, "age"])
def test_what_a_level_leaves_fits_every_level_that_follows(
    finest: Period, block: tuple[str, ...], age: str | None
) -> None:
    """No level keeps a column that one before it has dropped, and what goes on is grouped by what is kept."""
    levels = roll_up_levels(block, age, finest)
    for before, after in pairwise(levels):
        assert set(after.by) <= set(before.by)
        assert before.onward is not None
        assert set(before.onward) <= set(before.by)
    assert levels[-1].onward is None
    assert len({level.name for level in levels}) == len(levels)
    for level in levels[:-1]:
        taking = [later for later in levels if later.by == level.onward and later.period is None]
        assert taking, f"nothing takes all that {level.name} leaves"


def test_a_level_says_what_it_keeps() -> None:
    first, *_, last = roll_up_levels(("gender",), None, "year")
    assert first.comment == "persona_id x gender, year"
    assert last.comment == "everyone, all time"
