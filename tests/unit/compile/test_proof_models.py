"""What proves a privacy model of sensitive values, and every way in which a script fails to."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from dataclasses import replace

import pytest
from proven_scripts import COLUMNS, MACROS, PEOPLE, PEOPLE_SQL, QUASI

from personatwin_sql.compile.class_rules import class_rules
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.proof import Proof, prove_k_anonymity, prove_models
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity

MODELS = (
    DistinctDiversity("screening", 2),
    EntropyDiversity("screening", 1.5),
    RecursiveDiversity("screening", 3, 2),
    AlphaK("screening", 0.8),
    EqualCloseness("screening", 0.3),
    DeltaDisclosure("screening", 1.5),
)
VALUES = "private.people_public__class_values_1"


def script(
    *models: object, one_row_per_unit: bool = True, columns: tuple[PublishedColumn, ...] = COLUMNS
) -> str:
    return MACROS.call(
        "k_anonymity",
        {
            "model": MacroModel("people_public", "models/people_public.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": columns,
            "k": 3,
            "one_row_per_unit": one_row_per_unit,
            "sensitive": class_rules(models or MODELS, columns),  # type: ignore[arg-type]
        },
    )


def said(written: str, one_row_per_unit: bool = True) -> dict[str, Proof]:
    authored = replace(PEOPLE, one_row_per_unit=one_row_per_unit)
    found = prove_models(written, "people_public", authored, QUASI, frozenset())
    assert all(column == "screening" for _, column in found)
    return {name: proof for (name, _), proof in found.items()}


def changed(old: str, new: str, count: int = 1) -> str:
    written = script()
    assert old in written, old
    return written.replace(old, new, count)


def test_every_condition_is_read_back_with_its_number() -> None:
    assert {name: proof.value for name, proof in said(script()).items()} == {
        "l_diversity_distinct": 2,
        "l_diversity_entropy": 1.5,
        "l_diversity_recursive_2": 3,
        "alpha_k": 0.8,
        "t_closeness_equal": 0.3,
        "delta_disclosure": 1.5,
    }
    assert said(script())["l_diversity_distinct"].reading == "HAVING count(class_values.sensitive_value) >= 2"


def test_k_is_proven_through_the_counts_of_values() -> None:
    proof = prove_k_anonymity(script(), "people_public", PEOPLE, QUASI)
    assert proof.value == 3


def test_people_with_several_rows_are_made_one_first() -> None:
    assert said(script(one_row_per_unit=False), one_row_per_unit=False)["alpha_k"].value == 0.8


def test_what_is_not_read_takes_no_proof_from_the_others() -> None:
    written = script(DistinctDiversity("screening", 2), HierarchicalCloseness("screening", 0.3))
    assert set(said(written)) == {"l_diversity_distinct"}
    assert prove_k_anonymity(written, "people_public", PEOPLE, QUASI).value == 3


def test_distinct_values_of_rows_are_counted_too() -> None:
    written = MACROS.call(
        "k_anonymity",
        {
            "model": MacroModel("people_public", "models/people_public.sql", 1, PEOPLE_SQL),
            "unit": "person_id", "columns": COLUMNS, "k": 3, "one_row_per_unit": True,
        },
    )  # fmt: skip
    head, found, tail = written.partition("HAVING count(*) >= 3")
    assert found
    assert (
        said(head + found + " AND count(DISTINCT screening) >= 2" + tail)["l_diversity_distinct"].value == 2
    )


WEAKER = {
    "a smaller l": (
        "count(class_values.sensitive_value) >= 2",
        "count(class_values.sensitive_value) >= 1",
        "l_diversity_distinct",
        1,
    ),
    "a larger share": (
        "max(class_values.people) * 5 <= 4",
        "max(class_values.people) * 10 <= 9",
        "alpha_k",
        0.9,
    ),
    "a larger distance": (
        "<= 3 * sum(class_values.people) * max",
        "<= 4 * sum(class_values.people) * max",
        "t_closeness_equal",
        0.4,
    ),
}


@pytest.mark.parametrize("name", WEAKER)
def test_a_weaker_condition_proves_the_weaker_number(name: str) -> None:
    old, new, model, value = WEAKER[name]
    assert said(changed(old, new))[model].value == value


LOST = {
    "rows of people are counted": ("count(class_values.sensitive_value) >= 2", "count(*) >= 2", "l_diversity_distinct"),
    "quasi-identifiers are counted": ("count(class_values.sensitive_value) >= 2", "count(class_values.age) >= 2", "l_diversity_distinct"),
    "the condition may be left out": ("count(class_values.sensitive_value) >= 2", "(count(class_values.sensitive_value) >= 2 OR TRUE)", "l_diversity_distinct"),
    "the least is bounded, not the most": ("max(class_values.people) * 5", "min(class_values.people) * 5", "alpha_k"),
    "the most is bounded from below": ("max(class_values.people) * 5 <= 4", "max(class_values.people) * 5 >= 4", "alpha_k"),
    "values are counted of some people only": ("FROM private.people_public__generalized AS people\nGROUP BY", "FROM private.people_public__generalized AS people\nWHERE people.age IS NOT NULL\nGROUP BY", "alpha_k"),
    "another column is counted": ("people.screening AS sensitive_value", "people.person_id AS sensitive_value", "l_diversity_distinct"),
    "values are told apart that are one": ("people.screening AS sensitive_value", "people.screening || people.person_id AS sensitive_value", "l_diversity_distinct"),
    "what is compared is not everybody": (f"FROM {VALUES} AS class_values\n    GROUP BY class_values.sensitive_value", f"FROM {VALUES} AS class_values\n    WHERE class_values.people > 1\n    GROUP BY class_values.sensitive_value", "t_closeness_equal"),
    "some values of a class are missing": ("FROM shares AS class_values", "FROM shares AS class_values\n    WHERE class_values.people > 1", "t_closeness_equal"),
    "entropy of everybody alone": ("), 9) >= 1.5e0\n        AND round(exp(", "), 9) >= 1.5e0\n        OR round(exp(", "l_diversity_entropy"),
    "who is accepted is not asked": ("SEMI JOIN private.people_public__accepted_1", "ANTI JOIN private.people_public__accepted_1", "t_closeness_equal"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOST)
def test_what_is_weakened_in_any_way_is_not_proven(name: str) -> None:
    old, new, model = LOST[name]
    assert model not in said(changed(old, new))


def test_fewer_published_columns_prove_nothing_of_the_larger_classes() -> None:
    head, found, tail = script().rpartition("    people.ethnicity,\n    people.screening\n")
    assert found
    assert said(head + "    people.screening\n" + tail) == {}


def test_a_column_made_from_another_is_not_the_one_that_was_asked_for() -> None:
    written = script().replace("authored.screening  -- sensitive", "authored.age AS screening", 1)
    assert written != script()
    assert said(written) == {}
