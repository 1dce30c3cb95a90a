"""What `census show` prints."""

from collections.abc import Callable

from click.testing import Result


def test_people_of_a_county_are_numbers_that_can_be_read_and_compared(call: Callable[..., Result]) -> None:
    done = call("census", "show", "Broward, FL")
    lines = done.stdout.splitlines()
    table = lines[lines.index("") + 1 :]
    assert "0 to 17 years                                     209,292  203,497" in table
    assert "not Hispanic, American Indian or Alaska Native      1,854    1,928" in table
    assert len({len(line) for line in table if line}) == 1


def test_machines_get_plain_numbers(call: Callable[..., Result]) -> None:
    done = call("census", "show", "Broward, FL", "--format", "csv")
    assert "0 to 17 years,209292,203497" in done.stdout.splitlines()
