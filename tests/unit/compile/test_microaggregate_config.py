"""`microaggregate` of a column: what it resolves to, what it does not go with, and what the lock says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from promised import AGE, codes, column, compiled, k_anonymity, personas, project, written

from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.lock import Lock, lock_text, read_lock
from personatwin_sql.compile.microaggregate_config import resolved
from personatwin_sql.compile.promise import check_promise
from personatwin_sql.compile.protection import Chosen, grouped_columns, is_recoded_so
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.spec.hierarchy import Dates, Flat, Prefix
from personatwin_sql.spec.microaggregate import Microaggregate
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.protection import KAnonymity, Protection, RecodingRule
from personatwin_sql.spec.role import Role

MEAN = {"microaggregate": "mean"}


def read(promise: Any, protection: str = "k_anonymity", **config: Any) -> tuple[Protection, list[Diagnostic]]:
    config = {"protection": protection, "columns": {"income": promise}, **config}
    found, diagnostics = resolve(written(**config), project())
    assert found is not None
    return found, diagnostics


def test_a_column_is_published_as_the_number_of_a_group() -> None:
    found, diagnostics = read({"microaggregate": "median", "round_to": 100})
    assert isinstance(found, KAnonymity)
    assert (found.columns["income"].microaggregate, diagnostics) == (Microaggregate("median", 100), [])
    assert (found.recoding.name, found.recoding.is_by_class) == ("means", True)


def test_it_goes_with_any_recoding() -> None:
    found, diagnostics = read(MEAN, recoding="local")
    assert isinstance(found, KAnonymity)
    assert (found.recoding.name, diagnostics) == ("local", [])


@pytest.mark.parametrize(
    ("promise", "code"),
    [
        ({"microaggregate": "mode"}, "PT151"),
        ({"microaggregate": 5}, "PT151"),
        ({"microaggregate": "mean", "round_to": "1"}, "PT151"),
        ({"microaggregate": "mean", "round_to": 0}, "PT151"),
        ({"round_to": 1}, "PT151"),
        ({"microaggregate": "mean", "level": 1}, "PT179"),
        ({"microaggregate": "mean", "tolerance": 1}, "PT179"),
    ],
)
def test_what_contradicts_itself_is_refused(promise: Any, code: str) -> None:
    assert codes(read(promise)[1]) == [code]


@pytest.mark.parametrize("config", [{"suppression": "cell"}, {"k_map": 100}])
def test_what_counts_single_cells_or_the_population_is_refused(config: Any) -> None:
    assert codes(read(MEAN, **config)[1]) == ["PT179"]


def test_other_protections_have_no_numbers_of_groups() -> None:
    assert codes(read(MEAN, "personas")[1]) == ["PT179"]


INCOME = column("income", type="number")


@pytest.mark.parametrize(
    "other",
    [
        replace(INCOME, type="text"),
        replace(INCOME, role=Role.SENSITIVE),
        replace(INCOME, merge="never"),
        replace(INCOME, tolerance=1),
        replace(INCOME, place_precision="zip"),
        replace(INCOME, hierarchy=Prefix(prefix=(3,))),
        replace(INCOME, hierarchy=Dates(dates=("year",))),
    ],
)
def test_a_column_without_a_mean_is_refused(other: Any) -> None:
    asked, preset, place = Microaggregate("mean"), PRESETS["low"], Place("m.sql", 1)
    assert codes(resolved(other, other.hierarchy or Flat(), asked, preset, place)[1]) == ["PT179"]
    assert resolved(INCOME, Flat(), asked, preset, place) == (Microaggregate("mean", 0.01), [])


def test_ages_are_rounded_to_the_narrowest_band_at_least() -> None:
    age, preset, place = column("age", hierarchy=AGE, type="integer"), PRESETS["high"], Place("m.sql", 1)
    assert resolved(age, AGE, Microaggregate("mean"), preset, place)[0] == Microaggregate("mean", 10)
    assert codes(resolved(age, AGE, Microaggregate("mean", 5), preset, place)[1]) == ["PT152"]


def test_personas_stand_inside_of_no_such_model() -> None:
    columns = (column("age", hierarchy=AGE, type="integer"), column("gender"))
    outer = compiled("public", k_anonymity(recoding=RecodingRule(has_groups=True)), columns)
    grouped = replace(outer.columns[0], microaggregate=Microaggregate("mean", 5))
    outer = replace(outer, columns=(grouped, outer.columns[1]))
    inner = compiled("personas", personas(within="public"), columns)
    _, diagnostics = check_promise(inner, {"public": outer})
    assert "PT179" in codes(diagnostics)
    assert grouped_columns(outer) == {"age": "mean of a group, to 5"}


LOCKED = Chosen(5, {"age": 5}, "means", {"age": 5}, microaggregate={"age": "mean of a group, to 5"})


def test_the_lock_says_how_numbers_are_published(tmp_path: Path) -> None:
    lock = Lock().with_choices("prod", {"public": LOCKED})
    (tmp_path / "project.lock").write_text(lock_text(lock), encoding="utf-8")
    assert read_lock(tmp_path) == lock
    for old, new in (("        age: mean", "        zip: mean"), ("mean of a group, to 5", "7")):
        assert old in lock_text(lock)
        (tmp_path / "project.lock").write_text(lock_text(lock).replace(old, new), encoding="utf-8")
        with pytest.raises(ProjectError, match="PT170"):
            read_lock(tmp_path)


def test_what_is_locked_otherwise_is_not_what_is_declared() -> None:
    model = compiled("public", k_anonymity(recoding=RecodingRule(has_groups=True)), (column("age"),))
    model = replace(model, columns=(replace(model.columns[0], microaggregate=Microaggregate("mean", 5)),))
    assert is_recoded_so(model, LOCKED, None)
    assert not is_recoded_so(model, replace(LOCKED, microaggregate={}), None)
    assert not is_recoded_so(model, replace(LOCKED, microaggregate={"age": "median of a group, to 5"}), None)
