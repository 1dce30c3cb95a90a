"""The people of each published persona satisfy the privacy models; those of all others are left out."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from court_people import HEIGHTS, NAMES, Person, people_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from protected_court import LOADED, Rules, begin, personas_model

from personatwin_sql.compile.column import LineageColumn
from personatwin_sql.compile.guarantees import guarantees_of
from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.model_guarantees import guarantee_name
from personatwin_sql.compile.protection import Chosen, render_personas
from personatwin_sql.engine.measure import measure
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Place
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity
from personatwin_sql.privacy.models.release_rule import ReleaseRule
from personatwin_sql.spec.hierarchy import Flat
from personatwin_sql.spec.privacy_models import DeclaredModel, DeclaredRule
from personatwin_sql.spec.protection import Personas
from personatwin_sql.spec.role import Role

AT = Chosen(3, dict(zip(NAMES, (1, 0, 1, HEIGHTS[3]), strict=True)))
HERE = Place("models/personas.sql", 1)
ALIKE = [Person(number, 24, "F", "Ash", 0) for number in range(12)]
"""They are four personas of three, in an order that a keyed hash decides."""
MORE = [Person(number, 24, "F", "Ash", 0) for number in range(12, 34)]
"""With these they are eleven: eight neighbours, two and one."""
SQL = f"""SELECT people.person_id, {", ".join(NAMES)}, charge
FROM source.court__people AS people
LEFT JOIN source.court__charges AS charges ON people.person_id = charges.person_id"""
MODELS: tuple[PrivacyModel, ...] = (
    AlphaK("charge", 0.5),
    DistinctDiversity("charge", 2),
    EntropyDiversity("charge", 1.5),
    RecursiveDiversity("charge", 2, 2),
    EqualCloseness("charge", 0.3),
    OrderedCloseness("charge", 0.25),
    DeltaDisclosure("charge", 1.5),
    BetaLikeness("charge", 0.8),
)


def asked(*models: PrivacyModel, rules: tuple[ReleaseRule, ...] = ()) -> CompiledModel:
    model = personas_model(Rules(3))
    promise = model.protection
    assert isinstance(promise, Personas)
    declared = tuple(DeclaredModel(each, HERE) for each in models)
    of_release = tuple(DeclaredRule(each, HERE) for each in rules)
    authored = replace(
        model.authored, columns=(*model.authored.columns, LineageColumn("charge", Role.SENSITIVE))
    )
    return replace(
        model,
        parsed=replace(model.parsed, sql=SQL),
        authored=authored,
        columns=(*model.columns, PublishedColumn("charge", Role.SENSITIVE, "text", Flat())),
        protection=replace(promise, models=declared, rules=of_release),
    )


class Court:
    """People with a charge each, whose personas are released under privacy models."""

    def __init__(self, session: Session, people: list[Person], charges: list[str | None]) -> None:
        self.session, self.charges = session, dict(enumerate(charges[: len(people)]))
        begin(session, people)
        session.run("CREATE TABLE source.court__charges (person_id BIGINT, charge VARCHAR)", "begin")
        for row in self.charges.items():
            session.rows("INSERT INTO source.court__charges VALUES (?, ?)", row)

    def release(
        self, *models: PrivacyModel, after: str = "", rules: tuple[ReleaseRule, ...] = ()
    ) -> Measured:
        """Released, all proven; `after`: SQL that runs before it is counted."""
        return self.released(asked(*models, rules=rules), after)

    def released(self, model: CompiledModel, after: str = "") -> Measured:
        for table in self.session.rows(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE table_name LIKE 'personas%'"
        ):
            self.session.run(f"DROP TABLE {table[0]}", "clean")
        self.session.run("DROP VIEW IF EXISTS private.personas__members", "clean")
        assert isinstance(model.protection, Personas)
        script = render_personas(LOADED, model, model.protection, AT)
        guarantees = guarantees_of(model, script, None)
        assert all(each.is_proven for each in guarantees), guarantees
        self.session.run(script, "personas")
        if after:
            self.session.run(after, "planted")
        return measure(self.session, model, guarantees, {}, AT.levels)

    def neighbours(self) -> dict[int, list[tuple[Any, Counter[str | None]]]]:
        """By group: the personas side by side, as they were cut, and the charges of their people."""
        rows = self.session.rows("""
            SELECT map.group_id, names.persona, names.persona_id, list(map.person_id)
            FROM private.personas__units AS map
            INNER JOIN private.personas__personas AS names ON map.class_id = names.persona
            GROUP BY ALL ORDER BY ALL""")
        found: dict[int, list[tuple[Any, Counter[str | None]]]] = defaultdict(list)
        for group, _, persona, people in rows:
            found[group].append((persona, Counter(self.charges[person] for person in people)))
        return found

    def published(self) -> dict[Any, Counter[str | None]]:
        """The charges of the people of each persona that is published."""
        rows = self.session.rows("""
            SELECT map.person_id, personas.persona_id FROM private.personas__units AS map
            INNER JOIN private.personas__personas AS names ON map.class_id = names.persona
            INNER JOIN release.personas AS personas ON names.persona_id = personas.persona_id""")
        found: dict[Any, Counter[str | None]] = defaultdict(Counter)
        for person, persona in rows:
            found[persona][self.charges[person]] += 1
        return found


def charges_of(people: int) -> st.SearchStrategy[list[str | None]]:
    return st.lists(st.sampled_from(["a", "b", "c", None]), min_size=people, max_size=people)


def values(measured: Measured) -> dict[str, float | None]:
    return {each.name: each.measured for each in measured.guarantees}


@given(
    st.one_of(st.just(ALIKE), st.just([*ALIKE, *MORE]), people_tables(20, 40)),
    charges_of(40),
    st.sets(st.sampled_from(MODELS), max_size=3),
)
@settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "6")), deadline=None)
def test_personas_that_fail_join_the_fewest_neighbours_that_mend_them_or_are_left_out(
    session: Session, people: list[Person], charges: list[str | None], models: set[PrivacyModel]
) -> None:
    court = Court(session, people, charges)
    court.release()
    groups = court.neighbours()
    of_all = Counter(court.charges.values())
    ordered = sorted(models, key=repr)
    measured = court.release(*ordered)
    expected = {
        name: held
        for cut in groups.values()
        for name, held in joined(cut, lambda held: all(passes(m, held, of_all) for m in ordered))
    }
    assert court.published() == expected
    if expected:
        assert measured.released_people == sum(held.total() for held in expected.values())
        for guarantee in measured.guarantees:
            if guarantee.name in map(guarantee_name, models):
                assert guarantee.holds, guarantee
    left_out = session.rows("SELECT person_id FROM private.personas__units WHERE class_id IS NULL")
    assert len(left_out) == len(people) - sum(held.total() for held in expected.values())
    members = session.rows("SELECT count(*), count(DISTINCT person_id) FROM private.personas__members")
    assert members == [(len(people) - len(left_out),) * 2]


def joined(
    cut: list[tuple[Any, Counter[str | None]]], passes: Callable[[Counter[str | None]], bool]
) -> Iterator[tuple[Any, Counter[str | None]]]:
    """Each persona that passes; one that fails goes with the fewest of 2, 4 and 8 neighbours who pass."""
    sizes = [1] * len(cut)
    for place in range(len(cut)):
        for size in (1, 2, 4, 8):
            block = range(place // size * size, min(place // size * size + size, len(cut)))
            if passes(sum((cut[each][1] for each in block), Counter())):
                for each in block:
                    sizes[each] = max(sizes[each], size)
                break
    place = 0
    while place < len(cut):
        block = cut[place : place + sizes[place]]
        held = sum((each for _, each in block), Counter())
        if passes(held):
            yield block[0][0], held
        place += len(block)


def passes(model: PrivacyModel, held: Counter[str | None], of_all: Counter[str | None]) -> bool:
    """The arithmetic on one class; `tests/unit/privacy` holds it to the literature."""
    import numpy as np

    from personatwin_sql.privacy.models.counted import Counted, Values
    from personatwin_sql.privacy.sensitive import Sensitive

    order = sorted(of_all, key=lambda value: (value is None, value or ""))
    null = order.index(None) if None in of_all else -1
    codes = np.arange(len(order))
    people = np.array([of_all[value] for value in order])
    everybody = Sensitive("charge", np.zeros_like(codes), codes, people, len(order), null)
    own = np.array([held[value] for value in order])
    there = np.flatnonzero(own)
    counted = Values(np.zeros_like(there), there, own[there], everybody)
    return bool(model.passes(Counted(np.array([held.total()]), {"charge": counted}))[0])


@pytest.mark.parametrize(("l", "left"), [(2, 0), (3, 0), (4, 12)])
def test_a_persona_of_l_values_is_published_and_one_of_fewer_is_not(
    session: Session,
    l: int,  # noqa: E741
    left: int,
) -> None:
    """Whoever is first, second and third of a persona has charge a, b and c."""
    court = Court(session, ALIKE, ["a"] * 12)
    court.release()
    rows = session.rows("SELECT person_id FROM private.personas__units ORDER BY class_id, person_id")
    for place, (person,) in enumerate(rows):
        session.rows(
            "UPDATE source.court__charges SET charge = ? WHERE person_id = ?", ["abc"[place % 3], person]
        )
    assert court.release(DistinctDiversity("charge", l)).suppressed == left


def test_personas_of_one_value_each_join_their_neighbours(session: Session) -> None:
    """Left out alone, nobody would be published: each of four has one value, each two neighbours have two."""
    court = Court(session, ALIKE, ["a"] * 12)
    court.release()
    cut = court.neighbours()
    rows = session.rows("SELECT person_id FROM private.personas__units ORDER BY class_id, person_id")
    for place, (person,) in enumerate(rows):
        court.charges[person] = "ab"[place // 3 % 2]
        charge = [court.charges[person], person]
        session.rows("UPDATE source.court__charges SET charge = ? WHERE person_id = ?", charge)
    measured = court.release(DistinctDiversity("charge", 2))
    assert (measured.suppressed, measured.released_people) == (0, 12)
    assert session.rows("SELECT people FROM release.personas") == [(6,), (6,)]
    assert set(court.published()) == {cut[1][0][0], cut[1][2][0]}


def test_a_model_is_measured_of_the_people_and_not_of_what_is_published(session: Session) -> None:
    court = Court(session, ALIKE, ["a", "b"] * 6)
    planted = "UPDATE source.court__charges SET charge = 'a'"
    name = "l_diversity_distinct of charge"
    assert (values(court.release(DistinctDiversity("charge", 2)))[name] or 0) >= 2
    measured = court.release(DistinctDiversity("charge", 2), after=planted)
    assert values(measured)[name] == 1
    assert not all(each.holds for each in measured.guarantees)


def test_where_all_personas_fail_nothing_is_published_and_everybody_counts_as_left_out(
    session: Session,
) -> None:
    court = Court(session, ALIKE, ["a"] * 12)
    measured = court.release(DistinctDiversity("charge", 2))
    assert (measured.released_people, session.rows("FROM release.personas")) == (0, [])
    assert values(measured)["suppression_limit"] == 1
