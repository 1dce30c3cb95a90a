"""The count that the search reads agrees with what the macro publishes, and personas keep their promise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from court_people import HEIGHTS, NAMES, Person, frequency_of, generalized, levels, people_tables
from hypothesis import example, given, settings
from hypothesis import strategies as st
from protected_court import Rules, begin, members, microdata, personas

from personatwin_sql.engine.session import Session
from personatwin_sql.privacy.gathering import Gathered, classes_at, gather

LISTED = ", ".join(NAMES)
TOP = HEIGHTS
RULES = (
    Rules(2),
    Rules(3),
    Rules(3, block=(), never=(), within_block=()),
    Rules(2, block=("ethnicity", "gender"), never=("gender", "ethnicity")),
    Rules(4, block=("gender",), never=()),
    Rules(3, block=("gender", "ethnicity"), never=(), within_block=("prior_offenses",)),
)
each = settings(max_examples=60, deadline=None)


def crowd(*groups: tuple[int, tuple[int | None, str | None, str | None, int | None]]) -> list[Person]:
    rows = [values for times, values in groups for _ in range(times)]
    return [Person(number, *values) for number, values in enumerate(rows)]


def released(session: Session) -> Gathered:
    rows = session.rows(f"SELECT {LISTED}, sum(people) FROM release.personas GROUP BY {LISTED}")
    sizes = [int(row[-1]) for row in rows]
    return Gathered(len(sizes), sum(sizes), min(sizes, default=0))


def by_persona(session: Session) -> dict[str, list[int]]:
    found = defaultdict(list)
    for person, persona in members(session).items():
        if persona is not None:
            found[persona].append(person)
    return found


A_LONE_ROSE = crowd((3, (24, "F", "Ash", 0)), (3, (24, "M", "Ash", 0)), (1, (24, "M", "Rose", 0)))


@example(A_LONE_ROSE, (0, 0, 0, 0), Rules(3))
@example(crowd((3, (5, "F", "Ash", 0)), (2, (5, "F", "Oak", 0))), (3, 0, 0, 2), Rules(3))
@example(
    crowd((3, (5, "F", "Fern", 0)), (2, (5, "F", "Oak", 0)), (2, (5, "F", "Rose", 0))), (3, 0, 1, 2), Rules(3)
)
@example(crowd((2, (5, None, None, None)), (1, (None, None, None, None))), (0, 0, 0, 0), Rules(2))
@given(people_tables(), levels(), st.sampled_from(RULES))
@each
def test_gathering_counts_what_the_macro_publishes(
    session: Session, people: list[Person], at: tuple[int, ...], rules: Rules
) -> None:
    begin(session, people)
    personas(session, at, rules)
    assert gather(frequency_of(people), at, rules.k, rules.blocks) == released(session)


@st.composite
def nested(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Levels of the microdata, and levels of the personas that are nowhere finer."""
    outer = draw(levels())
    return outer, tuple(draw(st.integers(low, top)) for low, top in zip(outer, HEIGHTS, strict=True))


@example(A_LONE_ROSE, ((0, 0, 0, 0), (0, 0, 0, 0)), Rules(3))
@given(people_tables(), nested(), st.sampled_from(RULES))
@each
def test_gathering_within_classes_counts_what_the_macro_publishes(
    session: Session, people: list[Person], at: tuple[tuple[int, ...], tuple[int, ...]], rules: Rules
) -> None:
    outer, inner = at
    begin(session, people)
    microdata(session, outer, rules.k)
    personas(session, inner, rules, within="people_public")
    frequency = frequency_of(people)
    within = classes_at(frequency, outer, rules.k)
    suppressed = sum(1 for placed in members(session, "people_public").values() if placed is None)
    assert int(frequency.people[within < 0].sum()) == suppressed
    assert gather(frequency, inner, rules.k, rules.blocks, within) == released(session)


@given(people_tables(), nested(), st.sampled_from(RULES), st.booleans())
@each
def test_a_persona_has_k_to_2k_minus_1_people_who_agree_where_they_must(
    session: Session,
    people: list[Person],
    at: tuple[tuple[int, ...], tuple[int, ...]],
    rules: Rules,
    has_within: bool,
) -> None:
    outer, inner = at
    begin(session, people)
    if has_within:
        microdata(session, outer, rules.k)
    personas(session, inner, rules, within="people_public" if has_within else None)
    of_person = {
        person.person_id: dict(zip(NAMES, generalized(person, inner), strict=True)) for person in people
    }
    stated = {
        row[0]: row[1:] for row in session.rows(f"SELECT persona_id, people, {LISTED} FROM release.personas")
    }
    found = by_persona(session)
    assert set(found) == set(stated)
    for persona, together in found.items():
        size, *values = stated[persona]
        assert size == len(together)
        assert rules.k <= size <= 2 * rules.k - 1
        for name, value in zip(NAMES, values, strict=True):
            if name in rules.never or value != "*":
                assert {of_person[person][name] for person in together} == {value}
    left_out = len(people) - sum(map(len, found.values()))
    assert left_out == 0 or left_out >= min(rules.k, len(people))
    if not has_within:
        return
    classes = members(session, "people_public")
    for together in found.values():
        assert len({classes[person] for person in together}) == 1
    beside = Counter((classes[person], persona) for person, persona in members(session).items())
    assert all(size >= min(rules.k, len(people)) for size in beside.values())


@given(people_tables(), levels(), st.sampled_from(RULES), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_has_no_say(
    session: Session, people: list[Person], at: tuple[int, ...], rules: Rules, random: object
) -> None:
    begin(session, people)
    personas(session, at, rules)
    before = members(session)
    again = sorted(people, key=lambda person: random.random())  # type: ignore[attr-defined]
    begin(session, again)
    personas(session, at, rules)
    assert members(session) == before


def sizes(session: Session, people: Sequence[Person], at: Iterable[int], rules: Rules) -> list[int]:
    begin(session, people)
    personas(session, tuple(at), rules)
    return sorted(map(len, by_persona(session).values()))


def test_k_minus_one_people_have_no_persona_k_have_one_and_2k_have_two(session: Session) -> None:
    alike = (24, "F", "Ash", 0)
    assert sizes(session, crowd((4, alike)), TOP, Rules(5)) == []
    assert sizes(session, crowd((5, alike)), TOP, Rules(5)) == [5]
    assert sizes(session, crowd((9, alike)), TOP, Rules(5)) == [9]
    assert sizes(session, crowd((10, alike)), TOP, Rules(5)) == [5, 5]
    assert sizes(session, crowd((14, alike)), TOP, Rules(5)) == [7, 7]


def test_an_empty_table_has_no_personas(session: Session) -> None:
    assert sizes(session, [], TOP, Rules(5)) == []


def test_a_few_who_fit_nowhere_take_the_smallest_group_with_them(session: Session) -> None:
    people = crowd((4, (24, "F", "Ash", 0)), (3, (24, "M", "Ash", 0)), (2, (24, None, "Ash", 0)))
    assert sizes(session, people, (0, 0, 0, 0), Rules(3)) == [4]
    assert gather(frequency_of(people), (0, 0, 0, 0), 3, Rules(3).blocks) == Gathered(1, 4, 4)


def test_beside_a_microdata_release_it_is_the_smallest_group_of_suppressed_people_that_goes(
    session: Session,
) -> None:
    """Else those who are in neither release could be counted as what is left of a table of known size."""
    people = crowd(
        (3, (5, "F", "Ash", 0)),  # a class
        (2, (24, "F", "Oak", 0)), (2, (25, "F", "Oak", 0)),  # suppressed, and together a persona of a block
        (2, (24, "M", "Rose", 0)),  # suppressed, and alone
    )  # fmt: skip
    begin(session, people)
    microdata(session, (0, 0, 0, 0), 3)
    personas(session, (0, 0, 0, 0), Rules(3), within="people_public")
    assert sorted(map(len, by_persona(session).values())) == [3]
    classes, placed = members(session, "people_public"), members(session)
    assert sum(1 for person in placed if placed[person] is None and classes[person] is None) == 6
