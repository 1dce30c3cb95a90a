"""What hides in values is seen in reports, and JSON gives back what it was given."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest

from personatwin_sql.release.asked import Asked, Cell, Findings, Marginal
from personatwin_sql.release.report import public_report, render
from personatwin_sql.release.report.document import Report
from tests.unit.release.court_release import PEOPLE, release_of

HIDDEN = "\u202e\u2066\u2069\u200b\u200e\u200f\ufeff\u0007\u009b\u001b[31m\u2028\U000e0041"
VALUE = f"Bro{HIDDEN}ward"


def report() -> Report:
    asked = Asked(
        "screened", "analyses/screened.sql", "Screening", "Who is screened high?", "county", "people",
        "were screened as high risk", "share", "people", 0.05, None, ("people_public",),
        (Cell(None, VALUE, None, 30, 300), Cell(None, "Dade", None, 90, 200)),
    )  # fmt: skip
    found = Findings((asked,), (), (Marginal("people_public", "county", "people", ((VALUE, 3),), 3),))
    column = replace(PEOPLE.columns[0], name=VALUE, level_name=VALUE, description=VALUE)
    return public_report(release_of(replace(PEOPLE, columns=(column,), description=VALUE)), found)


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_what_hides_in_values_is_seen(form: str) -> None:
    text = render(report(), form)
    hidden = {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp")}
    assert hidden <= {"\n"}
    assert "Bro\\u202e\\u2066\\u2069\\u200b" in text


def test_json_gives_back_what_it_was_given() -> None:
    assert json.dumps(VALUE) in json.dumps(json.loads(render(report(), "json")))
