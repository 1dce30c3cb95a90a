"""How a mistake looks to people and to machines."""

from __future__ import annotations

import json

from personatwin_sql.errors import Diagnostic, Place, ProjectError


def test_the_carets_stand_under_the_mistake() -> None:
    place = Place("domains/court.yml", 14, 7, 8, "  age: hierachy")
    told = str(Diagnostic("PT012", "unknown key `hierachy`", place, "did you mean `hierarchy`?"))
    assert told.splitlines() == [
        "error[PT012]: unknown key `hierachy`",
        "  --> domains/court.yml:14:7",
        "   |",
        "14 |   age: hierachy",
        "   |       ^^^^^^^^ did you mean `hierarchy`?",
    ]


def test_a_tab_before_the_mistake_is_kept_so_that_the_carets_align() -> None:
    lines = str(Diagnostic("PT001", "a tab", Place("a.yml", 1, 2, 1, "\tk: 1"))).splitlines()
    assert lines[-1] == "  | \t^"


def test_carets_end_with_the_line() -> None:
    lines = str(Diagnostic("PT001", "open", Place("a.yml", 1, 4, 99, "a: [1"))).splitlines()
    assert lines[-1] == "  |    ^^"


def test_a_line_cannot_steer_the_terminal() -> None:
    told = str(Diagnostic("PT001", "odd", Place("a.yml", 1, 1, 1, "a: \x1b[31m\u202e")))
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_of_a_long_line_only_the_part_around_the_mistake_is_shown() -> None:
    text = "x" * 500 + "HERE" + "y" * 500
    *_, excerpt, carets = str(Diagnostic("PT012", "far", Place("a.yml", 1, 501, 4, text))).splitlines()
    assert len(excerpt) < 200
    assert excerpt[carets.index("^") :].startswith("HERE")


def test_a_label_without_an_excerpt_is_still_told() -> None:
    told = str(Diagnostic("PT042", "there is no target `pord`", label="did you mean `prod`?"))
    assert told.splitlines() == ["error[PT042]: there is no target `pord`", "  = did you mean `prod`?"]


def test_fixes_and_notes_come_last() -> None:
    told = str(Diagnostic("PT045", "two models", Place("a.sql"), fixes=("rename one",), notes=("b.sql",)))
    assert told.splitlines()[-2:] == ["  = fix: rename one", "  = note: b.sql"]


def test_a_diagnostic_is_plain_json() -> None:
    place = Place("project.yml", 3, 5, 2, "  k: 1")
    as_dict = Diagnostic("PT013", "`k` must be at least 2", place, fixes=("write 2",)).as_dict()
    assert json.loads(json.dumps(as_dict)) == {
        "code": "PT013",
        "severity": "error",
        "message": "`k` must be at least 2",
        "place": {"path": "project.yml", "line": 3, "column": 5, "length": 2},
        "label": None,
        "fixes": ["write 2"],
        "notes": [],
    }
    assert Diagnostic("PT042", "no target").as_dict()["place"] is None


def test_an_error_tells_its_diagnostics_in_the_order_of_files_and_lines() -> None:
    late, early, other = (
        Diagnostic("PT012", "late", Place("b.yml", 10, 1)),
        Diagnostic("PT012", "early", Place("b.yml", 9, 1)),
        Diagnostic("PT012", "other", Place("a.yml", 99, 1)),
    )
    assert ProjectError((late, early, other)).diagnostics == (other, early, late)


def test_a_hint_is_shown_although_the_column_is_unknown() -> None:
    told = str(Diagnostic("PT111", "no", Place("a.sql", 1, text="{{ confg() }}"), "did you mean `config`?"))
    assert told.splitlines()[-1] == "  = did you mean `config`?"
