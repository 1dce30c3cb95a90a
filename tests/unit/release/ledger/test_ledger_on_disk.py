"""A ledger that is not to the byte what was written is found, named and refused, with the way back."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from small_ledger import COURT, budgets_of, files, mended, only, problems, request, spent

from personatwin_sql.errors import Unavailable
from personatwin_sql.release.ledger.budget import charges_of, loss
from personatwin_sql.release.ledger.charge import charged
from personatwin_sql.release.ledger.entry import (
    Entry,
    Release,
    digest_of,
    entry_bytes,
    file_name,
    read_entry,
    sealed,
)
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.store import read_ledger, seen_ledger


def test_a_ledger_that_is_not_there_is_empty(folders: Folders, key: bytes) -> None:
    assert read_ledger(folders, key).entries == {}


def test_entries_come_back_in_their_order(folders: Folders, key: bytes, written: list[Path]) -> None:
    ledger = read_ledger(folders, key)
    assert [entry.number for entry in ledger.entries.values()] == [1, 2, 3, 4, 5]
    assert [entry.kind for entry in ledger.entries.values()] == ["genesis", *["charge"] * 4]
    assert ledger.heads == (digest_of(written[-1].read_bytes()),)
    assert read_ledger(folders) == ledger


@pytest.mark.parametrize("position", [0, 2, 4])
@pytest.mark.parametrize("has_key", [True, False])
def test_an_entry_edited_by_hand_is_named(
    folders: Folders, key: bytes, written: list[Path], position: int, has_key: bool
) -> None:
    file = written[position]
    file.write_bytes(file.read_bytes().replace(b'"number": ', b'"number": 1'))
    problem = only(folders, key if has_key else None)
    assert (problem.code, str(problem.place)) == ("PT680", f"ledger/{file.name}")
    assert "changed after it was written" in problem.message
    mended(folders, key, problem)


@pytest.mark.parametrize("size", [0, 1, 100])
def test_a_truncated_entry_is_named(folders: Folders, key: bytes, written: list[Path], size: int) -> None:
    written[3].write_bytes(written[3].read_bytes()[:size])
    problem = only(folders, key)
    assert (problem.code, str(problem.place)) == ("PT680", f"ledger/{written[3].name}")
    assert "cut off" in problem.message
    mended(folders, key, problem)


def test_other_line_ends_are_an_edit(folders: Folders, key: bytes, written: list[Path]) -> None:
    written[3].write_bytes(written[3].read_bytes().replace(b"\n", b"\r\n"))
    assert only(folders, key).code == "PT680"
    assert (folders.ledger / ".gitattributes").read_text() == "* -text\n"


@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_deleted_entry_is_named_and_comes_back(
    folders: Folders, key: bytes, written: list[Path], position: int
) -> None:
    written[position].unlink()
    problem = only(folders, key)
    assert problem.code == "PT685"
    assert written[position].name in problem.notes[0]
    mended(folders, key, problem)


def test_a_deleted_entry_is_missed_by_those_that_follow_it(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    written[2].unlink()
    shutil.rmtree(folders.memory)
    problem = only(folders, key)
    assert (problem.code, str(problem.place)) == ("PT681", f"ledger/{written[3].name}")
    assert written[2].name[6:] in problem.message


@pytest.mark.parametrize("name", ["000003-copy.json", "old.json", "000099-0123456789abcdef.json"])
def test_a_renamed_entry_gets_its_name_back(
    folders: Folders, key: bytes, written: list[Path], name: str
) -> None:
    written[2].rename(folders.ledger / name)
    problem = only(folders, key)
    assert (problem.code, str(problem.place)) == ("PT682", f"ledger/{name}")
    assert f"{written[2].name} was renamed" in problem.message
    mended(folders, key, problem)


@pytest.mark.parametrize("name", ["000003-0123456789abcdef (1).json", "000099-0123456789abcdef.json"])
def test_a_second_copy_of_an_entry_is_named(
    folders: Folders, key: bytes, written: list[Path], name: str
) -> None:
    shutil.copy(written[2], folders.ledger / name)
    problem = only(folders, key)
    assert (problem.code, str(problem.place)) == ("PT682", f"ledger/{name}")
    mended(folders, key, problem)


def test_what_is_no_entry_is_named(folders: Folders, key: bytes, written: list[Path]) -> None:
    (folders.ledger / "notes.txt").write_text("not of the tool")
    (folders.ledger / "folder").mkdir()
    assert [(problem.code, str(problem.place)) for problem in problems(folders, key)] == [
        ("PT682", "ledger/folder"),
        ("PT682", "ledger/notes.txt"),
    ]


def test_everything_that_is_wrong_is_told_at_once(folders: Folders, key: bytes, written: list[Path]) -> None:
    written[1].write_bytes(b"{}")
    written[2].rename(folders.ledger / "renamed.json")
    written[4].unlink()
    assert sorted(problem.code for problem in problems(folders, key)) == ["PT680", "PT682", "PT685"]


def test_an_entry_of_a_newer_tool_is_refused(folders: Folders, key: bytes, written: list[Path]) -> None:
    value = json.loads(written[-1].read_bytes()) | {"version": 2}
    content = json.dumps(value).encode()
    (folders.ledger / file_name(6, digest_of(content))).write_bytes(content)
    problem = only(folders, key)
    assert problem.code == "PT683"
    assert "version 2" in problem.message


def _forged(folders: Folders, key: bytes, last: Path, **changes: object) -> Path:
    """An entry after the last one, with its right name and a seal of `key`."""
    entry = read_entry(last.read_bytes())
    values = {
        **vars(entry),
        "number": entry.number + 1,
        "parents": (digest_of(last.read_bytes()),),
        **changes,
    }
    content = entry_bytes(sealed(Entry(**values), key))  # type: ignore[arg-type]
    file = folders.ledger / file_name(values["number"], digest_of(content))  # type: ignore[arg-type]
    file.write_bytes(content)
    return file


def test_a_forged_entry_with_its_right_digest_is_named(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    forged = _forged(folders, b"another key that is 32 bytes big", written[-1])
    assert (only(folders, key).code, str(only(folders, key).place)) == ("PT680", f"ledger/{forged.name}")


def test_an_entry_whose_number_does_not_follow_is_refused(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    _forged(folders, key, written[-1], number=9)
    assert only(folders, key).code == "PT684"


def test_a_release_that_nobody_paid_for_is_refused(folders: Folders, key: bytes, written: list[Path]) -> None:
    genesis = digest_of(written[0].read_bytes())
    for charge in (genesis, "f" * 64):
        forged = _forged(
            folders, key, written[-1], content=Release("visits", charge, "0" * 64, "f.tsv", "b" * 64)
        )
        assert only(folders, key).code == "PT684"
        forged.unlink()
    paid = digest_of(written[1].read_bytes())
    _forged(folders, key, written[-1], content=Release("other", paid, "0" * 64, "f.tsv", "b" * 64))
    assert "another release" in only(folders, key).message


def test_what_a_crash_left_half_written_is_no_entry_and_goes(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    half = folders.ledger / ".000006-0123456789abcdef.json.new"
    half.write_bytes(b'{"at":')
    assert len(read_ledger(folders, key).entries) == 5
    spent(folders, key, "0.5")
    assert not half.exists()


def test_a_clock_that_was_turned_back_changes_nothing(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    early = _forged(folders, key, written[-1], at="1970-01-01T00:00:00+00:00")
    spent(folders, key, "0.5")
    ledger = read_ledger(folders, key)
    assert [entry.number for entry in ledger.entries.values()] == [1, 2, 3, 4, 5, 6, 7]
    assert digest_of(early.read_bytes()) in list(ledger.entries.values())[-1].parents
    assert loss(COURT, charges_of(ledger, "court")).epsilon == Fraction(3)


def test_a_ledger_rolled_back_as_a_whole_is_refused(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    shutil.rmtree(folders.ledger)
    problem = only(folders, key)
    assert problem.code == "PT685"
    assert "5 entries" in problem.message
    with pytest.raises(Unavailable):
        charged(folders, key, budgets_of(COURT), [request("0.5")])
    mended(folders, key, problem)


def test_many_missing_entries_are_told_shortly(folders: Folders, key: bytes) -> None:
    spent(folders, key, *["0.25"] * 8)
    shutil.rmtree(folders.ledger)
    problem = only(folders, key)
    assert "and 4 more" in problem.notes[0]
    folders.ledger.mkdir()
    mended(folders, key, problem)


def test_a_missing_entry_with_a_damaged_copy_is_looked_for_in_git(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    written[2].unlink()
    (folders.memory / written[2].name).write_bytes(b"")
    problem = only(folders, key)
    assert problem.code == "PT685"
    assert "git checkout" in problem.fixes[0]


def test_a_damaged_copy_is_made_again(folders: Folders, key: bytes, written: list[Path]) -> None:
    copy = folders.memory / written[2].name
    copy.write_bytes(b"")
    spent(folders, key, "0.5")
    assert copy.read_bytes() == written[2].read_bytes()


def test_the_memory_has_every_entry_of_a_clone(folders: Folders, key: bytes, written: list[Path]) -> None:
    shutil.rmtree(folders.memory)
    spent(folders, key, "0.5")
    assert {path.name for path in folders.memory.glob("*.json")} == {path.name for path in files(folders)}


def test_a_build_that_spends_nothing_remembers_what_it_saw(
    folders: Folders, key: bytes, written: list[Path]
) -> None:
    shutil.rmtree(folders.memory)
    assert len(seen_ledger(folders, key).entries) == 5
    written[-1].unlink()
    assert only(folders, key).code == "PT685"
