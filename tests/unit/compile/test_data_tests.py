"""Tests of a project become SQL, or are refused with the place in the YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.compile.column import Origin
from personatwin_sql.errors import ProjectError
from tests.unit.compile.tested_project import compiled, refusal, with_tests


def test_a_test_is_called_after_its_kind_model_and_column(tmp_path: Path) -> None:
    project = compiled(tmp_path, with_tests("people", "[not_null, unique]", "age"))
    assert list(project.tests.data) == ["not_null_people_age", "unique_people_age"]
    assert project.graph.needs["unique_people_age"] == {"people"}
    assert project.tests.data["unique_people_age"].sql == (
        "SELECT age\nFROM private.people\nWHERE age IS NOT NULL\nGROUP BY age\nHAVING count(*) > 1"
    )


def test_a_condition_stands_around_the_tested_rows(tmp_path: Path) -> None:
    tests = "[not_null: {config: {where: age > 17, severity: warn, tags: [adults]}}]"
    test = compiled(tmp_path, with_tests("people", tests, "charge")).tests.data["not_null_people_charge"]
    assert "WHERE (\n    age > 17\n)" in test.sql.replace("        ", "    ")
    assert (test.severity, test.tags) == ("warn", ("adults",))


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("ages > 17", "PT129"),
        ("age > random()", "PT127"),
        ("age IN (SELECT age FROM source.court__people)", "PT128"),
        ("age > 17) UNION SELECT 1 FROM read_csv('x.csv'", "PT126"),
        ("1 = 1; DROP TABLE private.people", "PT123"),
    ],
)
def test_a_condition_is_read_as_strictly_as_a_model(tmp_path: Path, where: str, code: str) -> None:
    tests = f'[not_null: {{config: {{where: "{where}"}}}}]'
    with pytest.raises(ProjectError) as raised:
        compiled(tmp_path, with_tests("people", tests, "charge"))
    places = {diagnostic.place for diagnostic in raised.value.diagnostics}
    assert code in {diagnostic.code for diagnostic in raised.value.diagnostics}
    assert {(place.path, place.line) for place in places if place} == {("models/models.yml", 3)}


def test_people_of_a_private_model_are_counted_by_the_unit(tmp_path: Path) -> None:
    test = compiled(tmp_path, with_tests("people", "[k_anonymity: {k: 3}]")).tests.data["k_anonymity_people"]
    assert "GROUP BY age, gender\nHAVING coalesce(count(DISTINCT person_id), 0) < 3" in test.sql


def test_people_of_a_release_are_its_rows_and_of_what_is_derived_what_it_says(tmp_path: Path) -> None:
    files = {
        "models/models.yml": (
            "models:\n"
            "  - {name: public, tests: [k_anonymity: {k: 3}]}\n"
            "  - name: genders\n"
            "    tests: [class_size_at_least: {size: 3, columns: [gender], people: people}]\n"
        )
    }
    tests = compiled(tmp_path, files).tests.data
    assert "FROM release.public" in tests["k_anonymity_public"].sql
    assert "HAVING coalesce(count(*), 0) < 3" in tests["k_anonymity_public"].sql
    assert "HAVING coalesce(max(people), 0) < 3" in tests["class_size_at_least_genders"].sql


@pytest.mark.parametrize(
    ("model", "tests", "column", "code", "words"),
    [
        ("people", "[not_null]", "agee", "PT095", "did you mean `age`?"),
        ("public", "[not_null]", "person_id", "PT095", "`public` has no column `person_id`"),
        (
            "people",
            "[relationships: {to: ref('peple'), field: age}]",
            "age",
            "PT112",
            "did you mean `people`?",
        ),
        (
            "people",
            "[relationships: {to: ref('public'), field: ages}]",
            "age",
            "PT095",
            "did you mean `age`?",
        ),
        (
            "people",
            "[relationships: {to: \"source('court', 'x')\", field: age}]",
            "age",
            "PT113",
            "`court.x`",
        ),
        ("people", "[accepted_values: {values: [1]}]", "gender", "PT093", "`gender` holds texts"),
        ("people", "[accepted_values: {values: [a, 1]}]", "gender", "PT093", "all texts, or none"),
        ("people", "[k_anonymity: {k: 3, people: age}]", None, "PT093", "known without `people`"),
        ("people", "[k_anonymity: {k: 3, columns: [sex]}]", None, "PT095", "no column `sex`"),
        ("people", "[l_diversity: {l: 2, column: age}]", None, "PT093", "`age` makes the classes"),
        ("by_gender", "[k_anonymity: {k: 3}]", None, "PT096", "no privacy unit"),
        ("genders", "[k_anonymity: {k: 3}]", None, "PT096", "how many people a row is of"),
        ("people", "[no_source_values: {source: court.people, columns: [nam]}]", None, "PT095", "`name`"),
        (
            "people",
            "[no_source_values: {source: court.peple, columns: [name]}]",
            None,
            "PT113",
            "`court.people`",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused_at_its_place(
    tmp_path: Path, model: str, tests: str, column: str | None, code: str, words: str
) -> None:
    found, text = refusal(tmp_path, with_tests(model, tests, column))
    assert found == code
    assert words in text
    assert "--> models/models.yml:3:" in text


def test_two_tests_of_one_name_are_refused(tmp_path: Path) -> None:
    found, text = refusal(
        tmp_path, with_tests("people", "[unique, unique: {config: {where: age > 1}}]", "age")
    )
    assert found == "PT094"
    assert "the other: models/models.yml:3:" in text


def test_a_macro_of_the_project_is_a_test(tmp_path: Path) -> None:
    macro = (
        "{% macro test_least(model, column, least=0, other=none) -%}\n"
        "SELECT {{ column }} FROM {{ model }} WHERE {{ column }} < {{ least }}\n"
        "{%- endmacro %}\n"
    )
    files = {**with_tests("people", "[least: {least: 18}]", "age"), "macros/test_least.sql": macro}
    test = compiled(tmp_path, files).tests.data["least_people_age"]
    assert test.sql == "SELECT age FROM private.people WHERE age < 18"
    files = {**with_tests("people", "[least: {leest: 18}]", "age"), "macros/test_least.sql": macro}
    found, text = refusal(tmp_path, files)
    assert (found, "did you mean `least`?" in text) == ("PT093", True)
    files["macros/test_least.sql"] = macro.replace("{{ model }}", "read_csv('/etc/passwd')")
    files["models/models.yml"] = files["models/models.yml"].replace("leest", "least")
    found, text = refusal(tmp_path, files)
    assert "the SQL of macros/test_least.sql" in text


def test_identifiers_are_found_by_lineage_and_by_value(tmp_path: Path) -> None:
    project = compiled(tmp_path, with_tests("people", "[no_direct_identifiers]"))
    test = project.tests.data["no_direct_identifiers_people"]
    assert test.notes == ("by its lineage, `name` is a direct identifier",)
    assert test.reads == {Origin("court.people", "name")}
    assert "SELECT 'name' AS found" in test.sql
    assert "lower(CAST(charge AS VARCHAR))" in test.sql


def test_the_person_may_stand_in_a_private_model_and_in_no_release(tmp_path: Path) -> None:
    files = {
        "models/models.yml": (
            "models:\n"
            "  - {name: people, tests: [no_direct_identifiers]}\n"
            "  - {name: public, tests: [no_direct_identifiers]}\n"
        )
    }
    tests = compiled(tmp_path, files).tests.data
    person = Origin("court.people", "person_id")
    assert person not in tests["no_direct_identifiers_people"].reads
    assert person in tests["no_direct_identifiers_public"].reads


def test_values_of_columns_that_the_file_does_not_have_are_not_looked_for(tmp_path: Path) -> None:
    there = {"court.people": frozenset({"person_id", "age", "gender", "charge"})}
    people = "SELECT person_id, age, gender, charge FROM {{ source('court', 'people') }}\n"
    files = {**with_tests("public", "[no_direct_identifiers]"), "models/people.sql": people}
    project = compiled(tmp_path, files, there)
    assert project.tests.data["no_direct_identifiers_public"].reads == {Origin("court.people", "person_id")}


def test_a_test_of_a_source_reads_its_column(tmp_path: Path) -> None:
    yml = "sources: [{name: court, tables: [{name: people, columns: [{name: name, tests: [not_null]}]}]}]\n"
    project = compiled(tmp_path, {"models/models.yml": yml})
    (test,) = project.tests.data.values()
    assert (test.name, test.needs) == ("not_null_court_people_name", ("court.people",))
    assert project.needed([test.name]) == {"court.people": frozenset({"name"})}


def test_a_query_in_tests_reads_models_sources_and_releases(tmp_path: Path) -> None:
    sql = (
        "{{ config(severity='warn', tags=['x'], description='Nobody is young') }}\n"
        "SELECT people.person_id FROM {{ ref('people') }} AS people\n"
        "INNER JOIN {{ ref('public') }} AS public ON people.gender = public.gender\n"
        "INNER JOIN {{ source('court', 'people') }} AS raw ON raw.name = people.name\n"
        "WHERE people.age < 18;\n"
    )
    project = compiled(tmp_path, {"tests/no_minor.sql": sql, "tests/unit/broken.sql": "SELEKT"})
    test = project.tests.data["no_minor"]
    assert "release.public" in test.sql
    assert "private.people" in test.sql
    assert (test.severity, test.tags, test.description) == ("warn", ("x",), "Nobody is young")
    assert Origin("court.people", "name") in test.reads
    assert project.graph.needs["no_minor"] == {"court.people", "people", "public"}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("{{ config(severty='warn') }} SELECT age FROM {{ ref('people') }}", "PT150"),
        ("{{ config(severity='fatal') }} SELECT age FROM {{ ref('people') }}", "PT151"),
        ("{{ config(enabled='no') }} SELECT age FROM {{ ref('people') }}", "PT151"),
        ("SELECT age FROM {{ ref('peple') }}", "PT112"),
        ("SELECT x FROM private.people", "PT128"),
        ("DELETE FROM {{ ref('people') }}", "PT123"),
        ("SELECT nme FROM {{ ref('people') }}", "PT129"),
    ],
)
def test_a_query_in_tests_is_read_as_strictly_as_a_model(tmp_path: Path, sql: str, code: str) -> None:
    found, text = refusal(tmp_path, {"tests/broken.sql": sql})
    assert found == code
    assert "--> tests/broken.sql" in text


def test_what_is_said_of_a_column_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    found = compiled(
        tmp_path,
        {
            "models/models.yml": (
                "models:\n  - name: public\n    columns:\n"
                "      - {name: age, description: Years}\n      - {name: gendr, description: Sex}\n"
                "  - {name: genders, columns: {people: How many, gender: Sex, person_id: Nobody}}\n"
            )
        },
    ).warnings
    assert [(each.code, each.severity, str(each.place)) for each in found] == [
        ("PT053", "warning", "models/models.yml:5:16"),
        ("PT053", "warning", "models/models.yml:6:62"),
    ]
    assert "did you mean `gender`?" in str(found[0])


def test_what_is_switched_off_is_checked_and_does_not_run(tmp_path: Path) -> None:
    files = {
        **with_tests("people", "[not_null: {config: {enabled: false}}]", "age"),
        "tests/off.sql": "{{ config(enabled=false) }} SELECT age FROM {{ ref('people') }}",
    }
    assert compiled(tmp_path, files).tests.data == {}
