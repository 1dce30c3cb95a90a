"""Taxonomies in the session: a value and its groups, whole and without contradiction."""

from __future__ import annotations

import pytest

from personatwin_sql.engine.hierarchies import materialize, unmapped
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError, Place
from personatwin_sql.spec.hierarchy import Taxonomy

WRITTEN = Taxonomy(
    rows=(("it's", "Group A", "All"), ("b", "Group A", "All"), ("ü", 'Group "B"', "All")),
    levels=("group", "supergroup"),
)


def of_table(session: Session, *rows: tuple[str | None, ...]) -> Taxonomy:
    session.run("CREATE TABLE source.reference__icd (code VARCHAR, chapter VARCHAR, part VARCHAR)", "test")
    for row in rows:
        session.rows("INSERT INTO source.reference__icd VALUES (?, ?, ?)", row)
    columns = ("code", "chapter", "part")
    return Taxonomy(table="reference.icd", level_columns=columns, levels=("chapter", "part"))


def codes(session: Session, taxonomy: Taxonomy) -> list[str]:
    with pytest.raises(NodeError) as raised:
        materialize(session, "icd", taxonomy, Place("domains/health.yml", 3))
    assert "Zyxwvu" not in str(raised.value)
    assert all(str(diagnostic.place) == "domains/health.yml:3" for diagnostic in raised.value.diagnostics)
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


def test_a_written_taxonomy_is_a_table_of_levels(session: Session) -> None:
    materialize(session, "ethnic group", WRITTEN)
    assert session.columns('hierarchy."ethnic group"') == (
        ("level_0", "VARCHAR"),
        ("level_1", "VARCHAR"),
        ("level_2", "VARCHAR"),
    )
    assert session.rows('FROM hierarchy."ethnic group" ORDER BY rowid') == list(WRITTEN.rows)


def test_a_taxonomy_of_one_level_has_values_only(session: Session) -> None:
    materialize(session, "sex", Taxonomy(rows=(("f",), ("m",))))
    assert session.rows("FROM hierarchy.sex") == [("f",), ("m",)]


def test_an_empty_taxonomy_is_an_empty_table(session: Session) -> None:
    materialize(session, "none", Taxonomy(levels=("group",)))
    assert session.value("SELECT count(*) FROM hierarchy.none") == 0


def test_a_large_taxonomy_comes_in_whole(session: Session) -> None:
    rows = tuple((f"code {n}", f"group {n % 100}") for n in range(100_000))
    materialize(session, "codes", Taxonomy(rows=rows, levels=("group",)))
    assert session.value("SELECT count(DISTINCT level_0) FROM hierarchy.codes") == 100_000


def test_values_without_a_place_are_counted_once_each_and_null_is_none(session: Session) -> None:
    materialize(session, "ethnicity", WRITTEN)
    session.run(
        "CREATE TABLE private.p AS SELECT unnest(['b', 'x', 'x', 'y', NULL]) AS \"group\", 7 AS n", "test"
    )
    assert unmapped(session, "private.p", "group", "ethnicity") == 2
    assert unmapped(session, "private.p", "n", "ethnicity") == 1
    session.run("DELETE FROM private.p", "test")
    assert unmapped(session, "private.p", "group", "ethnicity") == 0


def test_a_table_gives_the_same_levels(session: Session) -> None:
    rows = (("B1", "b", "x"), ("A1", "a", "x"), ("A1", "a", "x"), (None, None, "x"))
    materialize(session, "icd", of_table(session, *rows))
    assert session.rows("FROM hierarchy.icd") == [("A1", "a", "x"), ("B1", "b", "x")]


def test_a_hole_in_a_table_is_an_error_at_its_level(session: Session) -> None:
    assert codes(session, of_table(session, ("A1", "a", "x"), ("Zyxwvu", None, "x"))) == ["PT320"]


def test_the_name_of_the_top_is_no_group(session: Session) -> None:
    assert codes(session, of_table(session, ("A1", "a", "*"), ("B1", "b", "*"))) == ["PT320"]


def test_a_value_in_two_groups_is_an_error(session: Session) -> None:
    assert codes(session, of_table(session, ("Zyxwvu", "a", "x"), ("Zyxwvu", "b", "x"))) == ["PT321"]


def test_a_group_in_two_groups_is_an_error(session: Session) -> None:
    assert codes(session, of_table(session, ("A1", "Zyxwvu", "x"), ("A2", "Zyxwvu", "y"))) == ["PT321"]


def test_a_group_called_as_a_value_that_it_does_not_hold_is_refused(session: Session) -> None:
    assert codes(session, of_table(session, ("Zyxwvu", "a", "x"), ("b", "Zyxwvu", "x"))) == ["PT321"]


def test_a_group_may_be_called_as_its_only_value(session: Session) -> None:
    materialize(session, "icd", of_table(session, ("b", "b", "x"), ("c", "d", "x")))
    assert session.rows("FROM hierarchy.icd") == [("b", "b", "x"), ("c", "d", "x")]


def test_holes_and_contradictions_are_told_together(session: Session) -> None:
    taxonomy = of_table(session, ("A1", "a", "x"), ("A1", "b", "x"), ("A2", "a", None))
    assert codes(session, taxonomy) == ["PT320", "PT321"]
