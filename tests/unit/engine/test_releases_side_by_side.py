"""Releases of the same people laid side by side: how many stay together, whatever is known of all of them."""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.engine.earlier import EARLIER, cut_inside_earlier
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import KEYED_UNIT, UnitMap, lay_side_by_side, smallest_intersection


def _release(session: Session, name: str, classes: Iterable[tuple[int, int | None]]) -> UnitMap:
    rows = ", ".join(f"({unit}, {'NULL' if found is None else found}::BIGINT)" for unit, found in classes)
    session.run(
        f"CREATE TABLE private.{name}__units AS SELECT * FROM (VALUES {rows}) AS map(id, class_id)", name
    )
    return UnitMap.of(name, "id")


def _fewest(session: Session, *maps: UnitMap) -> int | None:
    releases = lay_side_by_side(session, {each.table: each for each in maps})
    return smallest_intersection(session, releases, *releases.names)


def test_two_releases_part_people_by_both_classes(session: Session) -> None:
    one = _release(session, "one", ((unit, unit % 2) for unit in range(12)))
    two = _release(session, "two", ((unit, unit % 3) for unit in range(12)))
    assert _fewest(session, one, two) == 2


def test_three_releases_may_tell_what_no_two_of_them_tell(session: Session) -> None:
    maps = [_release(session, f"bit_{n}", ((unit, unit >> n & 1) for unit in range(16))) for n in range(3)]
    pairs = [_fewest(session, one, two) for one in maps for two in maps if one is not two]
    assert set(pairs) == {4}
    assert _fewest(session, *maps) == 2


def test_people_left_out_of_one_release_are_a_group_beside_the_other(session: Session) -> None:
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, None if unit == 3 else 1) for unit in range(12)))
    assert _fewest(session, one, two) == 1


def test_people_whom_a_filter_keeps_out_are_told_from_the_rest_of_their_class(session: Session) -> None:
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(11)))
    assert _fewest(session, one, two) == 1


def test_people_whom_every_release_leaves_out_are_a_group(session: Session) -> None:
    one = _release(session, "one", ((unit, None if unit == 3 else 1) for unit in range(12)))
    two = _release(session, "two", ((unit, None if unit == 3 else 2) for unit in range(12)))
    assert _fewest(session, one, two) == 1


def test_people_whom_one_release_leaves_out_and_the_other_never_had_do_not_count(session: Session) -> None:
    one = _release(session, "one", ((unit, None if unit == 3 else 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 2) for unit in range(12) if unit != 3))
    assert _fewest(session, one, two) == 11


def test_releases_that_share_nobody_but_those_left_out_do_not_meet(session: Session) -> None:
    one = _release(session, "one", ((unit, 1 if unit < 12 else None) for unit in range(13)))
    two = _release(session, "two", ((unit, 1 if unit > 12 else None) for unit in range(12, 25)))
    assert _fewest(session, one, two) is None


def test_releases_of_other_people_do_not_meet(session: Session) -> None:
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(20, 32)))
    assert _fewest(session, one, two) is None


def test_people_without_an_id_are_nobody(session: Session) -> None:
    session.run("CREATE TABLE private.odd__units AS SELECT CAST(NULL AS INTEGER) AS id, 1 AS class_id", "odd")
    one = _release(session, "one", ((unit, 1) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(12)))
    assert _fewest(session, one, two, UnitMap.of("odd", "id")) == 12


def test_each_release_can_be_told_from_those_beside_it(session: Session) -> None:
    one = _release(session, "one", ((unit, None if unit == 3 else unit % 2) for unit in range(12)))
    two = _release(session, "two", ((unit, 1) for unit in range(6, 18)))
    releases = lay_side_by_side(session, {"one": one, "two": two})
    for name, kept in (("one", one), ("two", two)):
        own = releases.map_of(name)
        keyed = KEYED_UNIT.format("id")
        differing = session.value(f"""
            SELECT count(*) FROM (
                (SELECT unit, class_id FROM {own.table} EXCEPT ALL SELECT {keyed}, class_id FROM {kept.table})
                UNION ALL
                (SELECT {keyed}, class_id FROM {kept.table} EXCEPT ALL SELECT unit, class_id FROM {own.table})
            )""")
        assert differing == 0
        assert session.value(f"SELECT count(*) FROM {own.table}") == 12


def test_a_release_of_an_earlier_build_stands_beside_one_of_this(session: Session) -> None:
    one = _release(session, "one", ((unit, unit % 2) for unit in range(12)))
    _release(session, "two", ((unit, unit % 3) for unit in range(12)))
    session.run(
        f"CREATE TABLE private.kept AS SELECT {KEYED_UNIT.format('id')} AS unit, class_id "
        "FROM private.two__units",
        "test",
    )
    kept = UnitMap("private.kept", "unit", is_keyed=True)
    assert _fewest(session, one, kept) == _fewest(session, kept, one) == 2


def test_who_is_in_no_class_is_cut_inside_of_cells_too(session: Session) -> None:
    two_a_pair = [(unit, None if unit < 4 else 0) for unit in range(8)]
    everybody = _release(session, "everybody", two_a_pair)
    session.run(
        f"CREATE TABLE {EARLIER} AS "
        f"SELECT {KEYED_UNIT.format('id')} AS unit, CAST(id // 2 AS INTEGER) AS cell FROM {everybody.table}",
        "test",
    )
    name = cut_inside_earlier(session, "personas", everybody.table, "id")
    cut = session.rows(
        f'SELECT list(id ORDER BY id) FROM private."{name}__units" GROUP BY class_id ORDER BY 1'
    )
    assert cut == [([0, 1],), ([2, 3],), ([4, 5],), ([6, 7],)]
