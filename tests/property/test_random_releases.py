"""Whatever changes from build to build, all releases together tell nobody from fewer than k people."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.errors import Withheld
from tests.integration.town_of_releases import PERSONAS, TABLE, Person, Town
from tests.releases_attack import smallest_group

K = 3
Changes = list[tuple[int, int, str]]
"""Who changes, to which age and color; an age of 0 is gone, somebody unknown is new."""


def changed(people: list[Person], changes: Changes) -> list[Person]:
    now = {person: (person, age, color) for person, age, color in people}
    for person, age, color in changes:
        now.pop(person, None)
        if age:
            now[person] = (person, age, color)
    return sorted(now.values())


a_change = st.tuples(
    st.integers(0, 260), st.sampled_from([0, 0, 21, 33, 34, 52]), st.sampled_from(["blue", "red", "green"])
)


def joint_of_maps(maps: list[Path]) -> int:
    """The fewest people who are in the same classes and personas of all releases, in one of them at least."""
    classes = ", ".join(f"m{n}.class_id AS c{n}" for n in range(len(maps)))
    joined = " ".join(f"LEFT JOIN '{path}' AS m{n} USING (unit)" for n, path in enumerate(maps))
    every = " UNION ".join(f"SELECT unit FROM '{path}'" for path in maps)
    told = " OR ".join(f"c{n} IS NOT NULL" for n in range(len(maps)))
    ((fewest,),) = duckdb.execute(
        f"SELECT min(people) FROM (SELECT count(*) AS people FROM (SELECT {classes} FROM ({every}) {joined}) "
        f"WHERE {told} GROUP BY ALL)"
    ).fetchall()
    return int(fewest)


@settings(max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "2")), deadline=None)
@given(
    ages=st.lists(st.sampled_from([21, 22, 33, 34, 52]), min_size=5, max_size=9),
    days=st.lists(st.lists(a_change, max_size=4), min_size=2, max_size=2),
    personas=st.sampled_from(["none", "inside", "alone"]),
    recoding=st.sampled_from(["global", "local", "multidimensional"]),
)
def test_all_releases_together_tell_nobody_from_fewer_than_k(
    ages: list[int], days: list[Changes], personas: str, recoding: str
) -> None:
    with TemporaryDirectory() as folder:
        town = Town(Path(folder) / "town", k=K, personas=personas == "inside")
        table = TABLE.format(k=K).replace(f"k={K}", f"k={K}, recoding='{recoding}'")
        town.write("models/people_public.sql", table)
        if personas == "alone":
            alone = PERSONAS.format(k=K).replace("within=ref('people_public'), ", "")
            town.write("models/personas.sql", alone)
        colors = ("blue", "blue", "red")
        people = [(n, ages[n % len(ages)], colors[n % 3]) for n in range(240)]
        maps: list[Path] = []
        for day, changes in enumerate(([], *days)):
            people = changed(people, changes)
            town.people(people)
            try:
                town.build()
            except Withheld:
                continue
            for path in (town.root / ".personatwin" / "units").glob("*.parquet"):
                maps.append(Path(shutil.copyfile(path, town.kept / f"{day} {path.name}")))
        assert town.releases
        assert smallest_group(town.releases) >= K
        assert joint_of_maps(maps) >= K
