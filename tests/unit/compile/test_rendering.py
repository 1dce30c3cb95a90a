"""The author's SELECT on its way into a protection, and what cannot be rendered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from promised import column, compiled, k_anonymity, persona_events, personas, project

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, macro_model
from personatwin_sql.compile.render import beneath, render
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.protection import Derived
from personatwin_sql.spec.role import Role


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


def with_macros() -> Loaded:
    home = library()
    macros = {
        path.stem: SqlFile(path.stem, home.shown(path), path.read_text(encoding="utf-8"), is_builtin=True)
        for path in sorted((home.folder / "macros").rglob("*.sql"))
    }
    return replace(project(), macros=macros)


def classes_and_personas(*kept: str, picks_only: bool = True) -> tuple[CompiledModel, CompiledModel]:
    """A table of classes, with kept columns or none, and personas of the same SELECT within it."""
    columns = [column("age"), *(column(name, Role.SENSITIVE) for name in kept)]
    classes = compiled("people_public", k_anonymity(), columns)
    merged = compiled("personas", personas(within="people_public", block=()), columns)
    picking = replace(merged.authored, picks_columns_only=picks_only)
    return classes, replace(merged, authored=picking)


def rendered(classes: CompiledModel, merged: CompiledModel) -> tuple[str, str]:
    loaded, chosen = with_macros(), Chosen(5, {"age": 0})
    below = beneath(merged, {classes.name: classes, merged.name: merged})
    return render(loaded, classes, chosen, None), render(loaded, merged, chosen, below)


def test_classes_are_counted_on_combinations_where_nothing_else_is_published() -> None:
    people, merged = rendered(*classes_and_personas())
    assert "CROSS JOIN range(classes.people)" in people
    assert "private.people_public__placed" in merged
    assert "private.people_public__units" not in merged


@pytest.mark.parametrize("other", ["SELECT 1 LIMIT 2", "SELECT 2"])
def test_personas_of_another_select_learn_their_class_person_by_person(other: str) -> None:
    classes, merged = classes_and_personas()
    merged = replace(merged, parsed=replace(merged.parsed, sql=other))
    assert "private.people_public__units" in rendered(classes, merged)[1]


def test_personas_of_a_select_that_computes_learn_their_class_person_by_person() -> None:
    assert "private.people_public__units" in rendered(*classes_and_personas(picks_only=False))[1]


def test_people_are_written_one_by_one_where_more_is_published() -> None:
    people, merged = rendered(*classes_and_personas("screening"))
    assert "private.people_public__generalized" in people
    assert "private.people_public__units" in merged
