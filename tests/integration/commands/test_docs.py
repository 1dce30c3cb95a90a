"""The project on one page, which needs nothing from elsewhere and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from click.testing import Result

from personatwin_sql.release.graph_drawing import drawing

Call = Callable[..., Result]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def test_the_page_shows_graph_columns_roles_and_where_they_were_taken_off(fresh: Path, call: Call) -> None:
    said = call("docs", "--project-dir", fresh)
    assert said.exit_code == 0, said.stderr
    page = (fresh / "target/docs.html").read_text()
    text = read(page).text
    for words in (
        "court.people",
        "quasi_identifier, taken off by k_anonymity",
        "models/release/people_public.sql:1:11",
        "Band of years",
        "Not built yet",
    ):
        assert words in text
    assert page.count("<rect") == 9
    assert not (fresh / ".personatwin").exists()


def test_it_needs_nothing_from_elsewhere_and_has_no_script(built: Path, call: Call, tmp_path: Path) -> None:
    assert call("docs", "--project-dir", built, "--output", tmp_path / "court.html").exit_code == 0
    page = (tmp_path / "court.html").read_text()
    tags = read(page)
    assert not {"script", "link", "iframe", "img", "object"} & {tag for tag, _ in tags.found}
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in tags.found)
    assert "prefers-color-scheme" in page
    assert not re.search(r"url\((?!data:)", page)
    assert "Everybody in it is one of at least 5 people" in tags.text


def test_it_says_no_more_of_guarantees_than_was_shown(built: Path, call: Call, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert call("docs", "--project-dir", built, "--output", page).exit_code == 0
    assert "measured then, and proven where SQL can show it" in page.read_text(encoding="utf-8")


def test_what_people_wrote_is_text_and_never_markup(fresh: Path, call: Call) -> None:
    properties = fresh / "models/models.yml"
    properties.write_text(properties.read_text().replace("As recorded.", "<script>alert(1)</script>", 1))
    assert call("docs", "--project-dir", fresh).exit_code == 0
    page = (fresh / "target/docs.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_node_stands_right_of_all_that_it_is_made_from() -> None:
    nodes = {"a": "source", "b": "private", "c<": "released"}
    svg = drawing(nodes, {"a": [], "b": ["a"], "c<": ["a", "b"]}, "d")
    places = [float(x) for x in re.findall(r'<rect x="([\d.]+)"', svg)]
    assert places == sorted(places)
    assert len(set(places)) == 3
    assert "c&lt;" in svg


def test_no_edge_passes_behind_a_box() -> None:
    needs = {"a": [], "b": ["a"], "c": ["b"], "d": ["a", "c"]}
    svg = drawing(dict.fromkeys(needs, "private"), needs, "d")
    boxes = [tuple(map(float, box)) for box in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)"', svg)]
    straight = [tuple(map(float, line)) for line in re.findall(r"M(\d+) (\d+)H(\d+)", svg)]
    assert len(straight) == 2
    for start, height, end in straight:
        assert not [
            box for box in boxes if box[0] < end and start < box[0] + box[2] and box[1] < height < box[1] + 44
        ]
