"""Releases of the same people laid side by side: how many stay together, whatever is known of all of them."""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.engine.recount import UnitMap, smallest_intersection
from personatwin_sql.engine.session import Session


def _release(session: Session, name: str, classes: Iterable[tuple[int, int | None]]) -> UnitMap:
    rows = ", ".join(f"({unit}, {'NULL' if found is None else found}::BIGINT)" for unit, found in classes)
    session.run(
        f"CREATE TABLE private.{name}__units AS SELECT * FROM (VALUES {rows}) AS map(id, class_id)", name
    )
    return UnitMap.of(name, "id")


def test_two_releases_part_people_by_both_classes(session: Session) -> None:
    one = _release(session, "one", ((unit, unit % 2) for unit in range(12)))
    two = _release(session, "two", ((unit, unit % 3) for unit in range(12)))
    assert smallest_intersection(session, one, two) == 2


def test_three_releases_may_tell_what_no_two_of_them_tell(session: Session) -> None:
    maps = [_release(session, f"bit_{n}", ((unit, unit >> n & 1) for unit in range(16))) for n in range(3)]
    pairs = [smallest_intersection(session, one, two) for one in maps for two in maps if one is not two]
    assert set(pairs) == {4}
    assert smallest_intersection(session, *maps) == 2


def test_people_left_out_of_one_release_are_a_group_beside_the_other(session: Session) -> None:
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, None if unit == 3 else 1) for unit in range(12)))
    assert smallest_intersection(session, one, two) == 1


def test_people_whom_a_filter_keeps_out_are_told_from_the_rest_of_their_class(session: Session) -> None:
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(11)))
    assert smallest_intersection(session, one, two) == 1


def test_people_whom_every_release_leaves_out_are_a_group(session: Session) -> None:
    one = _release(session, "one", ((unit, None if unit == 3 else 1) for unit in range(12)))
    two = _release(session, "two", ((unit, None if unit == 3 else 2) for unit in range(12)))
    assert smallest_intersection(session, one, two) == 1


def test_people_whom_one_release_leaves_out_and_the_other_never_had_do_not_count(session: Session) -> None:
    one = _release(session, "one", ((unit, None if unit == 3 else 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 2) for unit in range(12) if unit != 3))
    assert smallest_intersection(session, one, two) == 11


def test_releases_that_share_nobody_but_those_left_out_do_not_meet(session: Session) -> None:
    one = _release(session, "one", ((unit, 1 if unit < 12 else None) for unit in range(13)))
    two = _release(session, "two", ((unit, 1 if unit > 12 else None) for unit in range(12, 25)))
    assert smallest_intersection(session, one, two) is None


def test_releases_of_other_people_do_not_meet(session: Session) -> None:
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(20, 32)))
    assert smallest_intersection(session, one, two) is None


def test_people_without_an_id_are_nobody(session: Session) -> None:
    session.run("CREATE TABLE private.odd__units AS SELECT CAST(NULL AS INTEGER) AS id, 1 AS class_id", "odd")
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(12)))
    assert smallest_intersection(session, one, two, UnitMap.of("odd", "id")) == 12
