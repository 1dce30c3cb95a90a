"""Models on invented rows become SQL, or are refused with the place in the YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from tests.unit.compile.tested_project import FILES, compiled, refusal

UNIT = """\
unit_tests:
  - name: kept
    model: {model}
    given: {given}
    expect: {expect}
"""


def unit(model: str, given: str, expect: str = "{rows: []}") -> dict[str, str]:
    return {"models/units.yml": UNIT.format(model=model, given=given, expect=expect)}


PEOPLE = "[{input: \"source('court', 'people')\", rows: [%s]}]"


def test_given_rows_are_cast_and_what_they_leave_out_is_null(tmp_path: Path) -> None:
    project = compiled(tmp_path, unit("people", PEOPLE % "{person_id: 7, AGE: 20}, {name: it's}"))
    test = project.tests.unit["kept"]
    assert test.given.startswith(
        "CREATE TABLE source.court__people (person_id VARCHAR, name VARCHAR, age BIGINT"
    )
    assert "(CAST('7' AS VARCHAR), CAST(NULL AS VARCHAR), CAST('20' AS BIGINT), " in test.given
    assert "CAST('it''s' AS VARCHAR)" in test.given
    assert test.script.startswith("CREATE VIEW private.people AS")


@pytest.mark.parametrize(
    ("model", "given", "code", "words"),
    [
        ("people", "[]", "PT097", "reads `court.people`, of which nothing is given"),
        ("public", PEOPLE % "", "PT097", "does not read `court.people`"),
        ("people", PEOPLE % "{agee: 1}", "PT095", "did you mean `age`?"),
        ("people", PEOPLE % "{age: 3.7}", "PT098", "`age` is a whole number"),
        ("people", PEOPLE % "{age: old}", "PT098", "`age` is a whole number"),
        ("people", PEOPLE % "{name: 1.5}", "PT098", "`name` is text"),
    ],
)
def test_what_is_given_must_be_what_the_model_reads(
    tmp_path: Path, model: str, given: str, code: str, words: str
) -> None:
    with pytest.raises(ProjectError) as raised:
        compiled(tmp_path, unit(model, given))
    assert code in {diagnostic.code for diagnostic in raised.value.diagnostics}
    assert words in str(raised.value)


def test_a_table_may_be_given_empty(tmp_path: Path) -> None:
    test = compiled(tmp_path, unit("people", PEOPLE % "")).tests.unit["kept"]
    assert test.given.endswith("charge VARCHAR)")


def test_a_protection_is_given_its_k_and_levels(tmp_path: Path) -> None:
    files = unit(
        "public", "[{input: ref('people'), rows: []}]", "{rows: []}\n    protection: {k: 2, levels: {age: 2}}"
    )
    script = compiled(tmp_path, files).tests.unit["kept"].script
    assert ">= 2\n" in script
    assert "level 2 of" in script


@pytest.mark.parametrize(
    ("model", "protection", "words"),
    [
        ("people", "{k: 2}", "`people` has no protection of its own"),
        ("public", "{levels: {aeg: 1}}", "did you mean `age`?"),
        ("public", "{levels: {age: 9}}", "levels from 0 to 3"),
    ],
)
def test_a_protection_is_given_what_it_has(tmp_path: Path, model: str, protection: str, words: str) -> None:
    given = "[{input: ref('people'), rows: []}]" if model == "public" else PEOPLE % ""
    files = unit(model, given, f"{{rows: []}}\n    protection: {protection}")
    found, text = refusal(tmp_path, files)
    assert found == "PT097"
    assert words in text


@pytest.mark.parametrize("kind", ["recoding='local'", "suppression='cell'"])
def test_levels_that_are_found_in_all_people_are_not_tested_on_invented_ones(
    tmp_path: Path, kind: str
) -> None:
    own = FILES["models/public.sql"].replace("protection='k_anonymity'", f"protection='k_anonymity', {kind}")
    given = "[{input: ref('people'), rows: []}]"
    found, text = refusal(tmp_path, {**unit("public", given), "models/public.sql": own})
    assert found == "PT099"
    assert "levels of their own" in text
