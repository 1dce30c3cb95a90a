"""Who is in a study decides which personas are published, and is published of none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_models_of_personas import ALIKE, Court, asked

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.engine.measure import Measured
from personatwin_sql.engine.persona_demand import refuse_impossible_personas
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Withheld
from personatwin_sql.privacy.models.delta_presence import LeastPresent, MostPresent
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.spec.hierarchy import Flat
from personatwin_sql.spec.protection import Personas
from personatwin_sql.spec.role import Role

IN_STUDY = PublishedColumn("in_study", Role.INSENSITIVE, "boolean", Flat(), is_hidden=True)


def studied(*models: PrivacyModel) -> CompiledModel:
    """Whoever has charge a is in the study, who has none may be."""
    model = asked(*models)
    return replace(
        model,
        parsed=replace(model.parsed, sql=model.parsed.sql.replace("charge\n", "charge = 'a' AS in_study\n")),
        authored=replace(
            model.authored,
            columns=(*model.authored.columns[:-1], LineageColumn("in_study", Role.INSENSITIVE)),
        ),
        columns=(*model.columns[:-1], IN_STUDY),
    )


def four_personas(session: Session) -> Court:
    """Of the three people of each, nobody, one and two are in the study; of the last persona one may be."""
    court = Court(session, ALIKE, ["b"] * 12)
    court.released(studied())
    rows = session.rows("SELECT person_id FROM private.personas__units ORDER BY class_id, person_id")
    charges = ["b", "b", "b", "a", "b", "b", "a", "a", "b", None, "b", "b"]
    for (person,), charge in zip(rows, charges, strict=True):
        session.rows("UPDATE source.court__charges SET charge = ? WHERE person_id = ?", [charge, person])
    return court


def told(measured: Measured, name: str) -> tuple[float | None, bool]:
    (found,) = (each for each in measured.guarantees if each.name == name)
    return found.measured, found.holds


@pytest.mark.parametrize(
    ("model", "left_out", "measured"),
    [
        (MostPresent("in_study", 0.67), 0, 2 / 3),
        (MostPresent("in_study", 0.6), 0, 1 / 2),
        (MostPresent("in_study", 0.3), 6, 1 / 6),
        (LeastPresent("in_study", 0), 0, 0),
        (LeastPresent("in_study", 0.3), 3, 1 / 3),
        (LeastPresent("in_study", 0.4), 9, 2 / 3),
    ],
)
def test_a_persona_with_too_many_or_too_few_of_a_study_joins_its_neighbours_or_is_left_out(
    session: Session, model: PrivacyModel, left_out: int, measured: float
) -> None:
    court = four_personas(session)
    found = court.released(studied(model))
    assert found.suppressed == left_out
    name = "most_present of in_study" if isinstance(model, MostPresent) else "least_present of in_study"
    assert told(found, name) == (pytest.approx(measured), True)
    assert "in_study" not in str(session.rows("DESCRIBE release.personas"))


def test_presence_is_counted_of_the_people_as_authored(session: Session) -> None:
    court = four_personas(session)
    joined = "UPDATE source.court__charges SET charge = 'a'"
    found = court.released(studied(MostPresent("in_study", 0.9)), after=joined)
    assert told(found, "most_present of in_study") == (1, False)


@pytest.mark.parametrize(("charge", "is_refused"), [("a", True), (None, True), ("b", False)])
def test_a_study_of_everybody_is_told_before_personas_are_cut(
    session: Session, charge: str | None, is_refused: bool
) -> None:
    Court(session, ALIKE, [charge] * 12)
    model = studied(MostPresent("in_study", 0.5))
    promise = model.protection
    assert isinstance(promise, Personas)
    promise = replace(promise, suppression_limit=replace(promise.suppression_limit, value=0))
    if is_refused:
        with pytest.raises(Withheld, match="PT251"):
            refuse_impossible_personas(session, model, promise)
    else:
        refuse_impossible_personas(session, model, promise)
