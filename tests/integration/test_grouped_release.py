"""A release of numbers of groups: what its lock, report and plan say, and what comes after it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.engine import grouped_numbers
from personatwin_sql.errors import ProjectError, Withheld
from personatwin_sql.workflow import Options, build
from personatwin_sql.workflow.planning import plan_project
from tests.integration.conftest import Run
from tests.integration.town_of_releases import Town
from tests.releases_attack import smallest_group

K = 5
MEAN = "columns={'age': {'microaggregate': 'mean'}}"
TABLE = (
    "{{{{ config(protection='k_anonymity', k=5, {config}) }}}}\n"
    "SELECT person_id, age, color, mark FROM {{{{ source('main', 'people') }}}}\n"
)
PEOPLE = [(n, 20 + n * n % 47, "blue" if n % 3 else "red") for n in range(240)]


def town_of(root: Path, config: str = MEAN) -> Town:
    town = Town(root)
    town.write("models/people_public.sql", TABLE.format(config=config))
    town.people(PEOPLE)
    return town


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = town_of(tmp_path_factory.mktemp("grouped") / "town")
    town.build()
    return town


@pytest.fixture
def town(released: Town, tmp_path: Path) -> Town:
    return released.copied(tmp_path / "town")


def rows(town: Town) -> list[tuple[str, str, str]]:
    with duckdb.connect(str(town.root / "release" / "town.duckdb"), read_only=True) as database:
        return database.execute("SELECT age, color, mark FROM people_public").fetchall()


def test_each_class_publishes_the_mean_of_its_people(released: Town) -> None:
    ages = {f"m{n}": (age, color) for n, age, color in PEOPLE}
    classes: dict[tuple[str, str], list[int]] = {}
    for age, color, mark in rows(released):
        assert ages[mark][1] == color
        classes.setdefault((age, color), []).append(ages[mark][0])
    assert len(classes) > 20
    for (mean, _), own in classes.items():
        assert len(own) >= K
        assert abs(float(mean) - sum(own) / len(own)) <= 0.05 + 1e-9


def test_what_is_published_is_said_in_lock_report_and_plan(released: Town) -> None:
    lock = (released.root / "project.lock").read_text(encoding="utf-8")
    assert "recoding: means" in lock
    assert "age: mean of a group, to 0.1" in lock
    manifest = json.loads((released.root / "target" / "manifest.json").read_text(encoding="utf-8"))
    (node,) = (node for name, node in manifest["nodes"].items() if name.endswith("people_public"))
    assert node["columns"]["age"]["level_name"] == "mean of a group of at least 5 people, to 0.1"
    assert node["guarantees"]["untrue_numbers"]["holds"] is True
    report = (released.root / "release" / "report.html").read_text(encoding="utf-8")
    assert "mean of a group of at least 5 people, to 0.1" in report
    assert "Each published mean or median is that of the people who share it." in report
    owner = (released.root / ".personatwin" / "report.html").read_text(encoding="utf-8")
    assert "is the squared error in that of one mean for all (SSE ÷ SST)" in owner
    (levels,) = plan_project(Options(project_dir=released.root), None).levels
    assert levels.classes == len({row[:2] for row in rows(released)})
    assert 0 < levels.loss < 0.05


def test_the_same_people_are_published_the_same_again(town: Town) -> None:
    before = rows(town)
    build(Options(project_dir=town.root, full_refresh=True, locked=True), lambda event: None)
    assert rows(town) == before


def test_another_way_to_publish_is_another_lock(town: Town) -> None:
    town.write("models/people_public.sql", TABLE.format(config=MEAN.replace("mean'", "median'")))
    for folder in (".personatwin", "release"):  # beside the release before, it would be withheld
        shutil.rmtree(town.root / folder)
    with pytest.raises(ProjectError, match="PT516"):
        build(Options(project_dir=town.root, locked=True), lambda event: None)
    build(Options(project_dir=town.root), lambda event: None)
    assert "median of a group" in (town.root / "project.lock").read_text(encoding="utf-8")


def test_numbers_that_are_not_those_of_groups_are_withheld(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(town.root / ".personatwin")
    shutil.rmtree(town.root / "release")
    centres = {**grouped_numbers._CENTRES, "mean": lambda own, people: float(own.max())}
    monkeypatch.setattr(grouped_numbers, "_CENTRES", centres)
    with pytest.raises(Withheld) as raised:
        town.build()
    told = "\n".join(map(str, raised.value.diagnostics))
    assert "a published mean or median is not that of the people who share it" in told
    assert not list((town.root / "release").glob("*.duckdb"))


def test_numbers_that_are_written_alike_have_no_mean(tmp_path: Path) -> None:
    town = town_of(tmp_path / "town")
    path = town.root / "domains" / "town.yml"
    known = "age: {taxonomy: {young: ['20', '21'], older: ['22', '23']}, unmapped: top}"
    path.write_text(path.read_text().replace("age: {widths: [5, 10, 20], bottom: 0, top: 90}", known))
    with pytest.raises(Withheld, match="PT391"):
        town.build()


def test_a_release_after_it_tells_nobody_apart(town: Town) -> None:
    town.people([*PEOPLE, (900, 33, "blue")])
    try:
        town.build()
    except Withheld:
        assert len(town.releases) == 1
    assert smallest_group(town.releases) >= K


def test_personas_inside_are_refused(town: Town) -> None:
    town.write(
        "models/personas.sql",
        "{{ config(protection='personas', k=5, within=ref('people_public'), block=['color']) }}\n"
        "SELECT person_id, age, color FROM {{ source('main', 'people') }}\n",
    )
    with pytest.raises(ProjectError, match="PT179"):
        town.build()


def test_groups_satisfy_privacy_models_too(tmp_path: Path) -> None:
    town = town_of(tmp_path / "town", f"recoding='local', l_diversity={{'mark': 3}}, {MEAN}")
    path = town.root / "domains" / "town.yml"
    path.write_text(path.read_text().replace("mark: {role: insensitive}", "mark: {role: sensitive}"))
    town.people([(n, age, color) for n, age, color in PEOPLE])
    source = town.root / "people.csv"
    lines = source.read_text().splitlines()
    source.write_text(
        "\n".join([lines[0], *(f"{line.rsplit(',', 1)[0]},v{n % 4}" for n, line in enumerate(lines[1:]))])
    )
    town.build()
    marks: dict[tuple[str, str], set[str]] = {}
    for age, color, mark in rows(town):
        marks.setdefault((age, color), set()).add(mark)
    assert min(map(len, marks.values())) >= 3
    assert len(marks) > 5


@pytest.mark.court
def test_ages_of_adult_are_means_of_groups(tmp_path: Path, shared: Path, personatwin: Run) -> None:
    folder = tmp_path / "adult"
    (folder / "domains").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "project.yml").write_text(
        "name: adult\ndomain: census\nprivacy: {level: low, k: 5}\nsources:\n  adult:\n"
        f"    people: {{path: {shared / 'adult' / 'adult.csv'}, one_row_per_person: true}}\n"
    )
    inside = ("education", "native-country", "workclass", "occupation", "salary-class", "marital-status")
    columns = "".join(f"      {name}: {{role: quasi_identifier}}\n" for name in ("sex", "race", "age"))
    columns += "".join(f"      {name}: {{role: direct_identifier}}\n" for name in inside)
    (folder / "domains" / "census.yml").write_text(
        "entities:\n  people:\n    columns:\n      person_id: {role: privacy_unit}\n"
        f"{columns.replace('age: {', 'age: {type: integer, ')}sources:\n  adult.people: {{entity: people}}\n"
    )
    (folder / "models" / "people_public.sql").write_text(
        f"{{{{ config(protection='k_anonymity', {MEAN}) }}}}\n"
        "SELECT person_id, sex, race, age FROM {{ source('adult', 'people') }}\n"
    )
    personatwin("build", cwd=folder)
    with duckdb.connect(str(folder / "release" / "adult.duckdb"), read_only=True) as release:
        found = release.execute(
            "SELECT min(n), sum(n), count(*) FROM "
            "(SELECT count(*) AS n FROM people_public GROUP BY sex, race, age)"
        ).fetchone()
    assert found is not None
    assert found[0] >= K
    assert found[1:] == (30_162, found[2])
    assert found[2] > 350
