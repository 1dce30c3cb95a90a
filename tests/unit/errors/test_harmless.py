"""Text that shows all that is in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.harmless import harmless, harmless_json, harmless_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("日本 é", "日本 é"),
        ("a\u202eb", "a\\u202eb"),
        ("\x1b[2J\x9b", "\\x1b[2J\\x9b"),
        ("a\u00a0b", "a b"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_hides_is_written_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_lines_tabs_and_unbroken_spaces_of_a_page_stay() -> None:
    assert harmless_lines("a\u200b\n\tb\u00a0%\r") == "a\\u200b\n\tb\u00a0%\\r"


@given(st.text())
def test_a_text_is_one_line_that_prints(text: str) -> None:
    assert harmless(text).isprintable()


@given(st.text())
def test_json_reads_back_as_it_was(text: str) -> None:
    written = harmless_json(json.dumps({"value": text}, ensure_ascii=False))
    assert written.isprintable()
    assert json.loads(written) == {"value": text}


def test_an_error_shows_what_hides_in_the_names_that_it_tells() -> None:
    name = "age\u202e\x1b[2J\nerror: x"
    told = str(Diagnostic("PT301", name, Place(name, 1, 1, text=name), name, (name,), (name,)))
    assert all(line.isprintable() for line in told.split("\n"))
    assert "error: x" not in [line.strip() for line in told.split("\n")]
