"""What proves the privacy models of personas, and scripts that look alike and prove nothing."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

import pytest
from promised import codes, column, compiled, personas, project, written
from proven_scripts import CAP, COLUMNS, K_EVENT, MACROS, PEOPLE, PEOPLE_SQL, QUASI, K, prove_merged

from personatwin_sql.compile.config import resolve
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.model_guarantees import guarantee_name
from personatwin_sql.compile.persona_models import persona_model_guarantees, persona_rules, sizes_contradict
from personatwin_sql.compile.proof import Proof, prove_personas
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.engine.model_demand import Asked
from personatwin_sql.errors import Place
from personatwin_sql.frozen import replace
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.average_risk import AverageRisk
from personatwin_sql.privacy.models.delta_presence import LeastPresent, MostPresent
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.max_risk import MaxRisk
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.sample_uniqueness import SampleUniqueness
from personatwin_sql.spec.privacy_models import DeclaredModel, DeclaredRule
from personatwin_sql.spec.protection import Personas

HERE = Place("models/personas.sql", 1)


def declared(*models: PrivacyModel) -> tuple[DeclaredModel, ...]:
    return tuple(DeclaredModel(model, HERE) for model in models)


def script(*models: PrivacyModel, columns: tuple[PublishedColumn, ...] = COLUMNS) -> str:
    return MACROS.call(
        "personas",
        {
            "model": MacroModel("personas", "models/personas.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": columns,
            "block": ("gender",),
            "within_block": ("age",),
            "within": "people_public",
            "k": K,
            "k_event": K_EVENT,
            "cap": CAP,
            "one_row_per_unit": True,
            "within_columns": (),
            "sensitive": persona_rules(declared(*models), columns),
        },
    )


SCRIPT = script(AlphaK("screening", 0.5), DistinctDiversity("screening", 2), EqualCloseness("screening", 0.3))
SAID = {
    "l_diversity_distinct of screening": 2,
    "alpha_k of screening": 0.5,
    "t_closeness_equal of screening": 0.3,
}
SEMI = "SEMI JOIN private.personas__accepted_1 AS accepted_1\n    ON large_personas.persona IS NOT DISTINCT FROM accepted_1.class_id\n    AND large_personas.group_id IS NOT DISTINCT FROM accepted_1.group_id"


def said(text: str) -> dict[str, float | None]:
    return {name: proof.value for name, proof in prove_merged(text).items() if " of " in name}


def test_the_macro_proves_the_models_of_each_persona() -> None:
    assert said(SCRIPT) == SAID
    proofs = prove_merged(SCRIPT)
    assert (proofs["k"].value, proofs["k_event"].value, proofs["outcome_cap"].value) == (K, K_EVENT, CAP)


NOT_PROVEN = {
    "personas are not asked": SCRIPT.replace(SEMI, ""),
    "all but the good are published": SCRIPT.replace("SEMI JOIN private.personas__accepted_1", "ANTI JOIN private.personas__accepted_1"),
    "groups are asked instead": SCRIPT.replace("ON large_personas.persona IS NOT DISTINCT FROM accepted_1.class_id\n    AND large_personas", "ON large_personas"),
    "one persona is asked for another": SCRIPT.replace("large_personas.persona IS NOT DISTINCT FROM accepted_1.class_id", "large_personas.people IS NOT DISTINCT FROM accepted_1.class_id"),
    "some people are not counted": SCRIPT.replace("FROM private.personas__cut AS people", "FROM private.personas__cut AS people\nWHERE people.screening IS NOT NULL"),
    "another column is counted": SCRIPT.replace("people.screening AS sensitive_value", "people.person_id AS sensitive_value").replace("    people.screening;", "    people.person_id;"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PROVEN)
def test_no_model_is_proven_when(name: str) -> None:
    assert NOT_PROVEN[name] != SCRIPT
    assert not [each for each in said(NOT_PROVEN[name]) if each.endswith(" of screening")]


def test_what_is_proven_is_what_the_conditions_say() -> None:
    head, asked, tail = SCRIPT.rpartition("count(class_values.sensitive_value) >= 2")
    assert asked
    looser = f"{head}count(class_values.sensitive_value) >= 1{tail}"
    assert said(looser) == SAID | {"l_diversity_distinct of screening": 1}


def guarantees(*models: PrivacyModel, text: str = SCRIPT) -> list[tuple[str, float | None, bool]]:
    promise = replace(personas(), models=declared(*models))
    found = persona_model_guarantees("personas", promise, prove_merged(text))
    return [(each.name, each.proven, each.is_proven) for each in found]


def test_each_model_is_a_guarantee_with_what_was_proven() -> None:
    assert guarantees(AlphaK("Screening", 0.4), AlphaK("screening", 0.5), MaxRisk(0.34), MaxRisk(0.3)) == [
        ("alpha_k of Screening", 0.5, False),
        ("alpha_k of screening", 0.5, True),
        ("max_risk", 1 / 3, True),
        ("max_risk", 1 / 3, False),
    ]
    assert guarantees(OrderedCloseness("screening", 0.3)) == [
        ("t_closeness_ordered of screening", None, False)
    ]
    ordered = script(OrderedCloseness("screening", 0.3))
    assert guarantees(OrderedCloseness("screening", 0.3), text=ordered)[0][1:] == (0.3, True)
    assert guarantees(AlphaK("screening", 0.5), text=NOT_PROVEN["personas are not asked"])[0][2] is False


def test_a_script_whose_k_is_not_proven_proves_no_model() -> None:
    proofs = {"k": Proof(None, "why"), "alpha_k of screening": Proof(0.5, "HAVING …")}
    promise = replace(personas(), models=declared(AlphaK("screening", 0.5), MaxRisk(0.5)))
    assert [each.is_proven for each in persona_model_guarantees("personas", promise, proofs)] == [
        False,
        False,
    ]


@pytest.mark.parametrize(("risk", "least"), [(0.2, None), (0.199, 6), (0.05, 20), (1 / 3, None)])
def test_a_highest_risk_that_k_does_not_reach_is_refused_before_anything_runs(
    risk: float, least: int | None
) -> None:
    found = list(sizes_contradict(replace(personas(k=5), models=declared(MaxRisk(risk)))))
    assert [(each.code, each.fixes) for each in found] == (
        [] if least is None else [("PT183", (f"write k={least}",))]
    )


def read(**config: object) -> tuple[list[str], list[str]]:
    promise, diagnostics = resolve(written(protection="personas", **config), project())
    assert isinstance(promise, Personas)
    return [guarantee_name(each.model) for each in promise.models], codes(diagnostics)


def test_personas_take_the_models_of_sensitive_values() -> None:
    assert read(alpha_k={"screening": 0.5}, l_diversity={"screening": {"recursive": {"c": 2, "l": 3}}}) == (
        ["alpha_k of screening", "l_diversity_recursive_3 of screening"],
        [],
    )
    assert read(t_closeness={"screening": {"t": 0.3, "distance": "hierarchical"}}) == (
        ["t_closeness_hierarchical of screening"],
        [],
    )
    assert read(k_map=5) == (["k_map"], [])
    _, of_project = resolve(written(protection="personas"), project(k_map=5))
    assert codes(of_project) == []
    assert read(delta_presence={"in_study": {"least": 0.1, "most": 0.5}}) == (
        ["least_present of in_study", "most_present of in_study"],
        [],
    )


def test_who_is_in_a_study_is_proven_where_it_is_not_published() -> None:
    hidden = tuple(replace(each, is_hidden=each.name == "screening") for each in COLUMNS)
    for columns, proven in ((hidden, True), (COLUMNS, False)):
        text = script(MostPresent("screening", 0.4), LeastPresent("screening", 0.1), columns=columns)
        proofs = prove_personas(
            text, "personas", PEOPLE, QUASI, (), "people_public", hidden=frozenset({"Screening"})
        )
        assert (proofs["k"].value == K) == proven
        assert "k_event" not in proofs
        told = {name: proof.value for name, proof in proofs.items() if " of " in name}
        expected = {"most_present of screening": 0.4, "least_present of screening": 0.1}
        assert told == (expected if proven else {})


def test_personas_take_the_rules_of_a_whole_release() -> None:
    promise, diagnostics = resolve(
        written(protection="personas", average_risk=0.02, sample_uniqueness=0),
        project(population_uniqueness={"share": 0.01, "population": 1000}),
    )
    assert isinstance(promise, Personas)
    assert not diagnostics
    assert {each.rule.name: each.rule.required for each in promise.rules} == {
        "average_risk": 0.02,
        "sample_uniqueness": 0,
        "population_uniqueness": 0.01,
    }
    assert Asked.of(promise).target_risk == 0.02
    _, looser = resolve(written(protection="personas", average_risk=0.3), project(average_risk=0.2))
    assert codes(looser) == ["PT152"]


def test_nobody_is_alone_in_personas_of_two_and_all_else_is_counted() -> None:
    rules = tuple(DeclaredRule(each, HERE) for each in (SampleUniqueness(0), AverageRisk(0.2)))
    promise = replace(personas(), rules=rules)
    for proofs, proven in ((prove_merged(SCRIPT), 0.0), ({"k": Proof(1.0, "HAVING …")}, None)):
        alone, average = persona_model_guarantees("personas", promise, proofs)
        assert (alone.name, alone.proven, alone.measured_only) == (
            "sample_uniqueness",
            proven,
            proven is None,
        )
        assert (average.name, average.required, average.measured_only) == ("average_risk", 0.2, True)


def test_the_macro_asks_for_nothing_where_no_model_is_asked_for() -> None:
    assert persona_rules((), COLUMNS) == ()
    assert compiled("personas", personas(), (column("gender"),)).protection == personas()
