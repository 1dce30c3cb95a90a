"""Selection as in dbt."""

from __future__ import annotations

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.graph.graph import Graph, Node
from personatwin_sql.graph.selection import select

EVERYTHING = {
    "court.people",
    "court.events",
    "stg_people",
    "stg_events",
    "people_public",
    "personas",
    "persona_events",
}
SELECTED = {
    "personas": {"personas"},
    "stg_*": {"stg_people", "stg_events"},
    "*": EVERYTHING - {"court.people", "court.events"},
    "court.people": {"court.people"},
    "+personas": {"personas", "people_public", "stg_people", "court.people"},
    "1+personas": {"personas", "people_public", "stg_people"},
    "people_public+": {"people_public", "personas", "persona_events"},
    "people_public+1": {"people_public", "personas"},
    "1+people_public+1": {"stg_people", "people_public", "personas"},
    "@people_public": EVERYTHING,
    "@stg_events": EVERYTHING,
    "path:models/staging": {"stg_people", "stg_events"},
    "path:models/staging/": {"stg_people", "stg_events"},
    "models/release/personas.sql": {"personas"},
    "models/*/stg_*.sql": {"stg_people", "stg_events"},
    "resource_type:source": {"court.people", "court.events"},
    "protection:k_anonymity": {"people_public"},
    "config.protection:persona*": {"personas", "persona_events"},
    "protection:none,resource_type:model": {"stg_people", "stg_events"},
    "source:court": {"court.people", "court.events"},
    "source:court.events+": {"court.events", "stg_events", "persona_events"},
    "stg_people personas": {"stg_people", "personas"},
    "+personas,path:models/release": {"personas", "people_public"},
    "+personas,path:models/release stg_events": {"personas", "people_public", "stg_events"},
}


@pytest.mark.parametrize("selector", SELECTED)
def test_a_selector_selects(court: Graph, selector: str) -> None:
    assert set(select(court, [selector])) == SELECTED[selector]


def test_without_a_selector_everything_is_selected_in_build_order(court: Graph) -> None:
    assert select(court) == court.order


def test_arguments_unite_and_exclude_takes_away(court: Graph) -> None:
    assert select(court, ["+personas", "stg_events"], ["source:court people_public"]) == (
        "stg_events",
        "stg_people",
        "personas",
    )


def test_exclude_alone_takes_away_from_everything(court: Graph) -> None:
    assert set(select(court, excluded=["resource_type:source"])) == SELECTED["*"]


REFUSED = {
    "person": ("PT121", "did you mean `personas`?"),
    "protection:k_anonimity": ("PT121", "did you mean `k_anonymity`?"),
    "path:models/releases": ("PT121", None),
    "source:court.person": ("PT121", "did you mean `court.people`?"),
    "personas,stg_people": ("PT121", None),
    "protections:personas": ("PT122", "did you mean `protection`?"),
    "path:": ("PT122", None),
    "a++b": ("PT122", None),
    "@personas+": ("PT122", None),
    "+": ("PT122", None),
}


@pytest.mark.parametrize("selector", REFUSED)
def test_a_selector_that_selects_nothing_or_says_nothing_is_an_error(court: Graph, selector: str) -> None:
    code, label = REFUSED[selector]
    for arguments in ({"chosen": [selector]}, {"excluded": [selector]}):
        with pytest.raises(ProjectError) as caught:
            select(court, **arguments)
        assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]
        if label is not None:
            assert caught.value.diagnostics[0].label == label


def test_all_problems_of_a_selection_are_told_at_once(court: Graph) -> None:
    with pytest.raises(ProjectError) as caught:
        select(court, ["nobody", "personas", "tag:x"], ["nothing"])
    assert len(caught.value.diagnostics) == 3


def test_tests_are_selected_by_tag_type_and_what_they_hang_on() -> None:
    nodes = (
        Node("people", "model", "models/people.sql"),
        Node("not_null_people_age", "test", "models/models.yml", tags=("nightly",), test_type="generic"),
        Node("kept", "unit_test", "models/models.yml", test_type="unit"),
    )
    graph = Graph.of(nodes, {"not_null_people_age": ["people"], "kept": ["people"]})
    assert select(graph, ["tag:night*"]) == ("not_null_people_age",)
    assert select(graph, ["test_type:unit"]) == select(graph, ["resource_type:unit_test"]) == ("kept",)
    assert select(graph, ["people+"], ["kept"]) == ("people", "not_null_people_age")
    assert select(graph, ["not_null_*"]) == ("not_null_people_age",)
