"""Privacy models of whole projects: declared, enforced, proven, counted again and told; or refused."""

from __future__ import annotations

import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from personatwin_sql.errors import ProjectError, Withheld
from personatwin_sql.release.result import Release, ReleasedModel
from personatwin_sql.release.state import read_state
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.library import library
from personatwin_sql.workflow import Options, build

Row = tuple[str | None, ...]
DOMAIN = """
hierarchies:
  age: {widths: [5, 10, 20, 40], bottom: 0, top: 90, measures: age}
  need: {taxonomy: {some: [low, medium], much: [high, urgent]}, levels: [kind]}
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age}
      gender: {role: quasi_identifier}
      need: {role: sensitive, hierarchy: need}
      score: {role: sensitive, type: integer}
      in_study: {role: insensitive, type: boolean}
sources:
  s.people: {entity: people}
"""
NEEDS = ("low", "low", "low", "medium", "medium", "high", "urgent", "")
PUBLIC = Path("models", "release", "public.sql")


def project(root: Path, config: str, privacy: str = "", columns: str = "need", rows: int = 600) -> Path:
    """A project of one table of people who have needs; `config` is what its protection says beside k."""
    draw = random.Random(5)
    people = [
        {
            "person_id": f"ZQID{number}",
            "age": str(draw.randint(18, 79)),
            "gender": draw.choice("fm"),
            "need": draw.choice(NEEDS),
            "score": str(draw.randint(1, 5)),
            "in_study": draw.choice(("true", "false", "false")),
        }
        for number in range(rows)
    ]
    with (root / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, people[0])
        writer.writeheader()
        writer.writerows(people)
    (root / "domains").mkdir()
    (root / "domains" / "town.yml").write_text(DOMAIN, encoding="utf-8")
    (root / "project.yml").write_text(
        "name: town\ndomain: town\nsources: {s: {people: {path: people.csv}}}\n"
        f"privacy: {{level: low, target_risk: 0.15, suppression_limit: 0.05{privacy}}}\n",
        encoding="utf-8",
    )
    (root / PUBLIC.parent).mkdir(parents=True)
    says = f"protection='k_anonymity'{', ' + config if config else ''}"
    (root / PUBLIC).write_text(
        f"{{{{ config({says}) }}}}\nSELECT person_id, age, gender, {columns} "
        "FROM {{ source('s', 'people') }}\n",
        encoding="utf-8",
    )
    return root


def change(root: Path, **columns: str) -> None:
    """Put one value in the place of all in some columns."""
    with (root / "people.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    with (root / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, people[0])
        writer.writeheader()
        writer.writerows({**person, **columns} for person in people)


def built(root: Path) -> tuple[Release, list[Row]]:
    """The release, and its rows."""
    build(Options(project_dir=root), lambda event: None)
    state = read_state(root / ".personatwin", "prod")
    assert state is not None
    with duckdb.connect(str(root / "release" / "town.duckdb"), read_only=True) as database:
        return state.release, database.execute("FROM public").fetchall()


def guarantees(release: Release) -> Mapping[str, Guarantee]:
    (model,) = release.models
    return {each.name: each for each in model.guarantees}


def by_class(rows: Sequence[Row]) -> Mapping[Row, Counter[str | None]]:
    found: defaultdict[Row, Counter[str | None]] = defaultdict(Counter)
    for *quasi, value in rows:
        found[tuple(quasi)][value] += 1
    return found


def test_a_parameter_walks_from_its_line_to_the_report(tmp_path: Path) -> None:
    release, rows = built(project(tmp_path, "l_diversity={'need': 4}"))
    name = "l_diversity_distinct of need"
    found = guarantees(release)[name]
    assert (found.required, found.proven, found.holds) == (4, 4, True)
    assert found.declared_at == f"{PUBLIC}:1:37"
    compiled = (tmp_path / "target/compiled/release/public.sql").read_text()
    assert "count(class_values.sensitive_value) >= 4" in compiled
    report = (tmp_path / "release" / "report.html").read_text()
    assert "at least 4 different values of" in report
    assert "Machanavajjhala et al. 2007" in report
    fewest = min(len(values.keys() - {None}) for values in by_class(rows).values())
    assert fewest >= 4
    assert found.measured == fewest


def entropy(values: Counter[str | None]) -> float:
    people = sum(values.values())
    return math.exp(-sum(n / people * math.log(n / people) for n in values.values()))


def test_all_models_of_one_column_hold_together(tmp_path: Path) -> None:
    config = """
    l_diversity={'need': {'distinct': 2, 'entropy': 2, 'recursive': {'c': 3, 'l': 2}}},
    alpha_k={'need': 0.7}, beta_likeness={'need': 3}, delta_disclosure={'need': 3},
    t_closeness={'need': {'t': 0.3, 'distance': 'hierarchical'}},
    max_risk=0.1, average_risk=0.1, sample_uniqueness=0,
    population_uniqueness={'share': 0.01, 'population': 100000}"""
    release, rows = built(project(tmp_path, config))
    found = guarantees(release)
    assert all(each.holds for each in found.values())
    counted = {name for name, each in found.items() if each.measured_only}
    assert "t_closeness_hierarchical of need" in counted
    for name in ("alpha_k", "beta_likeness_enhanced", "delta_disclosure", "l_diversity_entropy"):
        assert found[f"{name} of need"].proven is not None
    assert found["max_risk"].proven == 0.1
    assert found["sample_uniqueness"].proven == 0
    classes = by_class(rows)
    assert min(sum(values.values()) for values in classes.values()) >= 10
    assert min(map(entropy, classes.values())) >= 2
    assert max(max(values.values()) / sum(values.values()) for values in classes.values()) <= 0.7
    measured = found["alpha_k of need"].measured
    assert measured == max(max(values.values()) / sum(values.values()) for values in classes.values())


def test_two_columns_and_an_order_hold_together(tmp_path: Path) -> None:
    config = "t_closeness={'score': {'t': 0.3, 'distance': 'ordered'}, 'need': 0.4}, alpha_k={'score': 0.6}"
    release, rows = built(project(tmp_path, config, columns="need, score"))
    found = guarantees(release)
    assert all(each.holds for each in found.values())
    assert found["t_closeness_equal of need"].proven == 0.4
    shares = by_class([(*row[:2], row[3]) for row in rows])
    assert max(max(values.values()) / sum(values.values()) for values in shares.values()) <= 0.6


def test_who_is_in_a_study_decides_and_is_not_published(tmp_path: Path) -> None:
    config = "delta_presence={'in_study': {'least': 0.1, 'most': 0.6}}"
    root = project(tmp_path, config, columns="in_study")
    release, _ = built(root)
    with duckdb.connect(str(root / "release" / "town.duckdb"), read_only=True) as database:
        names = [row[0] for row in database.execute("DESCRIBE public").fetchall()]
    assert names == ["age", "gender"]
    (model,) = release.models
    assert [column.name for column in model.columns] == names
    found = guarantees(release)
    assert found["most_present of in_study"].proven == 0.6
    assert found["least_present of in_study"].holds


def test_a_model_of_the_project_is_tightened_never_loosened(tmp_path: Path) -> None:
    root = project(tmp_path, "l_diversity={'need': 3}", ", l_diversity: {need: 2}, alpha_k: {need: 0.8}")
    found = guarantees(built(root)[0])
    assert found["l_diversity_distinct of need"].required == 3
    assert found["alpha_k of need"].declared_at.startswith("project.yml:4")
    text = (root / PUBLIC).read_text()
    (root / PUBLIC).write_text(text.replace("'need': 3}", "'need': 3}, alpha_k={'need': 0.9}"))
    with pytest.raises(ProjectError, match="PT152"):
        built(root)


def test_a_model_of_the_project_holds_for_tables_that_have_its_column(tmp_path: Path) -> None:
    release, _ = built(project(tmp_path, "", ", l_diversity: {need: 2}", columns="score"))
    assert not [name for name in guarantees(release) if name.startswith("l_diversity")]


def test_a_model_of_the_project_for_a_column_that_there_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as refused:
        built(project(tmp_path, "", ", l_diversity: {nead: 2}", rows=20))
    assert [(each.code, str(each.label)) for each in refused.value.diagnostics] == [
        ("PT181", "did you mean `need`?")
    ]


REFUSED = {
    "a column that is not there": ("alpha_k={'nead': 0.5}", "PT181"),
    "a column that is not sensitive": ("alpha_k={'age': 0.5}", "PT182"),
    "a subset that is no condition": ("delta_presence={'need': {'most': 0.5}}", "PT182"),
    "at least more than at most": ("delta_presence={'in_study': {'least': 0.6, 'most': 0.5}}", "PT183"),
    "a column of which nothing is said": ("l_diversity={'need': {}}", "PT183"),
    "a share of more than all": ("alpha_k={'need': 1.5}", "PT013"),
    "a misspelt sense": ("l_diversity={'need': {'distinkt': 2}}", "PT012"),
    "a distance that there is not": ("t_closeness={'need': {'t': 0.2, 'distance': 'far'}}", "PT014"),
    "text for a number": ("max_risk='0.1'", "PT011"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_at_its_place(tmp_path: Path, name: str) -> None:
    config, code = REFUSED[name]
    with pytest.raises(ProjectError) as refused:
        built(project(tmp_path, config, columns="need, score, in_study", rows=20))
    (found,) = refused.value.diagnostics
    assert found.code == code
    assert found.place is not None
    assert str(found.place).startswith(f"{PUBLIC}:1:37")


def test_a_column_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="`need` is written twice"):
        built(project(tmp_path, "alpha_k={'need': 0.5, 'need': 0.9}", rows=20))


IMPOSSIBLE: Mapping[str, tuple[str, dict[str, Any]]] = {
    "more values than there are": ("l_diversity={'need': 5}", {}),
    "a constant column": ("l_diversity={'need': {'entropy': 1.1}}", {"need": "low"}),
    "a column of nothing": ("l_diversity={'need': 2}", {"need": ""}),
    "a share below that of few values": ("alpha_k={'need': 0.1}", {}),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_no_release_can_satisfy_is_said_before_a_search(tmp_path: Path, name: str) -> None:
    config, values = IMPOSSIBLE[name]
    root = project(tmp_path, config, rows=200)
    if values:
        change(root, **values)
    with pytest.raises(Withheld) as withheld:
        built(root)
    (found,) = withheld.value.diagnostics
    assert found.code == "PT251"
    assert not any(value in found.message for value in ("urgent", "ZQ"))
    assert not (root / "release" / "town.duckdb").exists()


def test_a_model_that_no_levels_satisfy_is_named(tmp_path: Path) -> None:
    root = project(tmp_path, "delta_presence={'here': {'most': 0.9}}", columns="score IS NOT NULL AS here")
    with pytest.raises(Withheld, match=r"PT203.* people that satisfy `delta_presence` hold enough"):
        built(root)


def test_a_k_above_the_people_is_withheld(tmp_path: Path) -> None:
    with pytest.raises(Withheld, match="PT251"):
        built(project(tmp_path, "max_risk=0.001", rows=100))


WEAKENED = {
    "l_diversity_distinct": ("l_diversity={'need': 3}", ">= {{ rule.l }}", ">= 1", "PT202"),
    "alpha_k": ("alpha_k={'need': 0.7}", "max(class_values.people)", "min(class_values.people)", "PT201"),
    "t_closeness_ordered": (
        "t_closeness={'score': {'t': 0.3, 'distance': 'ordered'}}",
        "END <= {{ rule.bound }}", "END <= 2", "PT250",
    ),
    "class_values": (
        "l_diversity={'need': 2}", "AS sensitive_value", "|| people.age AS sensitive_value", "PT201",
    ),
}  # fmt: skip


@pytest.mark.parametrize("macro", WEAKENED)
def test_a_macro_that_asks_for_less_is_withheld(tmp_path: Path, macro: str) -> None:
    config, old, new, code = WEAKENED[macro]
    root = project(tmp_path, config, columns="need, score", rows=500)
    with (root / "people.csv").open(
        "a", encoding="utf-8", newline=""
    ) as file:  # a class that is like nobody else
        file.writelines(f"ZQOLD{number},90,f,low,5,true\r\n" for number in range(20))
    text = next((library().folder / "macros").rglob(f"{macro}.sql")).read_text(encoding="utf-8")
    assert old in text
    (root / "macros").mkdir()
    (root / "macros" / f"{macro}.sql").write_text(text.replace(old, new), encoding="utf-8")
    with (root / "project.yml").open("a", encoding="utf-8") as file:
        file.write(f"overrides: [{macro}]\n")
    with pytest.raises(Withheld) as withheld:
        built(root)
    assert code in {each.code for each in withheld.value.diagnostics}


def test_people_of_many_rows_count_once_in_their_classes(tmp_path: Path) -> None:
    """One person in k rows is no class, and has no more values than one."""
    root = project(tmp_path, "l_diversity={'need': 2}")
    text = (root / PUBLIC).read_text()
    many = "(SELECT * FROM {{ source('s', 'people') }} UNION ALL SELECT * FROM {{ source('s', 'people') }})"
    (root / PUBLIC).write_text(text.replace("{{ source('s', 'people') }}", f"{many} AS twice"))
    _, rows = built(root)
    assert len(rows) <= 600
    assert min(len(values.keys() - {None}) for values in by_class(rows).values()) >= 2


def test_people_who_were_chosen_by_what_is_sensitive_are_refused(tmp_path: Path) -> None:
    """A filter on a sensitive column makes each class alike in it: no model of it could hold."""
    root = project(tmp_path, "l_diversity={'need': 2}", rows=20)
    text = (root / PUBLIC).read_text()
    (root / PUBLIC).write_text(text.rstrip() + " WHERE need = 'low'\n")
    with pytest.raises(ProjectError, match="PT146"):
        built(root)


@pytest.mark.parametrize("recoding", ["local", "multidimensional"])
def test_classes_of_levels_of_their_own_satisfy_the_models_too(tmp_path: Path, recoding: str) -> None:
    config = f"recoding='{recoding}', l_diversity={{'need': 3}}, t_closeness={{'need': 0.4}}"
    release, rows = built(project(tmp_path, config, rows=300))
    found = guarantees(release)
    assert all(each.holds for each in found.values())
    assert found["t_closeness_equal of need"].proven == 0.4
    assert min(len(values.keys() - {None}) for values in by_class(rows).values()) >= 3


def test_personas_within_keep_to_classes_that_satisfy_the_models(tmp_path: Path) -> None:
    root = project(tmp_path, "l_diversity={'need': 3}, t_closeness={'need': 0.25}")
    (root / PUBLIC.parent / "groups.sql").write_text(
        "{{ config(protection='personas', within=ref('public')) }}\n"
        "SELECT person_id, age, gender FROM {{ source('s', 'people') }}\n",
        encoding="utf-8",
    )
    build(Options(project_dir=root), lambda event: None)
    with duckdb.connect(str(root / "release" / "town.duckdb"), read_only=True) as database:
        (people,) = database.execute("SELECT sum(people) FROM groups").fetchall()[0]
        (rows,) = database.execute("SELECT count(*) FROM public").fetchall()[0]
    assert 0 < rows <= people <= 600


def test_how_levels_were_searched_is_not_told_with_a_model(tmp_path: Path) -> None:
    """Whoever knows that less was coarsened than could be learns from the coarsening (Wong et al. 2007)."""
    release, _ = built(project(tmp_path, "t_closeness={'need': 0.2}", ", k: 4"))
    model: ReleasedModel = release.models[0]
    assert not [step for step in model.steps if "coarser" in step or "merged" in step]
