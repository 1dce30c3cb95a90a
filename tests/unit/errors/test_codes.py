"""Every code that the source raises is registered and explained, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import personatwin_sql
from personatwin_sql.errors.codes import CODES, explanation

PACKAGE = Path(personatwin_sql.__file__).parent
EXPLANATIONS = PACKAGE / "errors" / "explanations"


def codes_in_the_source() -> set[str]:
    files = [file for file in PACKAGE.rglob("*.py") if file.name != "codes.py"]
    return {code for file in files for code in re.findall(r'"(PT\d{3})"', file.read_text(encoding="utf-8"))}


def test_every_code_in_the_source_is_registered() -> None:
    assert codes_in_the_source() - set(CODES) == set()


def test_every_registered_code_is_in_the_source() -> None:
    assert set(CODES) - codes_in_the_source() == set()


def test_every_code_is_explained_and_nothing_else_is() -> None:
    assert {file.stem for file in EXPLANATIONS.glob("*.md")} == set(CODES)


def test_codes_are_sorted_and_named_once() -> None:
    assert list(CODES) == sorted(CODES)
    assert len(set(CODES.values())) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_an_explanation_has_a_title_and_a_body(code: str) -> None:
    title, _, body = (explanation(code) or "").partition("\n")
    assert title.startswith("# ")
    assert len(body.split()) >= 20


def test_an_unknown_code_has_no_explanation() -> None:
    assert explanation("PT999") is None
    assert explanation("../codes") is None
