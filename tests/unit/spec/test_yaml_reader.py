"""YAML is read strictly: what a person writes as text stays text, and every part has its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import Place, ProjectError
from personatwin_sql.spec import yaml_reader
from personatwin_sql.spec.yaml_reader import MAX_DEPTH, parse_yaml, read_yaml


def codes(text: str) -> list[str]:
    with pytest.raises(ProjectError) as raised:
        parse_yaml(text, "a.yml")
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


@pytest.mark.parametrize(
    "written",
    ["no", "off", "yes", "on", "N", "012", "00", "1_000", "0x1F", "0o17", "12:30", "2024-01-31", ".inf",
     ".nan", "null", "1.2.3", "1e", "+", "=", "01.5", "9" * 41],
)  # fmt: skip
def test_what_a_person_writes_as_text_is_text(written: str) -> None:
    assert parse_yaml(f"a: {written}", "a.yml").data == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [("1e-6", 1e-6), ("1E6", 1e6), ("-3", -3), ("+3", 3), ("0", 0), ("0.05", 0.05), (".5", 0.5), ("1.", 1.0),
     ("true", True), ("False", False)],
)  # fmt: skip
def test_numbers_and_booleans_are_read_as_such(written: str, value: object) -> None:
    read = parse_yaml(f"a: {written}", "a.yml").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_quoted_text_is_text_whatever_it_looks_like() -> None:
    assert parse_yaml("a: ['1', \"true\", '']", "a.yml").data == {"a": ("1", "true", "")}


def test_a_number_keeps_the_text_that_was_written() -> None:
    document = parse_yaml("codes: [1.10, 3]", "a.yml")
    assert document.text(("codes", 0)) == "1.10"
    assert document.value(("codes", 0)) == 1.1


def test_every_key_and_value_has_its_place() -> None:
    text = "a:\n  bé: {c: [1, x y]}\n"
    document = parse_yaml(text, "domains/a.yml")
    line = "  bé: {c: [1, x y]}"
    assert document.key_place(("a", "bé")) == Place("domains/a.yml", 2, 3, 2, line)
    assert document.key_place(("a", "bé", "c")) == Place("domains/a.yml", 2, 8, 1, line)
    assert document.value_place(("a", "bé", "c", 1)) == Place("domains/a.yml", 2, 15, 3, line)


def test_the_place_of_what_was_not_written_is_that_of_its_parent() -> None:
    document = parse_yaml("privacy: {level: high}", "project.yml")
    assert document.value_place(("privacy", "k")) == document.key_place(("privacy",))
    assert document.value_place(("vars", "x")) == Place("project.yml")


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    document = read_yaml(file, "a.yml")
    assert document.data == {"a": 1, "b": 2}
    assert document.key_place(("b",)) == Place("a.yml", 2, 1, 1, "b: 2")


def test_another_encoding_is_told_with_its_line_and_without_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes("a: 1\nb: Zürich\n".encode("latin-1"))
    with pytest.raises(ProjectError) as raised:
        read_yaml(file, "a.yml")
    assert str(raised.value).splitlines()[:2] == ["error[PT005]: `a.yml` is not UTF-8 text", "  --> a.yml:2"]
    assert "rich" not in str(raised.value)


def test_a_file_that_is_not_there_is_told_by_its_short_path(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as raised:
        read_yaml(tmp_path / "project.yml", "project.yml")
    told = str(raised.value)
    assert told.startswith("error[PT008]: `project.yml` cannot be read: no such file")
    assert str(tmp_path) not in told


def test_a_key_twice_is_refused_at_any_depth_and_told_once() -> None:
    assert codes("a: {b: 1, b: 2}\nc: {d: 1}\nc: {d: 2}") == ["PT002", "PT002"]


@pytest.mark.parametrize("key", ["1", "1.5", "true", "~", "[a]", "{a: 1}", "? [a]\n"])
def test_a_key_that_is_not_text_is_refused(key: str) -> None:
    assert codes(f"{key}: 1") == ["PT003"]


@pytest.mark.parametrize("text", ["a: &x 1", "a: *x", "a: !x 1", "a: !!str 1", "<<: {a: 1}", "a: &x [*x]"])
def test_references_and_tags_are_refused(text: str) -> None:
    assert set(codes(text)) == {"PT004"}


def test_a_quoted_merge_key_is_a_name_like_any_other() -> None:
    assert parse_yaml("'<<': 1", "a.yml").data == {"<<": 1}


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_is_an_error(text: str) -> None:
    assert codes(text) == ["PT006"]


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "3\n", "[a]\n"])
def test_a_file_without_keys_is_an_error(text: str) -> None:
    assert codes(text) == ["PT007"]


def test_nothing_is_no_value() -> None:
    assert codes("a:\nb: ~\nc: [x, ~]\n") == ["PT011", "PT011", "PT011"]


def test_a_second_document_is_refused() -> None:
    assert codes("a: 1\n---\nb: 2\n") == ["PT001"]


def test_nesting_is_bounded() -> None:
    deep = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert "a" in parse_yaml(f"a: {deep}", "a.yml").data
    assert codes(f"a: [{deep}]") == ["PT004"]
    assert codes("[" * 200_000) == ["PT004"]


def test_a_control_character_is_told_and_not_printed() -> None:
    with pytest.raises(ProjectError) as raised:
        parse_yaml("a: 1\nb: \x07\n", "a.yml")
    assert "a.yml:2:4" in str(raised.value)
    assert "\x07" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    ["a:\n\tb: 1", "a: b: c", "a: 'x", "a: [1, 2\nb: 3", "a: {b: 1", "a: 1\nb 2\nc: 3", "a: @x", 'a: "\\q"',
     "%YAML 2.0\n---\na: 1", "a: [1, , 2]", "a: 1\n}"],
)  # fmt: skip
def test_both_parsers_tell_the_same_of_broken_yaml(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProjectError) as by_default:
        parse_yaml(text, "a.yml")
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    with pytest.raises(ProjectError) as by_python:
        parse_yaml(text, "a.yml")
    assert str(by_default.value) == str(by_python.value)
    assert by_python.value.diagnostics[0].code == "PT001"


names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=8)
plain = st.recursive(
    st.booleans() | st.integers(-(10**9), 10**9) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(names, plain, min_size=1, max_size=4))
def test_what_is_written_is_what_is_read(data: dict[str, object]) -> None:
    text = yaml.safe_dump(data, default_style='"', allow_unicode=True)
    text = text.replace("!!int ", "").replace("!!bool ", "")
    assert parse_yaml(text, "a.yml").data == as_text(data)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_with_places_or_refused(text: str) -> None:
    try:
        document = parse_yaml(text, "a.yml")
    except ProjectError:
        return
    assert all(str(document.key_place(trail)) for trail in document.keys)


def as_text(value: object) -> object:
    """Lists as tuples, and scalars as the quoted text that they were written as."""
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(as_text(inner) for inner in value)
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
