"""`project.lock`: read and written, damaged, of another version, changed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.lock import FILE, Lock, lock_text, read_lock, write_lock
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.errors import ProjectError

LOCK = Lock(
    {
        "prod": {"people_public": Chosen(11, {"gender": 0, "age": 2}), "a": Chosen(5, {'Ünïcode "x"': 1})},
        "dev": {},
    }
)


def write(root: Path, text: str | bytes) -> Path:
    (root / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def test_no_file_is_an_empty_lock(tmp_path: Path) -> None:
    assert read_lock(tmp_path) == Lock()
    assert read_lock(tmp_path).of("prod") == {}


def test_what_is_written_is_read_again_and_sorted(tmp_path: Path) -> None:
    write_lock(tmp_path, LOCK)
    assert read_lock(tmp_path) == LOCK
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert text == lock_text(LOCK)
    assert text.index("dev") < text.index("prod")
    assert text.index("age") < text.index("gender")
    assert "Ünïcode" in text
    assert list(tmp_path.iterdir()) == [tmp_path / FILE]


def test_the_loss_that_levels_were_searched_by_is_kept(tmp_path: Path) -> None:
    lock = Lock({"prod": {"a": Chosen(5, {"age": 1}, loss="discernibility"), "b": Chosen(5, {"age": 1})}})
    write_lock(tmp_path, lock)
    assert read_lock(tmp_path) == lock
    assert lock_text(lock).count("loss") == 1
    with pytest.raises(ProjectError):
        read_lock(write(tmp_path, lock_text(lock).replace("discernibility", "[5]")))


def test_a_lock_that_says_nothing_new_is_not_touched(tmp_path: Path) -> None:
    write_lock(tmp_path, LOCK)
    before = (tmp_path / FILE).stat().st_mtime_ns
    write_lock(tmp_path, LOCK)
    assert (tmp_path / FILE).stat().st_mtime_ns == before


def test_a_lock_damaged_before_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, b"\xff\xfe")
    write_lock(tmp_path, LOCK)
    assert read_lock(tmp_path) == LOCK


def test_the_choices_of_one_target_leave_those_of_others_alone() -> None:
    changed = LOCK.with_choices("prod", {"b": Chosen(7)})
    assert changed.of("prod") == {"b": Chosen(7)}
    assert LOCK.with_choices("dev", {}).of("prod") == LOCK.of("prod")


def test_a_lock_written_by_hand_in_the_same_form_is_read(tmp_path: Path) -> None:
    write(tmp_path, "version: 1\ntargets: {prod: {people_public: {k: 11, levels: {age: 2}}}}\n")
    assert read_lock(tmp_path).of("prod") == {"people_public": Chosen(11, {"age": 2})}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "version: 1\n",
        "version: 2\ntargets: {}\n",
        "version: true\ntargets: {}\n",
        "targets: {}\n",
        "version: 1\ntargets: []\n",
        "version: 1\ntargets: {prod: 5}\n",
        "version: 1\ntargets: {prod: {m: {levels: {}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11}}}\n",
        "version: 1\ntargets: {prod: {m: {k: eleven, levels: {}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: true, levels: {}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11.7, levels: {}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: '11', levels: {}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11, levels: {age: 1.5}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11, levels: {age: false}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11, levels: {age: -1}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 0, levels: {age: 1}}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11, levels: [age]}}}\n",
        "version: 1\ntargets: {prod: {m: {k: 11, levels: {age: 1}, more: 2}}}\n",
        "version: 1\ntargets: {prod: {1: {k: 11, levels: {age: 1}}}}\n",
        "version: 1\ntargets: {}\nmore: 1\n",
        "version: 1\ntargets: {}\n---\nversion: 1\n",
        "version: 1\n<<<<<<< HEAD\ntargets: {}\n",
        "version: 1\ntargets: {prod: {m: {k: 11, k: 5, levels: {}}}}\n",
        "version: !!python/object/apply:os.system ['true']\n",
        b"\xff\xfe\x00",
    ],
)
def test_a_lock_that_no_build_wrote_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(ProjectError) as caught:
        read_lock(write(tmp_path, text))
    (mistake,) = caught.value.diagnostics
    assert mistake.code == "PT170"
    assert mistake.place is not None
    assert mistake.place.path == FILE
    assert caught.value.__cause__ is None
