"""Frozen values are what the standard library makes of the same class."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

import personatwin_sql
from personatwin_sql.frozen import dataclass, replace


@dataclass(frozen=True)
class Pair:
    """Two values, a secret, and what was given first."""

    left: int
    right: str = "r"
    secret: str = dataclasses.field(default="s", repr=False, compare=False)
    others: dict[str, int] = dataclasses.field(default_factory=dict, hash=False)


@dataclasses.dataclass(frozen=True)
class StandardPair:
    """The same."""

    left: int
    right: str = "r"
    secret: str = dataclasses.field(default="s", repr=False, compare=False)
    others: dict[str, int] = dataclasses.field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Wider(Pair):
    """One field more, after those that are inherited."""

    more: int = 0


@dataclass(frozen=True)
class Alone:
    """One field."""

    value: float


@dataclass(frozen=True)
class Nothing:
    """No field."""


def test_a_value_is_made_by_position_and_by_name() -> None:
    assert Pair(1, right="x") == Pair(left=1, right="x")
    assert Wider(1, "x", more=2).more == 2
    assert Pair(1).others is not Pair(1).others


def test_a_constructor_asks_for_the_same_as_the_standard_one() -> None:
    Pair(1)
    assert len({Pair(number) for number in range(100)}) == 100
    ours, theirs = inspect.signature(Pair), inspect.signature(StandardPair)
    assert list(ours.parameters) == list(theirs.parameters)
    for values in ((), (1, 2, 3, 4, 5)):
        with pytest.raises(TypeError, match="__init__"):
            Pair(*values)  # type: ignore[arg-type, call-arg]
    with pytest.raises(TypeError, match="unexpected keyword"):
        Pair(1, no_field=2)  # type: ignore[call-arg]


def test_the_first_values_of_a_class_are_like_all_others() -> None:
    @dataclass(frozen=True)
    class Fresh(Pair):
        """Made often enough to be compiled."""

        more: int = 0

    values = [Fresh(number, right="x", more=2) for number in range(100)]
    assert [value.left for value in values] == list(range(100))
    assert all(replace(value, left=0) == values[0] for value in values)
    assert len({id(value.others) for value in values}) == 100


@pytest.mark.parametrize("made", [0, 100])
def test_what_does_not_fit_a_constructor_is_refused(made: int) -> None:
    @dataclass(frozen=True)
    class Fresh:
        """Two fields, one of which must be given."""

        left: int
        right: int = 0

    for number in range(made):
        Fresh(number)
    for values, named in (((), {}), ((1, 2, 3), {}), ((1,), {"left": 1}), ((1,), {"other": 1})):
        with pytest.raises(TypeError, match="__init__"):
            Fresh(*values, **named)  # type: ignore[arg-type]


def test_a_changed_value_has_the_other_fields_as_they_were() -> None:
    pair = Pair(1, "x", others={"a": 1})
    changed = replace(pair, left=2, right="y")
    assert changed == Pair(2, "y", others={"a": 1})
    assert changed.others is pair.others
    assert pair == Pair(1, "x", others={"a": 1})
    with pytest.raises(TypeError, match="no field of Pair: other"):
        replace(pair, other=1)  # type: ignore[call-arg]


def test_values_are_equal_by_class_and_by_what_is_compared() -> None:
    assert Pair(1, secret="a") == Pair(1, secret="b")
    assert Pair(1, "a") != Pair(1, "b")
    assert Pair(1) != StandardPair(1)
    assert Pair(1) != Wider(1)
    assert Nothing() == Nothing()
    same = float("nan")
    assert Alone(same) == Alone(same)
    assert hash(Pair(1, others={"a": 1})) == hash(Pair(1, secret="t", others={}))
    assert {Alone(1.0), Alone(1.0)} == {Alone(1.0)}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Alone([]))  # type: ignore[arg-type]


def test_what_is_not_shown_stays_out_of_the_text() -> None:
    assert repr(Pair(1)) == repr(StandardPair(1)).removeprefix("Standard")
    assert "secret" not in repr(Wider(1))
    assert repr(Alone(0.5)) == "Alone(value=0.5)"
    assert repr(Nothing()) == "Nothing()"


def test_nothing_is_assigned_or_deleted() -> None:
    pair = Pair(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'left'"):
        pair.left = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        pair.anything = 2  # type: ignore[attr-defined]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'left'"):
        del pair.left


def test_the_standard_functions_know_the_values() -> None:
    assert dataclasses.replace(Pair(1), left=2) == Pair(2)
    assert dataclasses.asdict(Alone(0.5)) == {"value": 0.5}
    assert [field.name for field in dataclasses.fields(Wider)] == [*Pair.__match_args__, "more"]
    match Pair(3):
        case Pair(left, right):
            assert (left, right) == (3, "r")


def test_what_changes_is_not_declared_here() -> None:
    with pytest.raises(TypeError, match="only frozen values"):
        dataclass(frozen=False)


def test_no_value_of_the_package_asks_for_what_is_not_done_here() -> None:
    """Fields by keyword alone, fields that the constructor leaves out, steps after it, and slots."""
    checked = 0
    for module in pkgutil.walk_packages(personatwin_sql.__path__, "personatwin_sql."):
        if module.name.endswith((".publisher", "__main__")):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and value.__module__ == module.name and dataclasses.is_dataclass(value):
                declared = dataclasses.fields(value)
                assert all(field.init and not field.kw_only for field in declared), value
                assert not hasattr(value, "__post_init__"), value
                checked += 1
    assert checked > 200
