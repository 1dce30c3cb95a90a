"""Privacy models that cannot be meant, satisfied or kept: refused or withheld, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from town_of_needs import PUBLIC, built, change, project

from personatwin_sql.errors import ProjectError, Withheld
from personatwin_sql.spec.library import library

REFUSED = {
    "a column that is not there": ("alpha_k={'nead': 0.5}", "PT181"),
    "a column that is not sensitive": ("alpha_k={'age': 0.5}", "PT182"),
    "a subset that is no condition": ("delta_presence={'need': {'most': 0.5}}", "PT182"),
    "at least more than at most": ("delta_presence={'in_study': {'least': 0.6, 'most': 0.5}}", "PT183"),
    "a column of which nothing is said": ("l_diversity={'need': {}}", "PT183"),
    "a share of more than all": ("alpha_k={'need': 1.5}", "PT013"),
    "a misspelt sense": ("l_diversity={'need': {'distinkt': 2}}", "PT012"),
    "a distance that there is not": ("t_closeness={'need': {'t': 0.2, 'distance': 'far'}}", "PT014"),
    "text for a number": ("max_risk='0.1'", "PT011"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_at_its_place(tmp_path: Path, name: str) -> None:
    config, code = REFUSED[name]
    with pytest.raises(ProjectError) as refused:
        built(project(tmp_path, config, columns="need, score, in_study", rows=20))
    (found,) = refused.value.diagnostics
    assert found.code == code
    assert found.place is not None
    assert str(found.place).startswith(f"{PUBLIC}:1:37")


def test_a_number_out_of_range_names_the_model_that_it_was_written_for(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="`alpha_k` of `need` must be less than 1"):
        built(project(tmp_path, "alpha_k={'need': 1.5}", rows=20))


def test_a_column_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="`need` is written twice"):
        built(project(tmp_path, "alpha_k={'need': 0.5, 'need': 0.9}", rows=20))


IMPOSSIBLE: Mapping[str, tuple[str, dict[str, Any]]] = {
    "more values than there are": ("l_diversity={'need': 5}", {}),
    "a constant column": ("l_diversity={'need': {'entropy': 1.1}}", {"need": "low"}),
    "a column of nothing": ("l_diversity={'need': 2}", {"need": ""}),
    "a share below that of few values": ("alpha_k={'need': 0.1}", {}),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_no_release_can_satisfy_is_said_before_a_search(tmp_path: Path, name: str) -> None:
    config, values = IMPOSSIBLE[name]
    root = project(tmp_path, config, rows=200)
    if values:
        change(root, **values)
    with pytest.raises(Withheld) as withheld:
        built(root)
    (found,) = withheld.value.diagnostics
    assert found.code == "PT251"
    assert not any(value in found.message for value in ("urgent", "ZQ"))
    assert not (root / "release" / "town.duckdb").exists()


def test_a_population_of_fewer_people_than_the_data_is_said_before_a_search(tmp_path: Path) -> None:
    root = project(tmp_path, "population_uniqueness={'share': 0.1, 'population': 150}", rows=200)
    with pytest.raises(Withheld, match="more people would be published than the population has") as withheld:
        built(root)
    assert [each.code for each in withheld.value.diagnostics] == ["PT251"]


def test_a_model_that_no_levels_satisfy_is_named(tmp_path: Path) -> None:
    root = project(tmp_path, "delta_presence={'here': {'most': 0.9}}", columns="score IS NOT NULL AS here")
    with pytest.raises(Withheld, match=r"PT203.* people that satisfy `delta_presence` hold enough"):
        built(root)


def test_a_k_above_the_people_is_withheld(tmp_path: Path) -> None:
    with pytest.raises(Withheld, match="PT251"):
        built(project(tmp_path, "max_risk=0.001", rows=100))


WEAKENED = {
    "l_diversity_distinct": ("l_diversity={'need': 3}", ">= {{ rule.l }}", ">= 1", "PT202"),
    "alpha_k": ("alpha_k={'need': 0.7}", "max(class_values.people)", "min(class_values.people)", "PT201"),
    "t_closeness_ordered": (
        "t_closeness={'score': {'t': 0.3, 'distance': 'ordered'}}",
        "END <= {{ rule.bound }}", "END <= 2", "PT202",
    ),
    "t_closeness_hierarchical": (
        "t_closeness={'need': {'t': 0.1, 'distance': 'hierarchical'}}",
        "sum(moved.class_moved) *", "0 * sum(moved.class_moved) *", "PT250",
    ),
    "class_shares": (
        "t_closeness={'score': {'t': 0.3, 'distance': 'ordered'}}",
        "        CAST(sum(class_values.people) AS BIGINT) AS value_people",
        "        max(class_values.people) AS value_people", "PT201",
    ),
    "class_values": (
        "l_diversity={'need': 2}", "AS sensitive_value", "|| people.age AS sensitive_value", "PT201",
    ),
}  # fmt: skip


@pytest.mark.parametrize("macro", WEAKENED)
def test_a_macro_that_asks_for_less_is_withheld(tmp_path: Path, macro: str) -> None:
    config, old, new, code = WEAKENED[macro]
    root = project(tmp_path, config, columns="need, score", rows=500)
    with (root / "people.csv").open(
        "a", encoding="utf-8", newline=""
    ) as file:  # a class that is like nobody else
        file.writelines(f"ZQOLD{number},90,f,low,5,true\r\n" for number in range(20))
    text = next((library().folder / "macros").rglob(f"{macro}.sql")).read_text(encoding="utf-8")
    assert old in text
    (root / "macros").mkdir()
    (root / "macros" / f"{macro}.sql").write_text(text.replace(old, new), encoding="utf-8")
    with (root / "project.yml").open("a", encoding="utf-8") as file:
        file.write(f"overrides: [{macro}]\n")
    with pytest.raises(Withheld) as withheld:
        built(root)
    assert code in {each.code for each in withheld.value.diagnostics}


def test_people_who_were_chosen_by_what_is_sensitive_are_refused(tmp_path: Path) -> None:
    """A filter on a sensitive column makes each class alike in it: no model of it could hold."""
    root = project(tmp_path, "l_diversity={'need': 2}", rows=20)
    text = (root / PUBLIC).read_text()
    (root / PUBLIC).write_text(text.rstrip() + " WHERE need = 'low'\n")
    with pytest.raises(ProjectError, match="PT146"):
        built(root)
