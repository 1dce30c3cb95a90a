"""What a release may not be, beyond its columns; and what a model reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from personatwin_sql.compile.column import Origin
from personatwin_sql.compile.lineage import check_release, read_select
from personatwin_sql.errors import ProjectError

ReadModels = Callable[[dict[str, str]], dict[str, Any]]


def checked(read_models: ReadModels, text: str) -> list[tuple[str, str]]:
    read = read_models({"model": text})["model"]
    found = check_release(read.parsed, read.authored, read.schemas)
    return [(diagnostic.code, str(diagnostic.place)) for diagnostic in found]


@pytest.mark.parametrize("kind", ["view", "ephemeral", "incremental", "materialized_view"])
def test_a_release_is_a_table(read_models: ReadModels, kind: str) -> None:
    text = (
        f"{{{{ config(protection='k_anonymity',\n  materialized='{kind}') }}}}\n"
        "SELECT person_id, age FROM {{ ref('stg_people') }}"
    )
    assert checked(read_models, text) == [("PT148", "models/model.sql:2:3")]


def test_a_release_may_say_that_it_is_a_table(read_models: ReadModels) -> None:
    config = "{{ config(protection='k_anonymity', materialized='table') }}"
    text = config + "SELECT person_id FROM {{ ref('stg_people') }}"
    assert checked(read_models, text) == []


def test_a_model_among_the_releases_needs_a_protection(read_models: ReadModels) -> None:
    read = read_models({"model": "SELECT person_id FROM {{ ref('stg_people') }}"})["model"]
    moved = replace(read.parsed, path="models/release/model.sql")
    with pytest.raises(ProjectError, match="PT145"):
        read_select(moved, read.schemas)


def test_a_misspelt_protection_is_told_where_it_stands(read_models: ReadModels) -> None:
    text = "{{ config(protecton='k_anonymity') }}SELECT person_id FROM {{ ref('stg_people') }}"
    read = read_models({"model": text})["model"]
    moved = replace(read.parsed, path="models/release/model.sql")
    with pytest.raises(ProjectError, match="did you mean `protection`") as caught:
        read_select(moved, read.schemas)
    assert [str(found.place) for found in caught.value.diagnostics] == ["models/model.sql:1:11"]


def test_everything_wrong_with_a_release_is_told_at_once(read_models: ReadModels) -> None:
    text = (
        "{{ config(protection='personas', materialized='view') }}\n"
        "SELECT person_id % 2 AS half, name\n"
        "FROM {{ ref('stg_people') }}\n"
        "WHERE risk = 'high' AND \"Case No\" > 'x'\n"
        "ORDER BY age"
    )
    assert sorted(checked(read_models, text)) == [
        ("PT140", "models/model.sql:2:31"),
        ("PT141", "models/model.sql:4:25"),
        ("PT142", "models/model.sql:2:8"),
        ("PT143", "models/model.sql:2:8"),
        ("PT146", "models/model.sql:4:7"),
        ("PT147", "models/model.sql:5:10"),
        ("PT148", "models/model.sql:1:34"),
    ]


READS = {
    "SELECT age FROM {{ source('court', 'people') }}": {"people.age"},
    "SELECT count(*) AS n FROM {{ source('court', 'people') }}": {"people.person_id"},
    "SELECT p.age FROM {{ source('court', 'people') }} AS p JOIN {{ source('court', 'events') }} AS e "
    "ON p.person_id = e.person_id AND e.outcome = 'x'": {
        "people.age",
        "people.person_id",
        "events.person_id",
        "events.outcome",
    },
    "SELECT p.age FROM {{ source('court', 'people') }} AS p JOIN {{ source('court', 'events') }} AS e "
    "USING (person_id)": {"people.age", "people.person_id", "events.person_id"},
    "SELECT age FROM {{ source('court', 'people') }} WHERE EXISTS "
    "(SELECT * FROM {{ source('court', 'events') }} AS e WHERE e.officer = name)": {
        "people.age",
        "people.name",
        *(f"events.{name}" for name in ("event_id", "person_id", "date", "event_type", "outcome", "officer")),
    },
    "SELECT age FROM (SELECT age, name FROM {{ source('court', 'people') }} ORDER BY zip) AS t": {
        "people.age",
        "people.name",
        "people.zip",
    },
    "SELECT age FROM {{ ref('filtered_by_name') }}": {
        f"people.{name}"
        for name in ("person_id", "name", "Case No", "age", "gender", "county", "zip", "risk", "größe")
    },
    "SELECT county FROM {{ ref('released') }}": set(),
}


@pytest.mark.parametrize("text", READS)
def test_a_model_reads_what_it_names_and_what_the_models_below_it_read(
    read_models: ReadModels, text: str
) -> None:
    authored = read_models({"model": text})["model"].authored
    expected = {Origin(f"court.{name.split('.')[0]}", name.split(".")[1]) for name in READS[text]}
    assert authored.reads == expected


def test_filters_of_the_models_below_are_inherited(read_models: ReadModels) -> None:
    text = "SELECT person_id FROM {{ ref('filtered_by_risk') }} WHERE age > 3"
    authored = read_models({"model": text})["model"].authored
    assert authored.filters == {Origin("court.people", "risk"), Origin("court.people", "age")}


def test_limit_is_allowed_in_a_private_model_and_noted(read_models: ReadModels) -> None:
    text = "SELECT person_id FROM {{ ref('stg_people') }} ORDER BY age, person_id LIMIT 10"
    authored = read_models({"model": text})["model"].authored
    assert authored.picks_rows
    assert Origin("court.people", "age") in authored.filters
    assert not read_models({"model": "SELECT person_id FROM {{ ref('stg_people') }}"})[
        "model"
    ].authored.picks_rows


def test_attributes_of_a_column_follow_it_and_the_strictest_follow_an_expression(
    read_models: ReadModels,
) -> None:
    read = read_models(
        {"model": "SELECT city AS town, city || state AS place, state FROM {{ ref('stg_people') }}"}
    )
    schema = read["model"].schemas["private.stg_people"]
    county = next(column for column in schema.columns if column.name == "county")
    city = replace(county, name="city", place_precision="city", merge="never")
    state = replace(county, name="state", place_precision="state")
    places = replace(schema, columns=(city, state))
    authored = read_select(read["model"].parsed, {"private.stg_people": places})
    assert [(column.name, column.place_precision, column.merge) for column in authored.columns] == [
        ("town", "city", "never"),
        ("place", "city", "never"),
        ("state", "state", "generalize"),
    ]
    assert all(column.declared_at == county.declared_at for column in authored.columns)
