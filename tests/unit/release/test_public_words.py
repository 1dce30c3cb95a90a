"""Manifest and reports: what they say, that they are escaped, and what they never say."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from court_release import EVENTS, OWNER, PATTERNS, PEOPLE, PERSONAS, PLANTED, guarantee, release_of
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.release.band import suppression_band
from personatwin_sql.release.manifest import Node, NodeResult, Run, write_manifest, write_run_results
from personatwin_sql.release.promise import figure, percent, statements
from personatwin_sql.release.report import write_reports
from personatwin_sql.release.report.plot import Bar, Dot, Gauge, Pair, drawn, position
from personatwin_sql.release.result import ReleasedColumn, ReleasedRisk
from personatwin_sql.spec.role import Role

RUN = Run(
    "county_court", "0.1.0", "prod", "high", "criminal_justice", datetime(2026, 3, 1, tzinfo=UTC), "whole"
)
ATTACK = "</title></style><script>alert(1)</script>\" onload='x' `<img src=x>`"


class Elements(HTMLParser):
    """Tags and attributes of a page, and tags that are never closed."""

    VOID = frozenset({"meta", "br", "rect", "circle", "path"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "release", tmp_path / ".personatwin"


def test_the_public_report_holds_nothing_of_the_owner(folders: tuple[Path, Path]) -> None:
    write_reports(release_of(), OWNER, *folders)
    for name in ("report.html", "report.md", "report.json"):
        text = (folders[0] / name).read_text().replace("\u00a0", " ")
        assert PLANTED not in text
        assert "0.0123456" not in text
        assert "1.2 %" not in text
        assert "trial after charge" not in text


def test_the_owners_report_holds_the_exact_figures_for_the_owner_alone(folders: tuple[Path, Path]) -> None:
    write_reports(release_of(), OWNER, *folders)
    page = (folders[1] / "report.html").read_text().replace("\u00a0", " ")
    for words in (PLANTED, "1.2 %", "trial after charge", "rows without a person_id", "For the owner only"):
        assert words in page
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders[1].iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders[0].iterdir()} == {0o644}
    assert json.loads((folders[1] / "report.json").read_text())["owner"]["models"][0]["suppressed"] == 1


def test_of_a_withheld_release_only_the_owner_reads(folders: tuple[Path, Path]) -> None:
    held = release_of(replace(PEOPLE, guarantees=(guarantee(measured=3),)))
    write_reports(held, OWNER, *folders)
    assert not folders[0].exists()
    page = (folders[1] / "report.html").read_text()
    assert "Withheld" in page
    assert "PT203" in page
    assert json.loads((folders[1] / "report.json").read_text())["exact"]["people_public"]["k"] == 3


def test_what_stands_in_a_report_is_escaped(folders: tuple[Path, Path]) -> None:
    column = replace(PEOPLE.columns[0], name=ATTACK, level_name=ATTACK, description=ATTACK)
    model = replace(
        PEOPLE,
        name=ATTACK,
        description=ATTACK,
        columns=(column,),
        steps=(ATTACK,),
        depends_on=(),
        guarantees=(),
    )
    group = replace(OWNER.models[0].groups[0], value=ATTACK, column=ATTACK)
    owner = replace(
        OWNER,
        models=(replace(OWNER.models[0], groups=(group,)),),
        unlisted_outcomes=((ATTACK, 3),),
        notes=(ATTACK,),
    )
    write_reports(replace(release_of(replace(model, protection="derived")), project=ATTACK), owner, *folders)
    allowed = Elements(_clean(folders)).tags
    for folder in folders:
        page = Elements((folder / "report.html").read_text())
        assert not {"script", "img"} & set(page.tags)
        assert set(page.tags) <= {*allowed, "ol", "ul", "li", "code"}
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert page.open == []


def _clean(folders: tuple[Path, Path]) -> str:
    other = folders[0].parent / "clean"
    write_reports(release_of(), OWNER, other / "release", other / "private")
    return (other / "release/report.html").read_text() + (other / "private/report.html").read_text()


def test_a_page_needs_nothing_from_elsewhere(folders: tuple[Path, Path]) -> None:
    write_reports(release_of(), OWNER, *folders)
    for folder in folders:
        page = Elements((folder / "report.html").read_text())
        links = [value or "" for name, value in page.attributes if name in ("src", "href", "xlink:href")]
        assert all(link.startswith("#") and ("id", link[1:]) in page.attributes for link in links)
        assert "url(" not in (folder / "report.html").read_text()
        assert page.open == []


def test_plots_are_described_for_those_who_do_not_see_them(folders: tuple[Path, Path]) -> None:
    write_reports(release_of(), OWNER, *folders)
    page = (folders[0] / "report.html").read_text()
    plots = re.findall(r'<svg role="img".*?</svg>', page, re.DOTALL)
    assert len(plots) >= 7
    assert all(re.search(r"<title>[^<]+</title><desc>[^<]+</desc>", plot) for plot in plots)
    assert all('scope="' in header for header in re.findall(r"<th[ >][^>]*", page))


def test_the_verdict_is_that_of_the_worst_table(folders: tuple[Path, Path]) -> None:
    write_reports(release_of(), OWNER, *folders)
    assert json.loads((folders[0] / "report.json").read_text())["verdict"]["band"] == "internal"
    page = (folders[0] / "report.html").read_text()
    assert "For use inside only" in page
    assert "1 in 15" in " ".join(page.split())


def test_a_report_says_what_is_not_promised(folders: tuple[Path, Path]) -> None:
    write_reports(release_of(PATTERNS, PERSONAS, EVENTS), OWNER, *folders)
    page = (folders[0] / "report.html").read_text()
    for words in (
        "Differential privacy of every table",
        "No absolute guarantee",
        "What a group has in common",
    ):
        assert words in page


def test_a_release_without_people_has_a_report_too(folders: tuple[Path, Path]) -> None:
    empty = replace(
        PEOPLE, rows=0, people=0, risk=None, class_sizes=(), guarantees=(guarantee(measured=None),)
    )
    write_reports(replace(release_of(empty), sources=()), replace(OWNER, models=(), sources=()), *folders)
    assert "Nobody is described" in (folders[0] / "report.html").read_text()
    assert json.loads((folders[0] / "report.json").read_text())["verdict"] is None


def test_the_manifest_walks_k_to_its_end_and_bands_who_was_left_out(tmp_path: Path) -> None:
    private = Node(
        "stg_people",
        "model",
        "models/staging/stg_people.sql",
        columns=(ReleasedColumn("age", Role.QUASI_IDENTIFIER),),
    )
    path = write_manifest(tmp_path / "target", RUN, release_of().models, (private,))
    nodes = json.loads(path.read_text())["nodes"]
    assert nodes["model.people_public"]["guarantees"]["k"] == {
        "direction": "at_least",
        "required": 11,
        "proven": 11,
        "measured": 13,
        "measured_words": "13",
        "holds": True,
        "proof": "HAVING count(DISTINCT person_id) >= 11",
        "declared_at": "models/release/people_public.sql:1:39",
    }
    assert nodes["model.people_public"]["guarantees"]["suppression_limit"]["measured"] is None
    assert nodes["model.people_public"]["columns"]["age"]["lineage"] == ["court.people.age"]
    assert nodes["model.stg_people"]["access"] == "private"
    assert list(nodes) == sorted(nodes)
    assert "0123456" not in path.read_text()


def test_a_compiled_manifest_has_nothing_measured(tmp_path: Path) -> None:
    compiled = replace(PEOPLE, rows=1, guarantees=(guarantee(measured=None),))
    path = write_manifest(tmp_path, RUN, (compiled,), ())
    stated = json.loads(path.read_text())["nodes"]["model.people_public"]["guarantees"]["k"]
    assert (stated["measured"], stated["measured_words"], stated["holds"]) == (None, "not measured", False)


def test_the_same_build_writes_the_same_manifest(tmp_path: Path) -> None:
    first = write_manifest(tmp_path / "a", RUN, (PEOPLE, PERSONAS), ()).read_bytes()
    assert write_manifest(tmp_path / "b", RUN, (PERSONAS, PEOPLE), ()).read_bytes() == first


def test_run_results_hold_codes_and_no_words(tmp_path: Path) -> None:
    results = (NodeResult("people_public", "held", 0.31234, ("PT203",)),)
    path = write_run_results(tmp_path, RUN, results, published=False, seconds=1.5)
    content = json.loads(path.read_text())
    assert content["results"] == [
        {"node": "people_public", "status": "held", "seconds": 0.312, "codes": ["PT203"]}
    ]
    assert content["published"] is False


@pytest.mark.parametrize(
    ("suppressed", "people", "band"),
    [
        (0, 100, "none"), (0, 0, "none"), (1, 101, "under 1 %"), (1, 100, "1 to 5 %"), (5, 100, "5 to 10 %"),
        (10, 100, "10 to 25 %"), (25, 100, "25 to 50 %"), (50, 100, "over 50 %"), (3, 3, "over 50 %"),
    ],
)  # fmt: skip
def test_who_was_left_out_is_a_band(suppressed: int, people: int, band: str) -> None:
    assert suppression_band(suppressed, people) == band


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (0.009, "0.9 %"),
        (0.0909, "9.1 %"),
        (0.8, "80 %"),
        (1, "100 %"),
        (0.00012, "0.012 %"),
        (4.1e-17, "0 %"),
        (0.9999999999999998, "100 %"),
        (0.999, "99.9 %"),
    ],
)
def test_shares_are_read_in_percent(share: float, words: str) -> None:
    assert percent(share) == words


def test_counts_are_read_whole() -> None:
    assert [figure("k", value) for value in (11.0, 1234.0, 2.5)] == ["11", "1,234", "2.5"]


@pytest.mark.parametrize(
    "name", ["suppression_limit", "outcome_cap", "k_beside_people_public", "delta_presence", "anything"]
)
def test_a_measure_that_is_not_known_to_be_public_is_not_told(name: str) -> None:
    model = replace(PEOPLE, guarantees=(guarantee(name, 0.5, 0.5, 0.4321, "at_most"),), suppression_band=None)
    (statement,) = statements(model)
    assert statement.measured is None
    assert statement.measured_words == "kept for the owner"


@given(st.lists(st.tuples(st.text(), st.floats(0, 1), st.floats(0, 1)), max_size=5))
def test_marks_stay_inside_the_plot_and_labels_are_escaped(rows: list[tuple[str, float, float]]) -> None:
    for plot in (
        drawn("t", "d", tuple(Bar(label, one, "v") for label, one, _ in rows)),
        drawn("t", "d", tuple(Pair(label, one, other, "v", "w") for label, one, other in rows)),
        drawn("t", "d", tuple(Dot(label, min(a, b), 0, max(a, b), "v", b) for label, a, b in rows), 0.5),
    ):
        placed = re.findall(r' (?:x|cx|width)="([\d.]+)%"', plot)
        assert all(0 <= float(width) <= 100 for width in placed)
        assert Elements(plot).open == []


@given(st.floats(0, 1))
def test_a_gauge_points_into_the_band_of_its_value(value: float) -> None:
    bands = (("public", 0.01), ("research", 0.05), ("internal", 0.15), ("unsafe", 1.0))
    place = next(number for number, (_, end) in enumerate(bands) if value <= end)
    assert 25 * place - 1e-6 <= position(value, bands) <= 25 * (place + 1) + 1e-6
    assert "▼" in drawn("t", "d", (Gauge("l", value, "v", bands, ("1 %", "5 %", "15 %")),))


def test_a_risk_without_details_is_shown_as_it_is(folders: tuple[Path, Path]) -> None:
    bare = replace(PEOPLE, risk=ReleasedRisk(0.001, 0.01, "public", 100), class_sizes=())
    write_reports(release_of(bare), OWNER, *folders)
    assert "Fit for the public" in (folders[0] / "report.html").read_text()
