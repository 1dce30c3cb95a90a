"""Whoever kept every release of a project finds nobody among fewer than k people."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.workflow import Options
from personatwin_sql.workflow.planning import plan_project
from tests.integration.town_of_releases import PERSONAS, TABLE, Town, colors
from tests.releases_attack import groups_of, smallest_group

K = 5


def test_the_attack_finds_a_newcomer_where_releases_are_not_checked(tmp_path: Path) -> None:
    files = []
    for day, number in enumerate((0, 1)):
        alone = Town(tmp_path / f"day {day}")
        alone.people([*colors(blue=300, red=180), *((900 + n, 30, "blue") for n in range(number))])
        alone.build()
        files += alone.releases
    assert smallest_group(files) == 1


def test_a_newcomer_waits_until_there_are_k(town: Town) -> None:
    people = colors(blue=300, red=180)
    town.people([*people, (900, 30, "blue")])
    told = town.build()
    assert "PT268" in {warning.code for warning in told.warnings}
    assert smallest_group(town.releases) >= K
    town.people([*people, *((900 + number, 30, "blue") for number in range(K))])
    told = town.build()
    assert smallest_group(town.releases) >= K
    with duckdb.connect(str(town.releases[-1]), read_only=True) as release:
        ((joined,),) = release.execute("SELECT count(*) FROM people_public WHERE mark LIKE 'm90_'").fetchall()
    assert joined == K


def test_who_is_gone_is_gone_with_k_others(town: Town) -> None:
    town.people(colors(blue=300, red=180)[1:])
    town.build()
    found = groups_of(town.releases)
    assert sorted(found.values()) == [K + 1, 180, 300 - K - 1]


def test_who_moved_to_another_class_is_told_by_neither_release(town: Town) -> None:
    people = colors(blue=300, red=180)
    people[0] = (0, 30, "red")
    town.people(people)
    town.build()
    assert smallest_group(town.releases) >= K


def test_a_long_run_of_changes_never_tells_people_apart(tmp_path: Path) -> None:
    town = Town(tmp_path / "town", personas=True)
    people = colors(blue=1200, red=800, green=400)
    for day in range(3):
        town.people(people)
        town.build()
        people = [(n, a + (n % 1103 == day) * 20, c) for n, a, c in people if n % 1201 != day]
        people += [(5000 * (day + 1) + n, 30, "blue") for n in range(3 + day * 3)]
    assert smallest_group(town.releases) >= K
    assert len({file.read_bytes() for file in town.releases}) > 1


def test_other_levels_and_another_k_are_checked_too(town: Town) -> None:
    people = [(n, 20 + n % 40, c) for n, _, c in colors(blue=200, red=150)]
    town.people(people)
    town.build()
    for k in (7, 4):
        town.write("models/people_public.sql", TABLE.format(k=k))
        (town.root / "project.lock").unlink()
        town.build()
        assert smallest_group(town.releases) >= 4


def test_a_model_that_is_renamed_or_gone_is_still_known(town: Town) -> None:
    (town.root / "models" / "people_public.sql").unlink()
    town.write("models/persons.sql", TABLE.format(k=K))
    town.people([*colors(blue=300, red=180), (900, 30, "blue")])
    town.build()
    assert smallest_group(town.releases) >= K


def test_more_than_the_limit_is_held_and_the_release_before_stays(tmp_path: Path) -> None:
    town = Town(tmp_path / "town", personas=True)
    town.people(colors(blue=40, red=40))
    town.build()
    before = (town.root / "release" / "town.duckdb").read_bytes()
    town.people([*colors(blue=40, red=40), *((900 + number, 30, "blue") for number in range(4))])
    with pytest.raises(Withheld) as raised:
        town.build()
    told = "\n".join(map(str, raised.value.diagnostics))
    assert "PT269" in told
    assert "84" not in told
    assert (town.root / "release" / "town.duckdb").read_bytes() == before
    owner = json.loads((town.root / ".personatwin" / "owner.json").read_text())
    assert any("people are held back" in note for note in owner["notes"])


def test_an_unchanged_build_has_nothing_to_check(town: Town) -> None:
    log = (town.past / "log.json").read_bytes()
    assert all(event.status == "unchanged" for event in town.build().nodes)
    assert (town.past / "log.json").read_bytes() == log


def test_the_same_built_anew_is_the_same_release(town: Town) -> None:
    told = town.build(full_refresh=True)
    assert not told.warnings
    first, second = (groups_of([file]) for file in town.releases)
    assert first == second
    assert len(json.loads((town.past / "log.json").read_text())["past"]["releases"]) == 1


@pytest.mark.parametrize("recoding", ["global", "multidimensional"])
def test_personas_are_cut_inside_what_was_released_before(tmp_path: Path, recoding: str) -> None:
    town = Town(tmp_path / "town", personas=True)
    table = TABLE.format(k=K).replace("k=5", f"k=5, recoding='{recoding}'")
    town.write("models/people_public.sql", table)
    maps: list[Path] = []
    people = [(n, 20 + n % 3 * 20, c) for n, _, c in colors(blue=303, red=204)]
    for day in range(2):
        town.people(people)
        town.build()
        for model in ("people_public", "personas"):
            kept = town.kept / f"{day} {model}.parquet"
            shutil.copyfile(town.past.with_name("units") / f"{model}.parquet", kept)
            maps.append(kept)
        people = [*people[1:], (1000 + day, 30, "blue")]
    classes = ", ".join(f"m{n}.class_id AS c{n}" for n in range(len(maps)))
    joined = " ".join(f"LEFT JOIN '{path}' AS m{n} USING (unit)" for n, path in enumerate(maps))
    every = " UNION ".join(f"SELECT unit FROM '{path}'" for path in maps)
    told = " OR ".join(f"c{n} IS NOT NULL" for n in range(len(maps)))
    ((fewest,),) = duckdb.execute(
        f"SELECT min(people) FROM (SELECT count(*) AS people FROM (SELECT {classes} FROM ({every}) {joined}) "
        f"WHERE {told} GROUP BY ALL)"
    ).fetchall()
    assert fewest >= K


def test_ids_that_are_all_new_are_warned_of(town: Town) -> None:
    town.people([(5000 + number, age, color) for number, age, color in colors(blue=300, red=180)])
    told = town.build()
    assert "PT267" in {warning.code for warning in told.warnings}


def test_a_partial_build_is_checked_against_releases_that_are_replaced(town: Town) -> None:
    town.write("models/colors.sql", TABLE.format(k=K).replace("age, ", ""))
    town.people([*colors(blue=300, red=180), *((900 + n, 30, "blue") for n in range(K))])
    town.build()
    people = [(n, a, "red" if n == 0 else c) for n, a, c in colors(blue=300, red=180)]
    town.people([*people, *((900 + n, 30, "blue") for n in range(K))])
    town.build()
    assert smallest_group(town.releases) >= K


def test_where_too_many_would_wait_the_levels_become_coarser_until_enough_come_in(tmp_path: Path) -> None:
    town = Town(tmp_path / "town")
    people = [(n, 20 + 5 * (n % 8), "blue") for n in range(400)]
    town.people(people)
    town.build()
    before = (town.root / "project.lock").read_text()
    town.people([*people, (901, 20, "blue")])
    town.build()
    assert (town.root / "project.lock").read_text() == before
    town.people([*people, *((900 + n, 20 + 5 * (n % 8), "blue") for n in range(30))])
    assert not town.build().warnings
    assert (town.root / "project.lock").read_text() != before
    assert smallest_group(town.releases) >= K


@pytest.mark.parametrize("recoding", ["global", "local", "multidimensional"])
def test_small_changes_are_published_with_a_few_people_waiting(tmp_path: Path, recoding: str) -> None:
    town = Town(tmp_path / "town")
    town.write("models/people_public.sql", TABLE.format(k=K).replace("k=5", f"k=5, recoding='{recoding}'"))
    colors = ("blue", "blue", "red", "green")
    people = [(n, 18 + n * 7919 % 61, colors[n % 4]) for n in range(600)]
    for day in range(3):
        town.people(people)
        town.build()
        people = [(n, a + 9 * (n == 50 + day), c) for n, a, c in people if n != 7 * (day + 1)]
        people += [(1000 * (day + 1) + n, 40, "blue") for n in range(3)]
    assert len(town.releases) == 3
    assert smallest_group(town.releases) >= K
    published = []
    for file in town.releases:
        with duckdb.connect(str(file), read_only=True) as release:
            published += release.execute("SELECT count(*) FROM people_public").fetchone() or ()
    assert min(published) >= 570


def test_a_plan_offers_levels_at_which_a_held_release_would_pass(tmp_path: Path) -> None:
    town = Town(tmp_path / "town")
    people = [(n, 20 + 5 * (n % 8), "blue") for n in range(400)]
    town.write(
        "models/people_public.sql", TABLE.format(k=K).replace("k=5", "k=5, columns={'age': {'level': 1}}")
    )
    town.people(people)
    town.build()
    newcomers = [(900 + n, 20 + 5 * (n % 8), "blue") for n in range(30)]
    town.people([*people, *newcomers])
    with pytest.raises(Withheld):
        town.build()
    offered = plan_project(Options(project_dir=town.root), None).offers
    assert "config(columns={'age': {'level': 2}})" in offered[0]
    town.write(
        "models/people_public.sql", TABLE.format(k=K).replace("k=5", "k=5, columns={'age': {'level': 2}}")
    )
    assert not town.build().warnings
    assert smallest_group(town.releases) >= K
    assert plan_project(Options(project_dir=town.root), None).offers == ()


def test_one_person_who_leaves_holds_no_release_of_personas_that_tell_of_everybody(tmp_path: Path) -> None:
    town = Town(tmp_path / "town", personas=True)
    town.write("models/personas.sql", PERSONAS.format(k=K).replace(", block=['color']", ""))
    people = colors(blue=300, red=180, green=3, pink=3)
    town.people(people)
    town.build()
    town.people(people[1:])
    assert {warning.code for warning in town.build().warnings} == {"PT268"}
    assert smallest_group(town.releases) >= K
    with duckdb.connect(str(town.releases[-1]), read_only=True) as release:
        ((told,),) = release.execute("SELECT sum(people) FROM personas").fetchall()
    assert K <= len(people) - 1 - told <= 3 * K


def test_who_is_held_back_is_no_reason_for_coarser_levels(tmp_path: Path) -> None:
    town = Town(tmp_path / "town")
    people = colors(blue=381, **{f"color {number}": 1 for number in range(20)})
    town.people(people)
    town.build()
    lock = (town.root / "project.lock").read_text()
    town.people(people[1:])
    town.build()
    assert (town.root / "project.lock").read_text() == lock
    assert sorted(groups_of(town.releases).values()) == [K, 381 - K]


@pytest.mark.parametrize("within", ["within=ref('people_public'), ", ""])
def test_enough_newcomers_come_in_and_personas_of_before_stay_as_they_were(
    tmp_path: Path, within: str
) -> None:
    town = Town(tmp_path / "town", personas=True)
    if not within:
        (town.root / "models" / "people_public.sql").unlink()
        town.write("models/personas.sql", PERSONAS.format(k=K).replace("within=ref('people_public'), ", ""))
    units = town.past.with_name("units") / "personas.parquet"
    people = [(n, 20 + n % 3 * 20, c) for n, _, c in colors(blue=303, red=204)]
    town.people(people)
    town.build()
    people_of = f"SELECT list(unit ORDER BY unit)::VARCHAR FROM '{units}' GROUP BY class_id"
    before = set(duckdb.execute(people_of).fetchall())
    town.people([*people, *((900 + n, 20, "blue") for n in range(K))])
    assert not town.build().warnings
    after = set(duckdb.execute(people_of).fetchall())
    assert before < after
    assert len(after) == len(before) + 1


def test_two_builds_of_the_same_change_publish_the_same(tmp_path: Path) -> None:
    town = Town(tmp_path / "town", personas=True)
    town.people([(n, 20 + n % 3 * 20, c) for n, _, c in colors(blue=303, red=204)])
    town.build()
    town.people([(n, 20 + n % 3 * 20, c) for n, _, c in colors(blue=303, red=204)][1:])
    twin = town.copied(tmp_path / "twin")
    told = []
    for each in (town, twin):
        each.build()
        with duckdb.connect(str(each.releases[-1]), read_only=True) as release:
            digests = "SELECT model, digest FROM _personatwin.releases ORDER BY 1"
            told.append(release.execute(digests).fetchall())
    assert told[0] == told[1]
