"""An entry is one text, its digest one name, and nothing else is read as an entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_ledger import COURT, files, released, spent

from personatwin_sql.privacy.accounting.events import (
    Event,
    Exponential,
    Gaussian,
    Laplace,
    PartitionSelection,
    RandomisedResponse,
    Threshold,
)
from personatwin_sql.release.ledger.budget import terms_of
from personatwin_sql.release.ledger.entry import (
    KINDS,
    Charge,
    Entry,
    Epoch,
    Genesis,
    Release,
    UnknownVersion,
    Use,
    digest_of,
    entry_bytes,
    file_name,
    key_check,
    read_entry,
    seal_of,
    sealed,
)
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.shown import ceiling, floor
from personatwin_sql.release.ledger.uses import MECHANISMS, event_of, use_of
from personatwin_sql.spec.exact_number import exact_text, from_exact_text

KEY = b"k" * 32
EVENTS: tuple[Event, ...] = (
    Laplace(Fraction(7, 3), 2, 5),
    Gaussian(Fraction(101, 2), 2, 5),
    PartitionSelection(Fraction(1, 3), Fraction(1, 10**7), 5),
    Threshold(Fraction(1, 10**7)),
    Exponential(Fraction(1, 10), 4),
    RandomisedResponse(Fraction(1), 1),
)
CHARGE = Charge(
    model="visits",
    budget=terms_of(COURT),
    epoch="2026",
    analyst="",
    department="health",
    epsilon=Fraction(1, 3),
    delta=Fraction(1, 10**7),
    uses=tuple(use_of(event, "visits") for event in EVENTS),
    bounds={"max_groups": "5", "amount": "0 to 50"},
    replay="0" * 64,
    salt="1" * 32,
    sources={"court.events": "2" * 64},
)


def entry(content: object = CHARGE, *parents: str) -> Entry:
    of_charge = parents or ("a" * 64,)
    return sealed(
        Entry(
            2, of_charge if content != Genesis() else (), "2026-05-01T10:00:00+00:00", key_check(KEY), content
        ),  # type: ignore[arg-type]
        KEY,
    )


@pytest.mark.parametrize(
    "content",
    [Genesis(), Epoch("court", "2026", ""), CHARGE, Release("visits", "a" * 64, "0" * 64, "f.tsv", "b" * 64)],
)
def test_every_kind_of_entry_comes_back_from_its_text(content: object) -> None:
    made = entry(content)
    assert read_entry(entry_bytes(made)) == made
    assert made.kind in KINDS


def test_numbers_stand_in_an_entry_as_exact_text() -> None:
    value = json.loads(entry_bytes(entry()))["content"]
    assert (value["epsilon"], value["delta"]) == ("1/3", "0.0000001")
    assert value["uses"][0] == {
        "mechanism": "discrete_laplace",
        "column": "visits",
        "numbers": {"scale": "7/3", "per_group": "2", "groups": "5"},
    }


def test_an_entry_has_sorted_keys_and_one_text() -> None:
    written = entry_bytes(entry())
    value = json.loads(written)
    assert list(value) == sorted(value)
    assert json.dumps(value, sort_keys=True, indent=1).encode() + b"\n" == written


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_of_the_accountant_comes_back_from_an_entry(event: Event) -> None:
    assert event_of(use_of(event)) == event


def test_every_event_of_the_accountant_has_a_name() -> None:
    assert {type(event) for event in EVENTS} == set(MECHANISMS.values())


@pytest.mark.parametrize(
    "use",
    [
        Use("discrete_laplace", "", {"scale": "0", "per_group": "1", "groups": "1"}),
        Use("discrete_laplace", "", {"scale": "1", "per_group": "1", "groups": "1.5"}),
        Use("discrete_laplace", "", {"scale": "-1", "per_group": "1", "groups": "1"}),
        Use("discrete_laplace", "", {"scale": "1"}),
        Use("discrete_laplace", "", {"scale": "1", "per_group": "1", "groups": "1", "more": "1"}),
        Use("laplace_of_floats", "", {}),
        Use("threshold", "", {"delta": "1"}),
    ],
)
def test_a_mechanism_that_cannot_be_is_no_event(use: Use) -> None:
    with pytest.raises(ValueError, match=r"mechanism|number"):
        event_of(use)


def _with(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = json.loads(entry_bytes(entry()))
    change(value)
    return json.dumps(value, sort_keys=True, indent=1).encode() + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        entry_bytes(entry())[:-1],
        entry_bytes(entry()) + b"\n",
        entry_bytes(entry()).replace(b"\n", b"\r\n"),
        entry_bytes(entry()).replace(b'"1/3"', b'"2/6"'),
        entry_bytes(entry()).replace(b'"1/3"', b"0.25"),
        entry_bytes(entry()).replace(b'"epoch": "2026"', b'"epoch": "2026", "epoch": "2026"'),
        _with(lambda value: value.update(more=1)),
        _with(lambda value: value.pop("seal")),
        _with(lambda value: value.update(kind="refund")),
        _with(lambda value: value.update(parents=[])),
        _with(lambda value: value.update(parents=["a"])),
        _with(lambda value: value.update(parents=[1])),
        _with(lambda value: value.update(parents=["b" * 64, "a" * 64])),
        _with(lambda value: value.update(number="2")),
        _with(lambda value: value.update(version="1")),
        _with(lambda value: value["content"].update(epsilon="-1")),
        _with(lambda value: value["content"].update(epsilon="1e-3")),
        _with(lambda value: value["content"].update(epsilon="0x1")),
        _with(lambda value: value["content"].update(epsilon=None)),
        _with(lambda value: value["content"].update(bounds={"amount": 0.5})),
        _with(lambda value: value["content"].pop("salt")),
        _with(lambda value: value["content"].update(budget="court")),
    ],
)
def test_what_was_not_written_so_is_no_entry(content: bytes) -> None:
    with pytest.raises((ValueError, UnknownVersion)):
        read_entry(content)


def test_a_newer_version_is_known_as_such() -> None:
    with pytest.raises(UnknownVersion) as raised:
        read_entry(_with(lambda value: value.update(version=2, kind="something new")))
    assert raised.value.args == (2,)


def test_a_seal_is_of_the_key_and_of_every_field() -> None:
    made = entry()
    assert seal_of(made, KEY) == made.seal
    assert seal_of(made, b"l" * 32) != made.seal
    later = Entry(made.number, made.parents, "2027-05-01T10:00:00+00:00", made.key, made.content, made.seal)
    assert seal_of(later, KEY) != made.seal


def test_an_entry_says_nothing_of_the_key(folders: Folders, key: bytes) -> None:
    released(folders, key)
    for file in files(folders):
        assert key not in file.read_bytes()
        assert key.hex() not in file.read_text()


def test_a_file_is_named_by_its_place_and_digest(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1")
    genesis, charge = files(folders)
    assert genesis.name == file_name(1, digest_of(genesis.read_bytes()))
    assert charge.name == file_name(2, digest_of(charge.read_bytes()))
    assert json.loads(charge.read_bytes())["parents"] == [digest_of(genesis.read_bytes())]


def test_equal_sources_look_different_in_two_charges(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1", "1")
    first, second = (json.loads(file.read_bytes())["content"]["sources"] for file in files(folders)[1:])
    assert first.keys() == second.keys() == {"court.events"}
    assert first != second
    assert "ab" * 32 not in files(folders)[1].read_text()


@given(st.fractions(min_value=0, max_value=10**12))
def test_every_number_has_one_exact_text(number: Fraction) -> None:
    text = exact_text(number)
    assert from_exact_text(text) == number
    assert exact_text(from_exact_text(text)) == text


@pytest.mark.parametrize(
    "text", ["01", "1.0", "2/4", "1e3", " 1", "+1", "-1", "1/0", "", "١", "1_0", "nan", "1."]
)
def test_another_spelling_of_a_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        from_exact_text(text)


def test_a_negative_number_has_no_text() -> None:
    with pytest.raises(ValueError, match="negative"):
        exact_text(Fraction(-1))


@pytest.mark.parametrize(
    ("number", "up", "down"),
    [
        (Fraction(0), "0", "0"),
        (Fraction(3), "3", "3"),
        (Fraction(1, 3), "0.333334", "0.333333"),
        (Fraction(1, 10**6), "0.000001", "0.000001"),
        (Fraction(1, 3 * 10**6), "0.000000333334", "0.000000333333"),
        (Fraction(1234567), "1234570", "1234560"),
        (Fraction(1, 1000), "0.001", "0.001"),
    ],
)
def test_shown_numbers_never_favour_the_releaser(number: Fraction, up: str, down: str) -> None:
    assert (ceiling(number), floor(number)) == (up, down)
