"""Macros: one a file, seeing each other and their arguments only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from personatwin_sql.compile.jinja import call_macro, environment, render
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.loaded import Loaded, SqlFile

LoadedOf = Callable[..., Loaded]


def call(project: LoadedOf, macros: Mapping[str, str], name: str, /, **values: object) -> str:
    return call_macro(project({}, macros), name, **values)


def refused(project: LoadedOf, macros: Mapping[str, str], name: str, /, **values: object) -> Diagnostic:
    with pytest.raises(ProjectError) as caught:
        call(project, macros, name, **values)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def test_macros_call_each_other_and_take_any_value(project: LoadedOf) -> None:
    macros = {
        "outer": "{# says twice #}\n{% macro outer(name, values) %}{{ inner(name) }}"
        "{{ values | length }}{% endmacro %}\n",
        "inner": "{% macro inner(name) %}[{{ name | identifier }}]{% endmacro %}",
    }
    assert call(project, macros, "outer", name="Case No", values=(1, 2)) == '["Case No"]2'


def test_macros_quote_names_and_values(project: LoadedOf) -> None:
    macros = {"m": "{% macro m(a, b) %}{{ a | identifier }} {{ b | literal }}{% endmacro %}"}
    assert call(project, macros, "m", a="order", b="O'Neil") == "\"order\" 'O''Neil'"


@pytest.mark.parametrize(
    "name", ["ref", "source", "var", "env_var", "config", "this", "target", "lipsum", "cycler"]
)
def test_macros_reach_no_globals(project: LoadedOf, name: str) -> None:
    diagnostic = refused(project, {"m": f"{{% macro m() %}}\n{{{{ {name} }}}}{{% endmacro %}}"}, "m")
    assert (diagnostic.code, str(diagnostic.place)) == ("PT111", "macros/m.sql:2:4")


def test_a_macro_that_fails_says_where_and_who_called_it(project: LoadedOf) -> None:
    macros = {"m": "{% macro m(x) %}\n\n{{ x.y }}{% endmacro %}"}
    with pytest.raises(ProjectError) as caught:
        render(project({"model": "SELECT\n{{ m(1) }}"}, macros))
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic.place) == "macros/m.sql:3"
    assert diagnostic.notes == ("called from models/model.sql:2",)


def test_a_macro_without_a_value_is_told_which(project: LoadedOf) -> None:
    diagnostic = refused(project, {"m": "{% macro m(k) %}{{ k }}{% endmacro %}"}, "m")
    assert diagnostic.code == "PT111"
    assert "'k'" in diagnostic.message


MISSHAPEN = {
    "two": "{% macro two() %}{% endmacro %}{% macro other() %}{% endmacro %}",
    "none": "SELECT 1",
    "named": "{% macro other() %}{% endmacro %}",
    "beside": "{% macro beside() %}{% endmacro %} SELECT 1",
    "nested": "{% macro nested() %}{% macro inner() %}{% endmacro %}{% endmacro %}",
    "set_beside": "{% set x = 1 %}{% macro set_beside() %}{{ x }}{% endmacro %}",
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_a_macro_file_holds_one_macro_named_as_the_file(project: LoadedOf, name: str) -> None:
    assert refused(project, {name: MISSHAPEN[name]}, name).code == "PT116"
    with pytest.raises(ProjectError) as caught:
        render(project({}, {name: MISSHAPEN[name]}))
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["PT116"]


def test_a_macro_that_does_not_exist_is_refused(project: LoadedOf) -> None:
    assert refused(project, {}, "m").code == "PT116"


def test_each_call_has_its_own_budget_of_loops(project: LoadedOf) -> None:
    library = environment(
        project({}, {"m": "{% macro m(n) %}{% for i in range(n) %}{% endfor %}{% endmacro %}"})
    )
    for _ in range(3):
        assert call_macro(library, "m", n=90_000) == ""


def test_macros_are_read_once_for_each_project(project: LoadedOf) -> None:
    loaded = project({}, {"m": "{% macro m() %}{% endmacro %}"})
    assert environment(loaded) is environment(loaded)
    assert environment(loaded) is not environment(project({}, {}))


def test_a_builtin_macro_is_checked_when_it_is_called(project: LoadedOf) -> None:
    loaded = project({}, {})
    broken = SqlFile("m", "<builtin>/macros/m.sql", "SELECT 1", is_builtin=True)
    with_builtin = Loaded(**{**vars(loaded), "macros": {"m": broken}})
    assert render(with_builtin) == ()
    with pytest.raises(ProjectError, match="PT116"):
        call_macro(with_builtin, "m")
