"""What the gate and the report say of those who know something of a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from court_release import EVENTS, PERSONAS, guarantee

from personatwin_sql.release.gate import judge
from personatwin_sql.release.known_words import SENTENCES, SHARED, SOURCES, SURE
from personatwin_sql.release.promise import in_words, statements
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.spec.guarantee import Guarantee


def shared(name: str, measured: float | None, proven: float | None = 5) -> Guarantee:
    return guarantee(name, 5, proven, measured, model="persona_events", measured_only=proven is None)


def events(*guarantees: Guarantee) -> ReleasedModel:
    return replace(EVENTS, guarantees=(*EVENTS.guarantees, *guarantees))


@pytest.mark.parametrize("name", sorted(SHARED))
@pytest.mark.parametrize(("measured", "expected"), [(4, ["PT242"]), (5, []), (6, []), (None, ["PT206"])])
def test_what_is_known_is_shared_by_k_people_or_withheld(
    name: str, measured: float | None, expected: list[str]
) -> None:
    assert [each.code for each in judge((events(shared(name, measured)),))] == expected
    assert [each.code for each in judge((events(shared(name, measured, None)),))] == expected


@pytest.mark.parametrize("name", sorted(SURE))
@pytest.mark.parametrize(("measured", "expected"), [(0.51, ["PT243"]), (0.5, []), (0.49, [])])
def test_a_sensitive_outcome_is_no_surer_than_asked_or_withheld(
    name: str, measured: float, expected: list[str]
) -> None:
    sure = guarantee(name, 0.5, 0.5, measured, "at_most", model="persona_events")
    assert [each.code for each in judge((events(sure),))] == expected


def test_the_way_out_is_told_without_a_figure_of_the_data() -> None:
    (held,) = judge((events(shared("km_2", 3)),))
    assert "`km_2`: what is known of a person is shared by fewer than 5" in held.message
    assert "raise `k` of the personas" in held.fixes[0]
    assert "3" not in f"{held.message}{held.fixes}"


def test_each_promise_has_a_sentence_and_a_source() -> None:
    assert set(SENTENCES) == set(SOURCES)
    assert in_words(shared("km_2", 6)) == (
        "Whoever knows up to two events of a person still finds at least 5 people."
    )
    sure = guarantee("lkc_1_confidence", 0.5, 0.5, 0.4, "at_most")
    assert in_words(sure) == (
        "Whoever knows up to one value of a person, events among them, is at most 50 % sure of a sensitive "
        "outcome that rows of personas show."
    )


def test_how_many_share_is_public_and_how_sure_an_outcome_is_stays_with_the_owner() -> None:
    sure = guarantee("lkc_2_confidence", 0.5, 0.5, 0.4, "at_most", model="persona_events")
    told = {each.guarantee.name: each.measured for each in statements(events(shared("km_2", 7), sure))}
    assert (told["km_2"], told["lkc_2_confidence"]) == (7, None)


def test_personas_that_too_many_are_left_out_of_are_told_to_grow_where_models_leave_them_out() -> None:
    limit = guarantee("suppression_limit", 0.05, None, 0.2, "at_most", model="personas", measured_only=True)
    diverse = guarantee("l_diversity_distinct of charge", 2, 2, 2, model="personas")
    (plain,) = judge((replace(PERSONAS, guarantees=(*PERSONAS.guarantees, limit)),))
    (told,) = judge((replace(PERSONAS, guarantees=(*PERSONAS.guarantees, diverse, limit)),))
    assert (plain.code, told.code) == ("PT205", "PT205")
    assert "raise `k` of the personas" in told.fixes[0]
    assert not any("raise `k` of the personas" in fix for fix in plain.fixes)
    shown = {
        each.guarantee.name: each.measured for each in statements(replace(PERSONAS, guarantees=(diverse,)))
    }
    assert shown == {"l_diversity_distinct of charge": None}
