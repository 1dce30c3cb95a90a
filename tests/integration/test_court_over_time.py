"""The court as people join, leave and grow older: two releases together tell nobody from fewer than k."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import Run

pytestmark = pytest.mark.court
K = 11


def changed(folder: Path) -> None:
    """A hundred who are new, five who are gone with their events, five who have become older."""
    with (folder / "people.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    gone = {person["person_id"] for person in people[::2000][:5]}
    new = [{**person, "person_id": f"9{person['person_id']}"} for person in people[1:500:5]]
    for person in people[3::2000][:5]:
        person["age"] = str(int(person["age"]) + 10)
    stay = [person for person in people if person["person_id"] not in gone]
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(people[0]))
        rows.writeheader()
        rows.writerows([*stay, *new])
    lines = (folder / "events.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    place = lines[0].strip().split(",").index("person_id")
    kept = [line for line in lines[1:] if line.split(",")[place] not in gone]
    (folder / "events.csv").write_text("".join((lines[0], *kept)), encoding="utf-8")


def test_two_releases_of_the_court_together_keep_k(tmp_path: Path, shared: Path, personatwin: Run) -> None:
    for name in ("people.csv", "events.csv"):
        shutil.copyfile(shared / "court" / name, tmp_path / name)
    files = ["--people", "people.csv", "--events", "events.csv"]
    personatwin("init", "court", "--domain", "criminal_justice", "--level", "high", *files, cwd=tmp_path)
    root = tmp_path / "court"
    personatwin("build", cwd=root)
    maps = root / ".personatwin" / "units"
    shutil.copytree(maps, tmp_path / "before")
    changed(tmp_path)
    told = personatwin("build", cwd=root)
    assert "PT268" in told.stdout + told.stderr
    paths = [
        folder / f"{model}.parquet"
        for folder in (tmp_path / "before", maps)
        for model in ("people_public", "personas")
    ]
    joined = " ".join(f"FULL JOIN '{path}' AS m{n} USING (unit)" for n, path in enumerate(paths[1:], 1))
    classes = ", ".join(f"m{n}.class_id AS c{n}" for n in range(len(paths)))
    ((fewest,),) = duckdb.execute(
        "SELECT min(people) FROM (SELECT count(*) AS people "
        f"FROM (SELECT {classes} FROM '{paths[0]}' AS m0 {joined}) "
        "WHERE coalesce(c0, c1, c2, c3) IS NOT NULL GROUP BY ALL)"
    ).fetchall()
    assert fewest >= K
    owner = json.loads((root / ".personatwin" / "owner.json").read_text(encoding="utf-8"))
    people = {model["model"]: (model["people"], model["suppressed"]) for model in owner["models"]}
    everybody, left_out = people["personas"]
    assert left_out < 0.05 * everybody
