"""Another year's tables are fetched whole or not at all, and by nothing but their own command."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.census.cache import cache_folder, cached_file, table_of
from personatwin_sql.census.fetching import fetched
from personatwin_sql.census.table import read_table
from personatwin_sql.errors import ProjectError, Unavailable
from personatwin_sql.workflow.census import refresh
from tests.integration.census_server import serving


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    return tmp_path / "cache" / "personatwin"


def test_the_tables_of_a_year_are_fetched_into_the_cache(cache: Path) -> None:
    with serving() as bureau:
        found = refresh(2019, bureau.url)
    assert found.file == cache / "counties_2019.npz"
    table = read_table(found.file)
    assert table.digest == found.table.digest
    assert (table.vintage, len(table.fips)) == (2019, 102)
    assert list(table.by_age[1, 0]) == [80, 200, 50, 10]
    assert int(table.by_race[0].sum()) == 340
    assert (table.names[0], table.states[0]) == ("County 1", "State 01")
    assert table_of(2019).digest == table.digest
    assert len(bureau.asked) == 2 * 51 + 1
    assert bureau.asked[0]["path"] == "/data/2019/pep/charagegroups"
    assert all("key" not in question for question in bureau.asked)


def test_an_earlier_year_and_a_key_are_asked_for_as_the_bureau_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "secret")
    with serving() as bureau:
        assert fetched(2017, bureau.url).vintage == 2017
    assert bureau.asked[0]["get"] == "GEONAME,POP,SEX,AGEGROUP"
    assert all(question["key"] == "secret" for question in bureau.asked)


@pytest.mark.parametrize(
    "fails", ["page", "columns", "text", "twice", "rows", "sums", "ragged", "cut", "total"]
)
def test_an_answer_of_another_form_changes_nothing(cache: Path, fails: str) -> None:
    cache.mkdir(parents=True)
    (cache / "counties_2019.npz").write_bytes(b"as it was")
    with serving(fails) as bureau, pytest.raises(Unavailable, match="PT425"):
        refresh(2019, bureau.url)
    assert (cache / "counties_2019.npz").read_bytes() == b"as it was"
    assert [file.name for file in cache.iterdir()] == ["counties_2019.npz"]


@pytest.mark.parametrize("fails", ["missing", "short"])
def test_a_server_that_fails_is_told_and_its_words_are_not(fails: str) -> None:
    with serving(fails) as bureau, pytest.raises(Unavailable, match="PT424") as caught:
        refresh(2019, bureau.url)
    assert "unknown variable" not in str(caught.value)


def test_a_server_that_is_slow_or_not_there_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "secret")
    with serving("slow") as bureau, pytest.raises(Unavailable, match="in time") as caught:
        fetched(2019, bureau.url, seconds=0.1)
    with pytest.raises(Unavailable, match="PT424") as gone:
        fetched(2019, bureau.url)
    assert "secret" not in str(caught.value) + str(gone.value)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org", "census", ""])
def test_only_the_web_is_asked(url: str) -> None:
    with pytest.raises(ProjectError, match="PT503"):
        fetched(2019, url)


def test_the_year_that_travels_with_the_tool_is_not_fetched() -> None:
    with pytest.raises(ProjectError, match="PT503"):
        refresh(2018)


def test_a_year_that_was_not_fetched_is_told_with_the_way_to_it() -> None:
    with pytest.raises(ProjectError, match="census refresh --year 2016"):
        table_of(2016)


def test_the_cache_is_where_the_system_keeps_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cached_file(2019) == cache_folder() / "counties_2019.npz"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "personatwin"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "personatwin"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "personatwin"
