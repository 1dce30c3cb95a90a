"""Hierarchies kept as CSV: what ARX writes is read, and no error quotes a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.csv_taxonomy import MOST_TOLD
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.hierarchy_reader import read_hierarchy
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.yaml_reader import parse_yaml

ADULT = Path(__file__).resolve().parents[4] / "shared" / "data" / "adult"
PLANTED = "planted-5f2c"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, content: str | bytes | None = None, options: str = "") -> Taxonomy:
    if content is not None:
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / "job.csv").write_bytes(raw)
    document = parse_yaml(f"h: {{csv: job.csv{options}}}", "domains/a.yml")
    hierarchy = read_hierarchy(document, ("h",), Home(folder))
    assert isinstance(hierarchy, Taxonomy)
    return hierarchy


def refused(folder: Path, content: str | bytes, options: str = "") -> list[tuple[str, str]]:
    with pytest.raises(ProjectError) as raised:
        read(folder, content, options)
    assert PLANTED not in str(raised.value)
    return [(diagnostic.code, str(diagnostic.place)) for diagnostic in raised.value.diagnostics]


def test_the_last_column_of_stars_is_the_top_and_dropped(folder: Path) -> None:
    hierarchy = read(folder, "clerk;Office;*\nsmith;Craft;*\n")
    assert hierarchy.rows == (("clerk", "Office"), ("smith", "Craft"))
    assert (hierarchy.levels, hierarchy.height) == (("level 1",), 2)


def test_the_top_may_be_left_out(folder: Path) -> None:
    assert read(folder, "clerk;Office\nsmith;Craft\n").rows == (("clerk", "Office"), ("smith", "Craft"))


def test_values_without_groups_are_a_closed_list(folder: Path) -> None:
    hierarchy = read(folder, "Male;*\nFemale;*")
    assert (hierarchy.rows, hierarchy.height) == ((("Male",), ("Female",)), 1)


def test_a_group_is_not_called_as_a_value_that_it_does_not_hold(folder: Path) -> None:
    assert refused(folder, f"{PLANTED};Office;*\nsmith;{PLANTED};*\n") == [("PT025", "job.csv:1")]
    assert read(folder, "clerk;clerk;*\nsmith;Craft;*\n").height == 2


def test_commas_separate_where_semicolons_do_not(folder: Path) -> None:
    assert read(folder, 'clerk,"Office, large"\nsmith,Craft\n').rows[0] == ("clerk", "Office, large")
    assert read(folder, "clerk, old;Office\nsmith;Craft\n").rows[0] == ("clerk, old", "Office")


def test_a_header_names_the_levels(folder: Path) -> None:
    hierarchy = read(folder, "job;sector;all\nclerk;Office;*\n", ", header: true")
    assert (hierarchy.rows, hierarchy.levels) == ((("clerk", "Office"),), ("sector",))


def test_levels_written_in_the_domain_win_over_the_header(folder: Path) -> None:
    assert read(folder, "job;sector\nclerk;Office\n", ", header: true, levels: [branch]").levels == (
        "branch",
    )


def test_equal_rows_and_blank_lines_are_ignored(folder: Path) -> None:
    assert read(folder, "clerk;Office\n\nclerk;Office\n").rows == (("clerk", "Office"),)


def test_windows_files_with_a_byte_order_mark_are_read(folder: Path) -> None:
    assert read(folder, b"\xef\xbb\xbfclerk;Office\r\nsmith;Craft\r\n").rows[0] == ("clerk", "Office")


def test_a_star_from_an_inner_level_on_is_the_top_for_that_value(folder: Path) -> None:
    assert read(folder, "clerk;Office;White\nspy;*;*\n").rows[1] == ("spy", "*", "*")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", [("PT006", "job.csv")]),
        ("\n\n", [("PT006", "job.csv")]),
        (f"{PLANTED};;*\nb;B;*\n", [("PT027", "job.csv:1")]),
        (f"a;A;*\n{PLANTED};  ;*\n", [("PT027", "job.csv:2")]),
        (f"a;A;*\n{PLANTED};B\n", [("PT026", "job.csv:2")]),
        (f"{PLANTED}\tA\n", [("PT026", "job.csv:1")]),
        (f"{PLANTED};A\nb;B\n{PLANTED};B\n", [("PT025", "job.csv:3")]),
        (f"a;{PLANTED};X\nb;{PLANTED};Y\n", [("PT025", "job.csv:2")]),
        (f"{PLANTED};*;X\nb;B;Y\n", [("PT025", "job.csv:1")]),
        (f'a;A\n"{PLANTED};B\n', [("PT026", "job.csv:3")]),
        (f'a;A\n"{PLANTED}"x;B\n', [("PT026", "job.csv:2")]),
        (f"a;A\n{PLANTED}é;B\n".encode("latin-1"), [("PT005", "job.csv:2")]),
    ],
)
def test_a_mistake_is_told_with_its_line_and_never_with_a_value(
    folder: Path, content: str | bytes, told: list[tuple[str, str]]
) -> None:
    assert refused(folder, content) == told


def test_a_conflict_is_told_once_however_many_lines_repeat_it(folder: Path) -> None:
    assert len(refused(folder, "a;A;X\nb;A;Y\nc;A;Y\nd;A;Y\n")) == 1


def test_of_many_mistakes_the_first_are_told_and_the_rest_counted(folder: Path) -> None:
    content = "".join(f"{PLANTED}{index};\n" for index in range(MOST_TOLD + 7))
    with pytest.raises(ProjectError) as raised:
        read(folder, content)
    assert len(raised.value.diagnostics) == MOST_TOLD
    assert raised.value.diagnostics[-1].notes == ("and 7 more in this file",)


def test_only_a_header_is_empty(folder: Path) -> None:
    assert refused(folder, "job;sector\n", ", header: true") == [("PT006", "job.csv")]


def test_names_for_levels_must_be_as_many_as_levels(folder: Path) -> None:
    assert refused(folder, "a;A;*\n", ", levels: [x, y]") == [("PT024", "domains/a.yml:1:27")]


def test_a_missing_file_is_told_where_it_is_named(folder: Path) -> None:
    with pytest.raises(ProjectError, match=r"PT008.*no file `job.csv`"):
        read(folder)


def test_a_file_too_large_to_be_a_hierarchy_is_not_read(folder: Path) -> None:
    with (folder / "job.csv").open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(ProjectError, match=r"PT008.*larger than 32 MB"):
        read(folder)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", "*"])] * 3), min_size=1, max_size=6))
def test_an_accepted_file_is_a_function_at_each_level(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    try:
        hierarchy = read(folder, "\n".join(";".join(row) for row in rows))
    except ProjectError:
        return
    for level in range(hierarchy.height - 1):
        pairs = {(row[level], row[level + 1]) for row in hierarchy.rows}
        assert len({value for value, _ in pairs}) == len(pairs)
    assert {row[0] for row in hierarchy.rows} == {row[0] for row in rows}


@pytest.mark.court
@pytest.mark.skipif(not ADULT.is_dir(), reason="needs the reference data")
@pytest.mark.parametrize("file", sorted(ADULT.glob("adult_hierarchy_*.csv")), ids=lambda file: file.stem)
def test_the_hierarchies_of_the_adult_benchmark_are_read(file: Path) -> None:
    document = parse_yaml(f"h: {{csv: {file.name}}}", "domains/adult.yml")
    hierarchy = read_hierarchy(document, ("h",), Home(ADULT))
    assert isinstance(hierarchy, Taxonomy)
    columns = file.read_text().splitlines()[0].count(";")
    assert hierarchy.height == columns
    assert len(hierarchy.rows) == len(set(file.read_text().splitlines()))
