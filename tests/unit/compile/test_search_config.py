"""The loss of a search: from where it is declared to the promise, and all that can be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from promised import AGE, PATH, codes, column, compiled, k_anonymity, project, written

from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.promise import check_promise
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.objective import Objective
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import KAnonymity, Personas, SearchRule


def read(loaded: Loaded, **config: Any) -> tuple[SearchRule, list[Diagnostic]]:
    promise, diagnostics = resolve(written(protection="k_anonymity", **config), loaded)
    assert isinstance(promise, KAnonymity)
    return promise.search, diagnostics


def test_the_loss_is_iyengars_unless_somebody_says_otherwise() -> None:
    assert read(project()) == (SearchRule(), [])
    assert SearchRule().loss == ""


def test_a_project_says_the_loss_and_the_effort_for_its_tables_of_people() -> None:
    loaded = project(
        loss={"measure": "non_uniform_entropy", "mean": "geometric", "suppression": 0.5},
        search={"nodes": 1000, "seconds": 2.5},
    )
    rule, diagnostics = read(loaded)
    assert diagnostics == []
    assert rule.objective == Objective("non_uniform_entropy", "geometric", 0.5)
    assert rule.effort == Effort(1000, 2.5)
    assert rule.loss == "non_uniform_entropy, geometric mean, suppression 0.5"
    personas, _ = resolve(written(protection="personas"), loaded)
    assert isinstance(personas, Personas)
    assert personas.search == SearchRule(effort=Effort(1000, 2.5))


def test_a_model_goes_before_its_project_and_weighs_columns() -> None:
    loaded = project(loss={"measure": "precision"}, search={"nodes": 7})
    rule, diagnostics = read(loaded, loss={"mean": "geometric", "weights": {"age": 3, "zip": 0.5}})
    assert diagnostics == []
    assert rule.objective == Objective("loss", "geometric", 1.0)
    assert rule.weights == {"age": 3.0, "zip": 0.5}
    assert rule.effort.nodes == 7
    assert rule.loss == "loss, geometric mean, suppression 1, age counts 3, zip counts 0.5"


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("loss", "maps `measure`"),
        ({"measur": "loss"}, "did you mean `measure`?"),
        ({"measure": "kl_divergance"}, "did you mean `kl_divergence`?"),
        ({"mean": "harmonic"}, "one of `arithmetic`, `geometric`"),
        ({"suppression": 1.5}, "from 0 to 1"),
        ({"suppression": True}, "from 0 to 1"),
        ({"weights": {"age": 0}}, "above 0"),
        ({"weights": {"age": "3"}}, "above 0"),
        ({"weights": ["age"]}, "above 0"),
    ],
)
def test_a_loss_that_is_not_one_is_refused(loss: Any, said: str) -> None:
    _, (found,) = read(project(), loss=loss)
    assert found.code == "PT380"
    assert said in f"{found.message} {found.label} {found.fixes}"


@pytest.mark.parametrize("option", [{"mean": "geometric"}, {"weights": {"age": 2}}, {"suppression": 0.5}])
def test_an_option_that_its_measure_does_not_have_is_refused(option: dict[str, Any]) -> None:
    _, found = read(project(), loss={"measure": "discernibility", **option})
    assert codes(found) == ["PT381"]


@pytest.mark.parametrize("kind", ["local", "multidimensional"])
def test_a_recoding_by_class_takes_weights_and_no_other_loss(kind: str) -> None:
    _, found = read(project(), recoding=kind, loss={"measure": "ambiguity"})
    assert codes(found) == ["PT382"]
    assert read(project(), recoding=kind, loss={"weights": {"age": 2}})[1] == []


def test_a_weight_of_a_column_that_is_not_selected_is_refused() -> None:
    rule = SearchRule(weights={"agee": 2.0}, place=Place(PATH, 1))
    model = compiled("people_public", replace(k_anonymity(), search=rule), [column("age", hierarchy=AGE)])
    _, found = check_promise(model, {})
    assert codes(found) == ["PT380"]
    assert found[0].label is not None
    assert "age" in found[0].label
