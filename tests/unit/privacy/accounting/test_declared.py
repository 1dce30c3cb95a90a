"""What people declare is taken to the last digit, or refused with a way out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from personatwin_sql.privacy.accounting.declared import Guarantee, InvalidBudget, delta_of, epsilon_of


def test_a_decimal_is_what_it_says() -> None:
    assert epsilon_of("0.1") + epsilon_of("0.2") == Fraction(3, 10)
    assert delta_of("1e-6") == Fraction(1, 10**6)
    assert epsilon_of(3) == 3


@pytest.mark.parametrize("text", ["0", "-1", "-0.0"])
def test_an_epsilon_that_releases_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidBudget, match="above 0"):
        epsilon_of(text)


@pytest.mark.parametrize(("text", "said"), [("-1e-9", "at least 0"), ("1", "below 1"), ("1.5", "below 1")])
def test_a_delta_that_is_no_small_probability_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidBudget, match=said):
        delta_of(text)


@pytest.mark.parametrize("text", ["", "one", "nan", "inf", "1/3", "0x1", True])
def test_what_is_no_decimal_is_refused(text: str) -> None:
    with pytest.raises(InvalidBudget, match="decimal number"):
        epsilon_of(text)


@pytest.mark.parametrize("text", ["1e-999999999", "1e999999999", "0." + "1" * 61])
def test_a_number_that_would_take_for_ever_to_add_up_is_refused(text: str) -> None:
    with pytest.raises(InvalidBudget, match="places"):
        epsilon_of(text)


def test_guarantees_add_up_exactly() -> None:
    tenth = Guarantee(epsilon_of("0.1"), delta_of("1e-7"))
    assert sum([tenth] * 9, tenth) == Guarantee(Fraction(1), Fraction(1, 10**6))
