"""Fingerprints: what changes them, and when an unchanged build is found out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import Unavailable
from personatwin_sql.release.fingerprint import file_stamp, node_fingerprint, source_digest, source_stamp
from personatwin_sql.release.replay import is_unchanged, whole
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import State

SECRET = b"s" * 32
SETTINGS = {"tool": "0.1.0", "engine": "2.0.0", "target": "prod"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in {
        "project.yml": "name: court",
        "project.lock": "version: 1",
        "domains/court.yml": "extends: criminal_justice",
        "models/staging/stg_people.sql": "SELECT 1",
        "models/release/people.sql": "SELECT 2",
        "tests/no_orphans.sql": "SELECT 3",
        "data/people.csv": "person_id,age\n1,30\n",
        "jobs.csv": "clerk,office\n",
        "release/court.duckdb": "as published",
        "release/report.html": "page",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def state(root: Path, release: Release) -> State:
    return State(
        whole=whole(root, SETTINGS, ["jobs.csv"], ["COURT"]),
        fingerprints=(),
        sources=(source_stamp(root, "court.people", "data/people.csv", SECRET),),
        release=release,
        file=file_stamp(root, root / "release/court.duckdb"),
        extra_files=("jobs.csv",),
        environment=("COURT",),
    )


def stands(root: Path, state: State, settings: dict[str, str] = SETTINGS) -> bool:
    return is_unchanged(root, state, settings, SECRET, artefacts=[root / "release/report.html"])


def test_an_unchanged_project_stands(root: Path, state: State) -> None:
    assert stands(root, state)


@pytest.mark.parametrize(
    "path",
    [
        "project.yml",
        "project.lock",
        "domains/court.yml",
        "models/staging/stg_people.sql",
        "tests/no_orphans.sql",
        "jobs.csv",
        "data/people.csv",
        "release/court.duckdb",
    ],
)
def test_a_changed_file_is_noticed(root: Path, state: State, path: str) -> None:
    (root / path).write_text("changed")
    assert not stands(root, state)


@pytest.mark.parametrize(
    "path",
    [
        "project.lock",
        "models/release/people.sql",
        "jobs.csv",
        "data/people.csv",
        "release/court.duckdb",
        "release/report.html",
    ],
)
def test_a_vanished_file_is_noticed(root: Path, state: State, path: str) -> None:
    (root / path).unlink()
    assert not stands(root, state)


def test_a_new_or_renamed_model_is_noticed(root: Path, state: State) -> None:
    (root / "models/release/people.sql").rename(root / "models/release/persons.sql")
    assert not stands(root, state)


def test_another_version_or_target_is_noticed(root: Path, state: State) -> None:
    assert not stands(root, state, {**SETTINGS, "tool": "0.2.0"})
    assert not stands(root, state, {**SETTINGS, "target": "dev"})


def test_a_changed_environment_variable_is_noticed(
    root: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURT", "other")
    assert not stands(root, state)


def test_what_a_build_writes_itself_changes_nothing(root: Path, state: State) -> None:
    (root / "target").mkdir()
    (root / "target/manifest.json").write_text("{}")
    (root / "README.md").write_text("words")
    assert stands(root, state)


def test_a_source_that_was_only_touched_stands(root: Path, state: State) -> None:
    os.utime(root / "data/people.csv", (1, 1))
    assert stands(root, state)


def test_a_source_of_equal_size_and_time_with_other_content_is_noticed(root: Path, state: State) -> None:
    source = root / "data/people.csv"
    source.write_text("person_id,age\n1,31\n")
    os.utime(source, ns=(state.sources[0].mtime_ns, state.sources[0].mtime_ns))
    assert source.stat().st_size == state.sources[0].size
    assert not stands(root, state)


def test_a_library_that_changed_is_noticed(root: Path) -> None:
    (root / "library").mkdir()
    before = whole(root, SETTINGS, library=[root / "library"])
    (root / "library/k_anonymity.sql").write_text("HAVING true")
    assert whole(root, SETTINGS, library=[root / "library"]) != before


def test_digests_of_sources_need_the_secret(root: Path) -> None:
    path = root / "data/people.csv"
    assert source_digest(path, SECRET) == source_digest(path, SECRET)
    assert source_digest(path, SECRET) != source_digest(path, b"t" * 32)


def test_a_source_that_vanished_is_an_error_that_names_it(root: Path) -> None:
    with pytest.raises(Unavailable) as raised:
        source_stamp(root, "court.events", "data/events.csv", SECRET)
    assert raised.value.diagnostics[0].code == "PT414"


MAPPINGS = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)


@given(MAPPINGS, MAPPINGS, MAPPINGS, MAPPINGS, st.text(max_size=10))
def test_a_fingerprint_depends_on_each_part_and_on_no_order(
    rules: dict[str, str], macros: dict[str, str], upstream: dict[str, str], sources: dict[str, str], sql: str
) -> None:
    def reordered(mapping: dict[str, str]) -> dict[str, str]:
        return dict(reversed(mapping.items()))

    parts = (rules, macros, upstream, sources)
    fingerprint = node_fingerprint(sql, *parts)
    assert node_fingerprint(sql, *map(reordered, parts)) == fingerprint
    assert node_fingerprint(sql + " ", *parts) != fingerprint
    for number in range(4):
        changed = [dict(part) for part in parts]
        changed[number]["longer key"] = "x"
        assert node_fingerprint(sql, *changed) != fingerprint


def test_a_change_in_any_part_of_a_large_file_changes_its_digest(tmp_path: Path) -> None:
    path, size = tmp_path / "large.parquet", (1 << 26) + 2
    path.touch()
    os.truncate(path, size)
    seen = {source_digest(path, SECRET)}
    for place in (0, (1 << 26) - 1, 1 << 26, size - 1):
        with path.open("r+b") as file:
            file.seek(place)
            file.write(b"x")
        seen.add(source_digest(path, SECRET))
    assert len(seen) == 5
    assert source_digest(path, SECRET) in seen
