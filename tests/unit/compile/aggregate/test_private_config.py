"""What private models say of budgets, bounds and keys: each mistake has a place, a reason and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy, WrittenKeys
from tests.unit.compile.tested_project import compiled

DOMAIN = """\
hierarchies:
  age: {widths: [5, 10], bottom: 0, top: 90}
  trees: {taxonomy: {Tree: [Ash, Oak], Flower: [Rose]}}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      name: {role: direct_identifier}
      age: {role: quasi_identifier, hierarchy: age, bounds: [0, 90]}
      gender: {role: quasi_identifier, values: [F, M]}
      kind: {role: quasi_identifier, hierarchy: trees}
      charge: {role: sensitive}
      fine: {role: sensitive, type: number}
      born: {role: quasi_identifier, type: date}
"""
PROJECT = """\
name: small
domain: court
sources:
  court:
    people: {path: data/people.csv, entity: people}
privacy: {level: low}
budgets: {court: {epsilon: 3, delta: 1e-6}}
"""
SOME = "epsilon=1, max_groups=2, max_rows_per_group=3"
LISTED = "SELECT * FROM (VALUES ('F'), ('M')) AS genders(gender)\n"
BELOW = {
    "models/listed.sql": "{{ config(protection='derived') }}\n" + LISTED,
    "models/people.sql": "SELECT * FROM {{ source('court', 'people') }}\n",
    "models/by_gender.sql": (
        "SELECT person_id, count(*) AS rows FROM {{ ref('people') }} GROUP BY person_id\n"
    ),
    "models/drawn.sql": (
        f"{{{{ config(protection='differential_privacy', {SOME}, keys={{'gender': 'domain'}}) }}}}\n"
        "SELECT gender, count(*) AS n FROM {{ ref('people') }} GROUP BY gender\n"
    ),
}
BY_GENDER = "SELECT gender, count(*) AS n FROM {{ ref('people') }} GROUP BY gender"


def made(root: Path, config: str, select: str = BY_GENDER, **files: str) -> DifferentialPrivacy:
    """The promise of one private model in a project. Raises ProjectError."""
    model = f"{{{{ config(protection='differential_privacy', {config}) }}}}\n{select}\n"
    own = {"project.yml": PROJECT, "domains/court.yml": DOMAIN, "models/private.sql": model}
    others = {f"models/{name}.sql": text for name, text in files.items()}
    promise = compiled(root, {**BELOW, **own, **others}).models["private"].protection
    assert isinstance(promise, DifferentialPrivacy)
    return promise


def codes(root: Path, config: str, select: str = BY_GENDER, **files: str) -> list[str]:
    with pytest.raises(ProjectError) as raised:
        made(root, config, select, **files)
    for problem in raised.value.diagnostics:
        assert problem.place is not None, problem
        assert problem.place.line, problem
        assert problem.fixes or problem.label, problem
    return [problem.code for problem in raised.value.diagnostics]


BAD = {
    "no epsilon": ("max_groups=2, max_rows_per_group=3, keys='private'", "PT611"),
    "nothing to spend": ("epsilon=0, max_groups=2, max_rows_per_group=3, keys='private'", "PT611"),
    "less than nothing": ("epsilon=-1, max_groups=2, max_rows_per_group=3, keys='private'", "PT611"),
    "a truth to spend": ("epsilon=true, max_groups=2, max_rows_per_group=3, keys='private'", "PT611"),
    "a text to spend": ("epsilon='much', max_groups=2, max_rows_per_group=3, keys='private'", "PT611"),
    "a delta above one": (f"{SOME}, delta=2, keys='private'", "PT611"),
    "no delta for private keys": (f"{SOME}, delta=0, keys='private'", "PT614"),
    "no groups": ("epsilon=1, max_rows_per_group=3, keys='private'", "PT612"),
    "no rows": ("epsilon=1, max_groups=2, keys='private'", "PT612"),
    "zero groups": ("epsilon=1, max_groups=0, max_rows_per_group=3, keys='private'", "PT612"),
    "half a group": ("epsilon=1, max_groups=1.5, max_rows_per_group=3, keys='private'", "PT612"),
    "another budget": (f"{SOME}, budget='curt', keys='private'", "PT610"),
    "no keys": (SOME, "PT614"),
    "keys of something else": (f"{SOME}, keys={{'sex': ['F']}}", "PT614"),
    "no values": (f"{SOME}, keys={{'gender': []}}", "PT614"),
    "a value twice": (f"{SOME}, keys={{'gender': ['F', 'F']}}", "PT614"),
    "nothing but no value": (f"{SOME}, keys={{'gender': [none]}}", "PT614"),
    "no value twice": (f"{SOME}, keys={{'gender': ['F', none, none]}}", "PT614"),
    "numbers as texts": (f"{SOME}, keys={{'gender': [1, 2]}}", "PT614"),
    "bounds of nothing": (f"{SOME}, keys='private', bounds={{'charge': [0, 1]}}", "PT613"),
    "an unknown mechanism": (f"{SOME}, keys='private', mechanism='uniform'", "PT615"),
    "keys that people have": (f"{SOME}, keys=ref('people')", "PT614"),
    "keys of a k-anonymous release": (f"{SOME}, keys=ref('public')", "PT623"),
    "a view": (f"{SOME}, keys='private', materialized='view'", "PT148"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_with_place_and_way_out(tmp_path: Path, name: str) -> None:
    config, code = BAD[name]
    assert code in codes(tmp_path, config)


@pytest.mark.parametrize("bounds", ["[50, 0]", "[1, 1]", "[0]", "['a', 'b']", "5", "[0, 'inf']"])
def test_bounds_are_two_numbers_in_order(tmp_path: Path, bounds: str) -> None:
    select = "SELECT gender, sum(fine) AS fines FROM {{ ref('people') }} GROUP BY gender"
    assert codes(tmp_path, f"{SOME}, keys='private', bounds={{'fine': {bounds}}}", select) == ["PT613"]


def test_a_measure_without_bounds_is_refused(tmp_path: Path) -> None:
    select = "SELECT gender, avg(fine) AS fine FROM {{ ref('people') }} GROUP BY gender"
    assert codes(tmp_path, f"{SOME}, keys='private'", select) == ["PT613"]


@pytest.mark.parametrize("mechanism", ["laplace", "gaussian"])
def test_noise_that_could_not_be_drawn_is_refused_before_it_is_paid_for(
    tmp_path: Path, mechanism: str
) -> None:
    select = "SELECT gender, variance(fine) AS fines FROM {{ ref('people') }} GROUP BY gender"
    config = (
        "epsilon=0.01, max_groups=50, max_rows_per_group=1000, keys={'gender': 'domain'},"
        f" bounds={{'fine': [-1000000, 1000000]}}, mechanism='{mechanism}'"
    )
    assert codes(tmp_path, config, select) == ["PT616"]


@pytest.mark.parametrize("step", ["0", "-1", "'nan'", "'fine'", "true"])
def test_a_granularity_that_is_no_step_is_refused(tmp_path: Path, step: str) -> None:
    select = "SELECT gender, sum(fine) AS fine FROM {{ ref('people') }} GROUP BY gender"
    bounded = f"{SOME}, keys='private', bounds={{'fine': [0, 50]}}, granularity={{'fine': {step}}}"
    assert codes(tmp_path, bounded, select) == ["PT613"]


def test_a_text_is_not_added_up(tmp_path: Path) -> None:
    select = "SELECT gender, sum(charge) AS charge FROM {{ ref('people') }} GROUP BY gender"
    assert codes(tmp_path, f"{SOME}, keys='private', bounds={{'charge': [0, 1]}}", select) == ["PT630"]


@pytest.mark.parametrize("name", ["listed", "drawn"])
def test_keys_come_from_what_is_about_nobody(tmp_path: Path, name: str) -> None:
    assert made(tmp_path, f"{SOME}, keys=ref('{name}')").keys


def test_a_model_of_keys_has_each_key(tmp_path: Path) -> None:
    select = "SELECT charge, count(*) AS n FROM {{ ref('people') }} GROUP BY charge"
    assert codes(tmp_path, f"{SOME}, keys=ref('listed')", select) == ["PT614"]


@pytest.mark.parametrize("name", ["public", "genders"])
def test_a_k_anonymous_release_is_not_read(tmp_path: Path, name: str) -> None:
    select = (
        "SELECT p.gender, count(*) AS n FROM {{ ref('people') }} AS p"
        f" JOIN {{{{ ref('{name}') }}}} AS r ON p.gender = r.gender GROUP BY p.gender"
    )
    assert codes(tmp_path, f"{SOME}, keys='private'", select) == ["PT623"]


def test_a_private_release_is_read_freely(tmp_path: Path) -> None:
    select = (
        "SELECT p.gender, count(*) AS n FROM {{ ref('people') }} AS p JOIN {{ ref('drawn') }} AS r"
        " ON p.gender = r.gender WHERE r.n > 5 GROUP BY p.gender"
    )
    assert made(tmp_path, f"{SOME}, keys='private'", select).keys


@pytest.mark.parametrize(
    ("select", "code"),
    [
        ("SELECT name, count(*) AS n FROM {{ ref('people') }} GROUP BY name", "PT140"),
        ("SELECT lower(name) AS who, count(*) AS n FROM {{ ref('people') }} GROUP BY who", "PT140"),
        ("SELECT gender, count(*) AS n FROM {{ ref('people') }} WHERE name = 'Ann' GROUP BY gender", "PT141"),
    ],
)
def test_names_are_neither_keys_nor_conditions(tmp_path: Path, select: str, code: str) -> None:
    assert code in codes(tmp_path, f"{SOME}, keys='private'", select)


def test_names_are_not_looked_at_in_a_measure(tmp_path: Path) -> None:
    measure = "count(*) FILTER (WHERE name LIKE 'A%') AS n"
    select = f"SELECT gender, {measure} FROM {{{{ ref('people') }}}} GROUP BY gender"
    assert set(codes(tmp_path, f"{SOME}, keys='private'", select)) <= {"PT140", "PT141"}


def written(promise: DifferentialPrivacy) -> dict[str, tuple[object, ...]]:
    assert isinstance(promise.keys, WrittenKeys)
    return dict(promise.keys.values)


def test_the_domain_gives_keys_and_bounds(tmp_path: Path) -> None:
    select = "SELECT gender, kind, sum(age) AS years FROM {{ ref('people') }} GROUP BY gender, kind"
    promise = made(tmp_path, f"{SOME}, keys='domain'", select)
    assert written(promise) == {"gender": ("F", "M"), "kind": ("Ash", "Oak", "Rose")}
    assert (promise.bounds["years"].low, promise.bounds["years"].high) == (0, 90)


def test_a_model_overrides_the_bounds_of_the_domain(tmp_path: Path) -> None:
    select = "SELECT gender, sum(age) AS years FROM {{ ref('people') }} GROUP BY gender"
    promise = made(tmp_path, f"{SOME}, keys={{'gender': 'domain'}}, bounds={{'age': [18, 65]}}", select)
    assert (promise.bounds["years"].low, promise.bounds["years"].high) == (18, 65)


def test_the_domain_says_nothing_of_an_expression(tmp_path: Path) -> None:
    select = "SELECT lower(gender) AS sex, count(*) AS n FROM {{ ref('people') }} GROUP BY sex"
    assert codes(tmp_path, f"{SOME}, keys='domain'", select) == ["PT614"]


def test_months_and_years_are_written_by_their_ends(tmp_path: Path) -> None:
    select = (
        "SELECT CAST(date_trunc('month', born) AS DATE) AS month, year(born) AS year, count(*) AS n"
        " FROM {{ ref('people') }} GROUP BY ALL"
    )
    month, year = "{'from': '2022-11-01', 'to': '2023-01-31', 'by': 'month'}", "{'from': 2022, 'to': 2023}"
    promise = made(tmp_path, f"{SOME}, keys={{'month': {month}, 'year': {year}}}", select)
    assert written(promise) == {"month": ("2022-11-01", "2022-12-01", "2023-01-01"), "year": (2022, 2023)}


@pytest.mark.parametrize(
    "month",
    [
        "{'from': '2022-11-02', 'to': '2023-01-31', 'by': 'month'}",
        "{'from': '2022-11-01', 'to': '2022-10-01', 'by': 'month'}",
        "{'from': '2022-11-01', 'by': 'month'}",
        "{'from': 2022, 'to': 2023}",
        "{'from': '2022-11-01', 'to': '2023-11-01', 'by': 'fortnight'}",
        "['2022-02-30']",
    ],
)
def test_a_row_of_dates_has_ends_in_order(tmp_path: Path, month: str) -> None:
    month_of = "CAST(date_trunc('month', born) AS DATE) AS month"
    select = f"SELECT {month_of}, count(*) AS n FROM {{{{ ref('people') }}}} GROUP BY ALL"
    assert codes(tmp_path, f"{SOME}, keys={{'month': {month}}}", select) == ["PT614"]


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("age: {role: quasi_identifier, type: integer, bounds: [90, 0]}", "PT613"),
        ("charge: {role: sensitive, bounds: [0, 1]}", "PT613"),
        ("age: {role: quasi_identifier, type: integer, granularity: 5}", "PT613"),
        ("gender: {role: quasi_identifier, values: [F, F]}", "PT614"),
        ("age: {role: quasi_identifier, type: integer, values: [young]}", "PT614"),
    ],
)
def test_what_a_domain_declares_of_a_column_is_sound(tmp_path: Path, column: str, code: str) -> None:
    text = f"entities:\n  people:\n    columns:\n      person_id: {{role: privacy_unit}}\n      {column}\n"
    with pytest.raises(ProjectError) as raised:
        compiled(tmp_path, {"project.yml": PROJECT, "domains/court.yml": text})
    assert [problem.code for problem in raised.value.diagnostics] == [code]


def test_only_private_models_group_by_sets_of_keys(tmp_path: Path) -> None:
    select = "SELECT gender, kind, count(*) AS n FROM {{ ref('people') }} GROUP BY CUBE (gender, kind)"
    assert set(written(made(tmp_path, f"{SOME}, keys='domain'", select))) == {"gender", "kind"}
    assert "PT125" in codes(tmp_path, f"{SOME}, keys='domain'", select, other=select)


def test_names_are_no_keys_of_sets_either(tmp_path: Path) -> None:
    select = "SELECT name, count(*) AS n FROM {{ ref('people') }} GROUP BY ROLLUP (name)"
    assert "PT140" in codes(tmp_path, f"{SOME}, keys={{'name': ['Ann']}}", select)


def test_a_key_that_is_null_cannot_be_told_from_a_total(tmp_path: Path) -> None:
    select = "SELECT gender, count(*) AS n FROM {{ ref('people') }} GROUP BY ROLLUP (gender)"
    for keys in ("'private'", "ref('listed')"):
        assert codes(tmp_path, f"{SOME}, keys={keys}", select) == ["PT614"]
    known = select.replace("SELECT gender", "SELECT coalesce(gender, '?') AS known").replace(
        "(gender)", "(known)"
    )
    assert made(tmp_path, f"{SOME}, keys='private'", known).keys


@pytest.mark.parametrize(
    ("key", "way_out"),
    [
        ("date_trunc('month', born)", "CAST(date_trunc('month', born) AS DATE) AS key"),
        ("CAST(born AS TIMESTAMP)", "CAST(date_trunc('month', CAST(born AS TIMESTAMP)) AS DATE) AS key"),
        ("TRY_CAST(charge AS TIMESTAMP)", "CAST(TRY_CAST(charge AS TIMESTAMP) AS DATE) AS key"),
        ("round(fine)", "TRY_CAST(floor(round(fine)) AS BIGINT) AS key"),
        ("TRY_CAST(charge AS DATE)", "CAST(TRY_CAST(charge AS DATE) AS VARCHAR)"),
    ],
)
def test_a_key_of_a_kind_that_is_not_kept_names_its_cast(tmp_path: Path, key: str, way_out: str) -> None:
    select = f"SELECT {key} AS key,\n  count(*) AS n FROM {{{{ ref('people') }}}} GROUP BY ALL"
    with pytest.raises(ProjectError) as raised:
        made(tmp_path, f"{SOME}, keys='private'", select)
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.place and problem.place.line) == ("PT650", 2)
    assert any(way_out in fix for fix in problem.fixes), problem.fixes


def test_days_of_a_text_are_keys_where_they_are_listed(tmp_path: Path) -> None:
    """What the data have beyond these is left out: nobody chooses how a day is written."""
    select = "SELECT TRY_CAST(charge AS DATE) AS day, count(*) AS n FROM {{ ref('people') }} GROUP BY ALL"
    assert made(tmp_path, f"{SOME}, keys={{'day': ['2022-01-01', none]}}", select).keys


def test_a_source_about_two_people_a_row_is_not_aggregated(tmp_path: Path) -> None:
    domain = DOMAIN.replace("charge: {role: sensitive}", "charge: {role: privacy_unit}")
    model = f"{{{{ config(protection='differential_privacy', {SOME}, keys='domain') }}}}\n{BY_GENDER}\n"
    files = {"project.yml": PROJECT, "domains/court.yml": domain, "models/private.sql": model}
    with pytest.raises(ProjectError) as raised:
        compiled(tmp_path, {**files, "models/people.sql": BELOW["models/people.sql"]})
    assert "PT621" in {problem.code for problem in raised.value.diagnostics}
