"""Models as Jinja: what they see, where it stands in the file, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from personatwin_sql.compile.jinja import ParsedModel, render
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.loaded import Loaded

LoadedOf = Callable[..., Loaded]
STAGING = {"stg_people": "SELECT person_id FROM {{ source('court', 'people') }}"}


def only(loaded: Loaded, name: str = "model") -> ParsedModel:
    return next(model for model in render(loaded) if model.name == name)


def refused(loaded: Loaded) -> list[Diagnostic]:
    with pytest.raises(ProjectError) as caught:
        render(loaded)
    return list(caught.value.diagnostics)


def test_a_private_model_reads_tables_by_schema(project: LoadedOf) -> None:
    text = "SELECT * FROM {{ ref('stg_people') }} JOIN {{ source('court', 'events') }} USING (person_id)"
    model = only(project({**STAGING, "model": text}))
    assert model.sql == "SELECT * FROM private.stg_people JOIN source.court__events USING (person_id)"
    assert (model.refs, model.sources) == (("stg_people",), ("court.events",))
    assert model.access == "private"


def test_a_ref_to_a_release_is_rendered_as_one_whichever_is_read_first(project: LoadedOf) -> None:
    release = "{{ config(protection='k_anonymity') }}SELECT person_id FROM {{ ref('stg_people') }}"
    above = "{{ config(protection='derived') }}SELECT * FROM {{ ref('model') }}, {{ this }}"
    loaded = project({"above": above, "model": release, **STAGING})
    assert only(loaded, "above").sql == "SELECT * FROM release.model, release.above"
    assert only(loaded).access == "release"


def test_names_are_quoted_where_they_must_be(project: LoadedOf) -> None:
    loaded = project(
        {"order": "SELECT 1 AS a", "Größe": "SELECT 2 AS b", "model": "{{ ref('order') }} {{ ref('Größe') }}"}
    )
    assert only(loaded).sql == 'private."order" private."Größe"'


def test_config_keeps_plain_values_and_their_places(project: LoadedOf) -> None:
    text = (
        "{{ config(protection='k_anonymity', k=11) }}\n"
        "{{ config(\n"
        "    within=ref('stg_people'),\n"
        "    block=['gender', 'ethnicity'], columns={'age': {'hierarchy': 'age', 'level': 2}}) }}\n"
        "SELECT 1 AS a"
    )
    model = only(project({**STAGING, "model": text}))
    assert model.config == {
        "protection": "k_anonymity",
        "k": 11,
        "within": "stg_people",
        "block": ("gender", "ethnicity"),
        "columns": {"age": {"hierarchy": "age", "level": 2}},
    }
    assert {key: str(place) for key, place in model.places.items()} == {
        "protection": "models/model.sql:1:11",
        "k": "models/model.sql:1:37",
        "within": "models/model.sql:3:5",
        "block": "models/model.sql:4:5",
        "columns": "models/model.sql:4:36",
    }
    assert model.refs == ("stg_people",)
    assert str(model.ref_places["stg_people"]) == "models/model.sql:3:16"


def test_lines_of_the_sql_are_those_of_the_file(project: LoadedOf) -> None:
    text = "{{ config(\n  protection='k_anonymity',\n  k=11\n) }}\n\nSELECT\n    1 AS a\n"
    model = only(project({"model": text}))
    assert model.sql == "\n\n\n\n\nSELECT\n    1 AS a\n"
    assert model.lines == ()
    assert str(model.place(7, 5)) == "models/model.sql:7:5"


def test_lines_that_jinja_adds_or_takes_are_traced_to_the_file(project: LoadedOf) -> None:
    text = (
        "SELECT\n{% for name in ['a', 'b'] %}\n    {{ name }},\n{% endfor %}\n"
        "{{ several() }}\n    {# one\n two #} z\nFROM t\n"
    )
    several = "{% macro several() %}x,\ny,{% endmacro %}"
    model = only(project({"model": text}, {"several": several}))
    lines = model.sql.split("\n")
    traced = {line.strip(): model.place(number).line for number, line in enumerate(lines, 1) if line.strip()}
    assert traced == {"SELECT": 1, "a,": 3, "b,": 3, "x,": 5, "y,": 5, "z": 7, "FROM t": 8}


def test_variables_have_values_or_defaults(project: LoadedOf) -> None:
    loaded = project({"model": "{{ var('year') }} {{ var('other', 7) }}"}, variables={"year": 2010})
    assert only(loaded).sql == "2010 7"


def test_environment_variables_need_their_prefix(project: LoadedOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONATWIN_VAR_COUNTY", "x")
    monkeypatch.setenv("DB_PASSWORD", "swordfish")
    text = "{{ env_var('PERSONATWIN_VAR_COUNTY') }} {{ env_var('PERSONATWIN_VAR_OTHER', 'y') }}"
    assert only(project({"model": text})).sql == "x y"
    (diagnostic,) = refused(project({"model": "\n{{ env_var('DB_PASSWORD', '') }}"}))
    assert diagnostic.code == "PT114"
    assert "secrets never pass through Jinja" in diagnostic.message
    assert "swordfish" not in str(diagnostic)
    assert str(diagnostic.place) == "models/model.sql:2"


def test_the_target_is_known(project: LoadedOf) -> None:
    assert only(project({"model": "{{ target.name }} {{ target.publish }}"})).sql == "prod True"


REFUSED = {
    "{% if %}": ("PT110", 1, None),
    "SELECT\n{{ foo }}": ("PT111", 2, None),
    "{{ reff('stg_people') }}": ("PT111", 1, "did you mean `ref`?"),
    "\n\n{{ var('yeer') }}": ("PT111", 3, "did you mean `year`?"),
    "\n{{ ref('stg_peopel') }}": ("PT112", 2, "did you mean `stg_people`?"),
    "{{ source('court', 'peple') }}": ("PT113", 1, "did you mean `court.people`?"),
    "{{ exceptions.raise_compiler_error('not so') }}": ("PT115", 1, None),
    "\n{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}": ("PT115", 2, None),
    "{{ 'x' * 99999999 }}": ("PT115", 1, None),
    "{{ 9 ** 99999 }}": ("PT115", 1, None),
    "\n{{ endless() }}": ("PT115", 1, None),
    "{{ 1 / 0 }}": ("PT115", 1, None),
    "{{ ''.__class__ }}": ("PT115", 1, None),
    "{{ config('k') }}": ("PT115", 1, None),
    "{{ config(k=1) }}\n{{ config(k=2) }}": ("PT117", 1, None),
    "{{ config(k=range(3)) }}": ("PT117", 1, None),
    "{{ config(k=foo) }}": ("PT111", 1, None),
    "{{ config(k=none) }}": ("PT117", 1, None),
    "{{ config(columns={'age': {'level': none}}) }}": ("PT117", 1, None),
    "{{ config(k=5,\n  k=6) }}": ("PT117", 2, None),
    "{{ config(columns={'age': {'level': 1},\n  'age': {'level': 2}}) }}": ("PT117", 2, None),
    "{% include 'other.sql' %}": ("PT115", 1, None),
    "{% set x = [] %}{{ x.append(1) }}": ("PT115", 1, None),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_jinja_refuses_has_a_code_and_a_line(project: LoadedOf, text: str) -> None:
    endless = {"endless": "{% macro endless() %}{{ endless() }}{% endmacro %}"}
    code, line, label = REFUSED[text]
    (diagnostic,) = refused(project({**STAGING, "model": text}, endless, {"year": 1}))
    assert (diagnostic.code, diagnostic.place and diagnostic.place.line) == (code, line)
    assert label is None or diagnostic.label == label


def test_all_models_are_told_at_once(project: LoadedOf) -> None:
    models = {"a": "{% if %}", "b": "{{ foo }}", "c": "{{ ref('x') }}{{ source('y', 'z') }}{{ var('w') }}"}
    codes = [diagnostic.code for diagnostic in refused(project(models))]
    assert codes == ["PT110", "PT111", "PT112", "PT113", "PT111"]


def test_a_model_that_is_wrong_does_not_blame_those_that_read_it(project: LoadedOf) -> None:
    found = refused(project({"a": "{{ foo }}", "b": "{{ ref('a') }}"}))
    assert [str(diagnostic.place) for diagnostic in found] == ["models/a.sql:1:4"]


def test_two_models_of_one_name_are_refused(project: LoadedOf) -> None:
    loaded = project({"a": "SELECT 1 AS x"})
    twice = Loaded(
        **{**vars(loaded), "models": (*loaded.models, type(loaded.models[0])("a", "models/b/a.sql", ""))}
    )
    (diagnostic,) = refused(twice)
    assert (diagnostic.code, str(diagnostic.place)) == ("PT119", "models/b/a.sql:1")


def test_a_misspelt_call_is_shown_where_it_stands(project: LoadedOf) -> None:
    (found,) = refused(project({"model": "-- a release\n{{ confg(protection='k_anonymity') }}SELECT 1 AS a"}))
    assert found.code == "PT111"
    assert found.place is not None
    assert (found.place.line, found.place.column, found.place.length) == (2, 4, 5)
    assert found.label == "did you mean `config`?"
