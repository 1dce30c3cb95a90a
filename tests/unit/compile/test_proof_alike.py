"""What proves t-closeness of ordered values, and every step that, once changed, proves nothing."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

import pytest
from proven_scripts import PEOPLE, QUASI, prove_merged
from test_proof_models import COLUMNS, said, script
from test_proof_persona_models import script as personas

from personatwin_sql.compile.model_guarantees import of_models
from personatwin_sql.compile.proof import prove_k_anonymity, prove_models
from personatwin_sql.compile.proof.alike_forms import ORDERED
from personatwin_sql.errors import Place
from personatwin_sql.frozen import replace
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.spec.privacy_models import DeclaredModel
from tests.unit.compile.promised import k_anonymity

SCRIPT = script(OrderedCloseness("screening", 0.3))
ORDERED_T = "t_closeness_ordered"
SUM = "sum(abs(differences.class_difference))"
WEAKER = {
    "rows of classes are counted instead of people": ("CAST(sum(class_values.people) AS BIGINT) AS class_people", "count(*) AS class_people"),
    "values are counted instead of people": ("CAST(sum(class_values.people) AS BIGINT) AS value_people", "count(*) AS value_people"),
    "the largest count stands for all": ("CAST(sum(class_values.people) AS BIGINT) AS value_people", "max(class_values.people) AS value_people"),
    "everybody is fewer": ("AS everybody\n    FROM private.people_public__class_values_1 AS class_values", "AS everybody\n    FROM private.people_public__class_values_1 AS class_values\n    WHERE class_values.people > 1"),
    "everybody has others' values": ("AS value_people\n    FROM private.people_public__class_values_1", "AS value_people\n    FROM private.people_public__generalized"),
    "classes are held to their own": ("AS value_people\n    FROM private.people_public__class_values_1 AS class_values", "AS value_people\n    FROM private.people_public__class_values_1 AS class_values\n    WHERE class_values.gender = 'F'"),
    "the order is turned": ("ORDER BY value_totals.sensitive_value) AS place", "ORDER BY value_totals.sensitive_value DESC) AS place"),
    "the order is that of counts": ("ORDER BY value_totals.sensitive_value) AS BIGINT) AS up_to", "ORDER BY value_totals.value_people) AS BIGINT) AS up_to"),
    "the places are those of counts": ("ORDER BY value_totals.sensitive_value) AS place", "ORDER BY value_totals.value_people) AS place"),
    "people are not added up to a place": ("            PARTITION BY sized_classes.class_number\n            ORDER BY places.place\n", "            PARTITION BY sized_classes.class_number\n"),
    "people of all classes are added up": ("            PARTITION BY sized_classes.class_number\n            ORDER BY", "            ORDER BY"),
    "differences cancel out": (SUM, "abs(sum(differences.class_difference))"),
    "differences have signs": (SUM, "sum(differences.class_difference)"),
    "only the largest difference counts": (SUM, "max(abs(differences.class_difference))"),
    "the distance is that of half the steps": ("greatest(differences.value_places - 1, 1)", "greatest(differences.value_places, 1) * 2"),
    "NULL weighs nothing": ("+ abs((differences.class_people", "+ 0 * abs((differences.class_people"),
    "places that a class lacks are left out": ("    LEFT JOIN placed", "    INNER JOIN placed"),
    "values of others are read": ("ON sized_classes.class_number = placed.class_number\n        AND places", "ON places"),
    "the bound is a lower one": ("END <= 0.3e0", "END >= 0.3e0"),
    "the bound is rounded up": ("            9\n        )\n    END", "            0\n        )\n    END"),
    "all classes are near": ("END <= 0.3e0", "END <= 0.3e0 OR TRUE"),
    "the far ones are found": ("SEMI JOIN near\n", "ANTI JOIN near\n"),
    "another class is found": ("ON sized_classes.class_number = near.class_number", "ON sized_classes.class_people = near.class_number"),
    "classes are larger than those of the release": ("    class_values.ethnicity\n    HAVING", "    class_values.gender\n    HAVING"),
    "a class is looked up by less": ("\n        AND class_values.ethnicity IS NOT DISTINCT FROM sized_classes.ethnicity", ""),
    "numbers are made twice": ("AS MATERIALIZED (", "AS ("),
    "some people are not counted": ("FROM private.people_public__generalized AS people\nGROUP BY", "FROM private.people_public__generalized AS people\nWHERE people.screening IS NOT NULL\nGROUP BY"),
    "another column is counted": ("people.screening AS sensitive_value", "people.age AS sensitive_value"),
    "who is near is not asked": ("SEMI JOIN private.people_public__close_1_1", "ANTI JOIN private.people_public__close_1_1"),
    "values stand in another order": ("authored.screening  -- sensitive", "substr(authored.screening, 2) AS screening"),
    "values have signs of their own": ("authored.screening  -- sensitive", "-authored.screening AS screening"),
}  # fmt: skip


def test_the_bound_of_ordered_values_is_read_back() -> None:
    proof = said(SCRIPT)[ORDERED_T]
    assert (proof.value, "<= 0.3" in proof.reading) == (0.3, True)
    assert prove_k_anonymity(SCRIPT, "people_public", PEOPLE, QUASI).value == 3
    assert said(SCRIPT.replace("END <= 0.3e0", "END <= 0.4e0"))[ORDERED_T].value == 0.4


def test_it_is_read_of_people_with_several_rows_and_of_personas_too() -> None:
    several = script(OrderedCloseness("screening", 0.3), one_row_per_unit=False)
    assert said(several, one_row_per_unit=False)[ORDERED_T].value == 0.3
    proofs = prove_merged(personas(OrderedCloseness("screening", 0.3)))
    assert proofs[f"{ORDERED_T} of screening"].value == 0.3


@pytest.mark.parametrize("name", WEAKER)
def test_nothing_is_proven_when(name: str) -> None:
    old, new = WEAKER[name]
    assert old in SCRIPT, old
    assert ORDERED_T not in said(SCRIPT.replace(old, new))


def test_values_that_became_places_in_a_list_are_in_no_order_of_their_own() -> None:
    coded = SCRIPT.replace(
        "authored.screening  -- sensitive",
        "CAST(authored.screening AS private.people_public__text) AS screening",
    )
    assert coded != SCRIPT
    kinds = "CREATE TYPE private.people_public__text AS ENUM (SELECT 'low' UNION ALL SELECT 'high');\n"
    assert ORDERED_T not in said(kinds + coded)


def test_a_class_column_with_the_name_of_a_step_proves_nothing() -> None:
    columns = tuple(replace(each, name="class_people") if each.name == "age" else each for each in COLUMNS)
    named = script(OrderedCloseness("screening", 0.3), columns=columns)
    authored = replace(PEOPLE, columns=tuple(each.name for each in columns))
    quasi = tuple(each.name for each in columns[:3])
    assert prove_models(named, "people_public", authored, quasi, frozenset()) == {}


def test_two_models_of_one_column_are_read_side_by_side() -> None:
    both = script(OrderedCloseness("screening", 0.3), EqualCloseness("screening", 0.4))
    assert {name: proof.value for name, proof in said(both).items()} == {
        ORDERED_T: 0.3,
        "t_closeness_equal": 0.4,
    }


def test_the_form_is_what_the_macro_writes_and_not_a_part_of_it() -> None:
    assert ORDERED.sql.count("private.counted") == 4


def guarantee(model: PrivacyModel, text: str) -> tuple[float | None, bool, bool]:
    promise = replace(k_anonymity(), models=(DeclaredModel(model, Place("models/people_public.sql", 1)),))
    k = prove_k_anonymity(text, "people_public", PEOPLE, QUASI)
    (found,) = of_models(
        "people_public", promise, k, prove_models(text, "people_public", PEOPLE, QUASI, frozenset())
    )
    return found.proven, found.measured_only, found.is_proven


def test_ordered_values_are_refused_where_nothing_is_proven_and_a_hierarchy_is_counted_only() -> None:
    assert guarantee(OrderedCloseness("screening", 0.3), SCRIPT) == (0.3, False, True)
    assert guarantee(OrderedCloseness("screening", 0.2), SCRIPT) == (0.3, False, False)
    weak = SCRIPT.replace(SUM, "sum(differences.class_difference)")
    assert guarantee(OrderedCloseness("screening", 0.3), weak) == (None, False, False)
    tree = script(HierarchicalCloseness("screening", 0.3))
    assert guarantee(HierarchicalCloseness("screening", 0.3), tree) == (None, True, True)
