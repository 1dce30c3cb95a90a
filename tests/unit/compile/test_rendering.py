"""The author's SELECT on its way into a protection, and what cannot be rendered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from promised import column, compiled, k_anonymity, persona_events, personas, project

from personatwin_sql.compile.protection import macro_model, render
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.protection import Derived


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("SELECT 1", "    SELECT 1"),
        ("\n\nSELECT 1\nFROM t;\n", "    SELECT 1\n    FROM t"),
        ("SELECT 1;  -- done\n", "    SELECT 1  -- done"),
        ("SELECT 1 -- no end;\n", "    SELECT 1 -- no end;"),
        ("SELECT ';' AS a /* ; */;", "    SELECT ';' AS a /* ; */"),
    ],
)
def test_the_select_stands_as_written_without_its_semicolon(written: str, expected: str) -> None:
    model = compiled("people_public", Derived(), ())
    assert macro_model(replace(model, parsed=replace(model.parsed, sql=written))).sql == expected


def test_the_line_is_that_of_the_select() -> None:
    model = compiled("people_public", Derived(), ())
    assert macro_model(replace(model, parsed=replace(model.parsed, sql="\n\nSELECT 1"))).line == 3


@pytest.mark.parametrize("protection", [k_anonymity(), personas(), persona_events()])
def test_nothing_is_rendered_without_what_it_depends_on(protection: object) -> None:
    model = compiled("people_public", protection, (column("age"),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        render(project(), model, None, None)


def test_a_derived_model_and_a_private_one_are_tables() -> None:
    derived = compiled("patterns", Derived(), ())
    assert render(project(), derived, None, None) == "CREATE TABLE release.patterns AS\nSELECT 1;"
    private = compiled("stg_people", None, ())
    assert render(project(), private, None, None) == "CREATE TABLE private.stg_people AS\nSELECT 1;"


def test_the_comment_beside_a_column_is_one_line() -> None:
    taxonomy = Taxonomy(rows=(("a", "b"),), levels=("large\ngroup",))
    (published,) = compiled("people_public", k_anonymity(), (column("x", hierarchy=taxonomy),)).columns
    assert replace(published, level=1).comment == "level 1 of 2: large group"
