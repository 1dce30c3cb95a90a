"""Any text is written so that it reads back as the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.scaffold.yaml_text import yaml_entry, yaml_text
from personatwin_sql.spec.yaml_reader import parse_yaml

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
TRAPS = ("<<", "null", "true", "~", "1e3", "- a", "? b", ": ", "#", "&a", "*a", "!t", "\u2028", "\ufeff")


@given(st.lists(TEXTS | st.sampled_from(TRAPS), min_size=1, unique=True))
def test_keys_and_values_read_back(texts: list[str]) -> None:
    lines = "\n".join(yaml_entry(text, yaml_text(text), 2) for text in texts)
    assert parse_yaml(f"columns:\n{lines}\n", "x.yml").data["columns"] == {text: text for text in texts}


def test_a_key_longer_than_yaml_reads_at_a_glance_is_marked_as_one() -> None:
    key = "k" * 5000
    assert parse_yaml("a:\n" + yaml_entry(key, "{role: x}", 2) + "\n", "x.yml").data == {
        "a": {key: {"role": "x"}}
    }


@pytest.mark.parametrize("text", ["age", "prior_offenses", "Age", "nobody"])
def test_plain_names_stay_bare(text: str) -> None:
    assert yaml_text(text) == text


@pytest.mark.parametrize("text", ["null", "True", "no", "12", "", "a b", "a-b", "é"])
def test_what_yaml_would_read_otherwise_is_quoted(text: str) -> None:
    assert yaml_text(text) == f'"{text}"'
