"""Headers of questions, and the SQL that a question becomes for a group."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.question import Question, read_questions
from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.loader import load

HEADER = "title='T', question='Q?', groups=['gender'], of='events', counted='ended well'"
SELECT = "SELECT {{ group }}, 1 AS counted, 2 AS total FROM {{ ref('persona_events') }}"


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(Path(__file__).resolve().parents[3])


def asked(loaded: Loaded, text: str) -> Question:
    (question,) = read_questions(loaded, (SqlFile("q", "analyses/q.sql", text),))
    return question


def test_a_header_says_what_is_asked(loaded: Loaded) -> None:
    question = asked(loaded, "{{ config(" + HEADER + ", among='event_type', unit='people') }}\n" + SELECT)
    assert question.header is not None
    assert question.header.groups == ("gender",)
    assert question.header.among == ("event_type",)
    assert (question.header.unit, question.header.measure, question.header.worth_knowing) == (
        "people", "share", 0.05,
    )  # fmt: skip


def test_the_sql_names_the_group_quoted_and_the_tables_that_are_given(loaded: Loaded) -> None:
    question = asked(loaded, "{{ config(" + HEADER + ") }}\n" + SELECT + ";")
    sql = question.sql('a "b', None, lambda name: f"main.{name}")
    assert sql.strip() == 'SELECT "a ""b", 1 AS counted, 2 AS total FROM main.persona_events'


def test_a_select_without_a_header_asks_nothing(loaded: Loaded) -> None:
    assert asked(loaded, "SELECT 1").header is None


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (HEADER.replace("title", "titel"), "a question has no `titel`"),
        (HEADER.replace("title='T', ", ""), "a question needs `title`"),
        (HEADER.replace("'T'", "3"), "`title` is a text"),
        (HEADER.replace("'T'", "' '"), "`title` is a text"),
        (HEADER.replace("['gender']", "[]"), "`groups` is a column, or a list of columns"),
        (HEADER.replace("['gender']", "[1]"), "`groups` is a column, or a list of columns"),
        (HEADER + ", among=2", "`among` is a column, or a list of columns"),
        (HEADER + ", unit='rows'", "`unit` is people or events"),
        (HEADER + ", measure='mean'", "`measure` is share or band"),
        (HEADER + ", worth_knowing=5", "`worth_knowing` is a difference between 0 and 1"),
        (HEADER + ", worth_knowing=true", "`worth_knowing` is a difference between 0 and 1"),
    ],
)
def test_a_header_that_is_wrong_is_refused_at_its_place(loaded: Loaded, header: str, told: str) -> None:
    with pytest.raises(ProjectError) as caught:
        asked(loaded, "{{ config(" + header + ") }}\n" + SELECT)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "PT417"
    assert told in diagnostic.message
    assert str(diagnostic.place).startswith("analyses/q.sql:1")


def test_jinja_that_cannot_be_read_is_told_as_in_models(loaded: Loaded) -> None:
    with pytest.raises(ProjectError) as caught:
        asked(loaded, "{{ config(" + HEADER + ") }\n")
    assert caught.value.diagnostics[0].code == "PT110"
    with pytest.raises(ProjectError) as caught:
        asked(loaded, "{{ config(" + HEADER + ") }}\nSELECT {{ nobody }}")
    assert caught.value.diagnostics[0].code == "PT111"


@pytest.mark.parametrize(
    "path", sorted((library().folder / "domains" / "questions").rglob("*.sql")), ids=lambda path: path.stem
)
def test_each_built_in_question_has_a_header_and_selects_what_it_promises(loaded: Loaded, path: Path) -> None:
    question = asked(loaded, path.read_text())
    assert question.header is not None
    assert question.header.question.endswith("?")
    for group in question.header.groups:
        sql = question.sql(group, "event_type", lambda name: name)
        wanted = {"value", "total"} if question.header.measure == "band" else {"counted", "total"}
        wanted |= {"among"} if question.header.among else set()
        wanted |= {"unknown"} if question.header.unknown else set()
        assert all(f"AS {name}" in sql for name in wanted)
        assert group in sql


def test_every_domain_with_events_of_its_own_has_two_to_eight_questions() -> None:
    folders = [folder for folder in (library().folder / "domains" / "questions").iterdir() if folder.is_dir()]
    assert {folder.name for folder in folders} == {
        "criminal_justice", "education", "employment", "healthcare", "social_services",
    }  # fmt: skip
    assert all(2 <= len(list(folder.glob("*.sql"))) <= 8 for folder in folders)
