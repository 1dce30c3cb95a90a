"""One content, three forms: nothing is said in one that another leaves out, and nothing in it is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.release.asked import Asked, Cell, Findings, Marginal, Unasked
from personatwin_sql.release.report import owner_report, public_report, render
from personatwin_sql.release.report.document import Report
from personatwin_sql.release.report.markdown import marked, plain
from tests.unit.release.court_release import EVENTS, OWNER, PATTERNS, PEOPLE, PERSONAS, PLANTED, release_of
from tests.unit.release.test_public_words import Elements

ATTACK = "</td><script>alert(1)</script> | `x` ](javascript:1) ![a](b) **b** \n# head"


def asked(group: str = "gender", name: str = "Female", high: int = 90) -> Asked:
    return Asked(
        "screened", "analyses/screened.sql", "Screening", "Who is screened high?", group, "people",
        "were screened as high risk", "share", "people", 0.05, None, ("people_public",),
        (Cell(None, "Male", None, 30, 300), Cell(None, name, None, high, 200), Cell(None, "*", None, 0, 9)),
    )  # fmt: skip


FOUND = Findings(
    asked=(
        asked(),
        asked("ethnicity", "Other"),
        replace(
            asked(),
            name="sentences",
            title="Sentences",
            measure="band",
            counted="in months, as bands",
            cells=tuple(
                Cell(None, group, band, count, count)
                for group, counts in (("Male", (50, 30, 20)), ("Female", (90, 9, 1)))
                for band, count in zip(("<12", "12-35", "36+"), counts, strict=True)
            ),
        ),
    ),
    unasked=(Unasked("place", "analyses/place.sql", "Place", "county", "`county` is not told apart"),),
    marginals=(
        Marginal("people_public", "gender", "people", (("Male", 40), ("Female", 20)), 60),
        Marginal("personas", "age", "people", (("20-29", 50), ("*", 5)), 60),
        Marginal("persona_events", "event_type", "events", (("arrest", 90),), 100),
    ),
)
OWNERS = replace(OWNER, asked=(asked(high=95),), marginals=FOUND.marginals)
REPORTS = {
    "public": public_report(release_of(), FOUND),
    "owner": owner_report(release_of(), OWNERS, (), FOUND),
    "empty": public_report(release_of()),
    "one table": public_report(release_of(PERSONAS)),
    "nobody": public_report(
        release_of(replace(PEOPLE, rows=0, people=0, risk=None, class_sizes=(), guarantees=()))
    ),
}


def texts(value: Any) -> Iterator[str]:
    """All words of a JSON document that people read."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in (
                "title",
                "text",
                "note",
                "heading",
                "about",
                "footer",
                "label",
                "before_text",
                "after_text",
            ):
                yield str(item)
            elif key not in ("kind", "tone", "name", "description", "ends", "bands"):
                yield from texts(item)
    elif isinstance(value, str):
        yield value


def words(text: str) -> str:
    return re.sub(r"\W+", " ", text.replace("`", " ")).strip()


@pytest.mark.parametrize("name", REPORTS)
def test_each_word_of_the_data_stands_on_the_page_and_in_the_text(name: str) -> None:
    report = REPORTS[name]
    document = json.loads(render(report, "json"))["document"]
    page = words(unescape(re.sub(r"<[^>]+>", " ", render(report, "html"))))
    text = words(re.sub(r"\\(.)", r"\1", render(report, "md")))
    for said in texts(document["sections"]):
        assert words(said) in page, said
        assert words(said) in text, said


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_is_whole_and_needs_no_script(name: str) -> None:
    page = Elements(render(REPORTS[name], "html"))
    assert page.open == []
    assert not {"script", "img", "iframe", "link"} & set(page.tags)


def hostile() -> Report:
    column = replace(PEOPLE.columns[0], name=ATTACK, level_name=ATTACK, description=ATTACK)
    model = replace(PEOPLE, name=ATTACK, columns=(column,), description=ATTACK, steps=(ATTACK,))
    question = replace(asked(ATTACK, ATTACK), title=ATTACK, question=ATTACK, path=ATTACK)
    found = Findings(
        (question,),
        (Unasked(ATTACK, ATTACK, ATTACK, ATTACK, ATTACK),),
        (Marginal(ATTACK, ATTACK, "people", ((ATTACK, 3),), 3),),
    )
    release = replace(release_of(model), project=ATTACK, domain=ATTACK, tests=(ATTACK,))
    owner = replace(
        OWNER, asked=(question,), marginals=found.marginals, notes=(ATTACK,), tests=((ATTACK, 3),)
    )
    return owner_report(release, owner, (), found)


def test_values_of_the_data_are_never_markup() -> None:
    page = Elements(render(hostile(), "html"))
    allowed = set(Elements(render(REPORTS["owner"], "html")).tags)
    assert set(page.tags) <= {*allowed, "ol", "li", "ul"}
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.open == []


def test_values_of_the_data_are_never_markdown() -> None:
    text = render(hostile(), "md")
    outside = re.sub(r"```.*?```|`[^`\n]*`", "", re.sub(r"\\.", "", text), flags=re.DOTALL)
    assert "<script" not in outside
    assert "](" not in outside
    assert "\n# head" not in text
    for grid in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in grid.splitlines()}) == 1


@given(st.text(max_size=60))
def test_escaped_text_is_one_line_without_markup(value: str) -> None:
    for written in (plain(value), marked(value)):
        assert "\n" not in written
        outside = re.sub(r"`[^`]*`", "", re.sub(r"\\.", "", written))
        assert not set("*_[]<>#|~!{}") & set(outside)


def test_the_public_report_names_nothing_of_the_owners_answers() -> None:
    planted = replace(OWNERS, asked=(asked(name=PLANTED),), marginals=(
        Marginal("people_public", "gender", "people", ((PLANTED, 61),), 61),
    ))  # fmt: skip
    owner = owner_report(release_of(), planted, (), FOUND)
    public = public_report(release_of(), FOUND)
    for form in ("html", "md", "json"):
        assert PLANTED not in render(public, form)  # type: ignore[arg-type]
    assert PLANTED in render(owner, "html")


def test_the_owner_reads_whether_differences_survive() -> None:
    page = words(unescape(re.sub(r"<[^>]+>", " ", render(REPORTS["owner"], "html"))))
    assert "Do differences between groups survive" in page
    assert (
        "1 of 1 significant differences are still significant" in page or "still significant 1 of 1" in page
    )
    assert "37 5 points" in page
    assert "35 0 points" in page


def test_bands_are_shown_as_who_has_the_higher_value() -> None:
    page = words(unescape(re.sub(r"<[^>]+>", " ", render(REPORTS["public"], "html"))))
    assert "Male lower than Female" in page or "Male higher than Female" in page
    assert re.search(r"higher in \d+ of pairs median 12", page)


@pytest.mark.parametrize(("length", "is_whole"), [(42, True), (43, False)])
def test_a_long_label_is_cut_in_the_picture_and_whole_in_its_description(length: int, is_whole: bool) -> None:
    name = "n" * length
    page = render(public_report(release_of(), replace(FOUND, asked=(asked(name=name),))), "html")
    assert (f">{name}</text>" in page) is is_whole
    assert re.search(f"<desc>[^<]*{name}", page)


def test_a_report_does_not_grow_with_the_release() -> None:
    large = release_of(
        *(replace(model, rows=10_000_000, people=10_000_000) for model in (PEOPLE, PERSONAS)),
        EVENTS,
        PATTERNS,
    )
    many = tuple(Cell(None, f"group {number}", None, number, 10_000) for number in range(1, 1500))
    found = replace(FOUND, asked=(replace(asked(), cells=many),))
    assert (
        len(render(public_report(large, found), "html"))
        < 1.2 * len(render(REPORTS["public"], "html")) + 20_000
    )
    wide = replace(
        PEOPLE, columns=tuple(replace(PEOPLE.columns[0], name=f"column_{number}") for number in range(30))
    )
    assert len(render(public_report(release_of(wide), FOUND), "html")) < 150_000


def test_a_document_is_data_for_programs() -> None:
    content = json.loads(render(REPORTS["public"], "json"))
    screened, _, sentences = content["questions"]
    assert [group["median"] for group in sentences["answers"][0]["groups"]] == ["<12", "<12"]
    assert screened["answers"][0]["groups"][0] == {
        "group": "Male", "counted": 30, "total": 300, "rate": 0.1, "median": None,
        "interval": {"low": pytest.approx(0.071, abs=1e-3), "high": pytest.approx(0.139, abs=1e-3)},
    }  # fmt: skip
    assert content["unanswered"][0]["reason"] == "`county` is not told apart"
    assert content["marginals"][0]["total"] == 60
    assert {section["kind"] for section in content["document"]["sections"]} == {"section"}


def _words(report: Report) -> str:
    return " ".join(render(report, "md").split())


def test_what_the_people_of_a_whole_table_tell_of_another_is_said() -> None:
    release = release_of()
    ranges = {"people_public": "1 to 5 %", "personas": "none"}
    beside = replace(
        release,
        models=tuple(
            replace(model, suppression_band=ranges.get(model.name, model.suppression_band))
            for model in release.models
        ),
    )
    told = "Nobody was left out of `personas`: of a table of the same people the exact number follows"
    assert told in _words(public_report(beside, FOUND))
    alike = tuple(replace(model, suppression_band="none") for model in release.models)
    assert "exact number follows" not in _words(public_report(replace(release, models=alike), FOUND))
