"""Privacy models of whole projects: declared, enforced, proven, counted again and told."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from town_of_needs import PUBLIC, built, by_class, guarantees, project

from personatwin_sql.errors import ProjectError
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.workflow import Options, build


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
    assert found["t_closeness_ordered of score"].proven == 0.3
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


def test_people_of_many_rows_count_once_in_their_classes(tmp_path: Path) -> None:
    """One person in k rows is no class, and has no more values than one."""
    root = project(tmp_path, "l_diversity={'need': 2}")
    text = (root / PUBLIC).read_text()
    many = "(SELECT * FROM {{ source('s', 'people') }} UNION ALL SELECT * FROM {{ source('s', 'people') }})"
    (root / PUBLIC).write_text(text.replace("{{ source('s', 'people') }}", f"{many} AS twice"))
    _, rows = built(root)
    assert len(rows) <= 600
    assert min(len(values.keys() - {None}) for values in by_class(rows).values()) >= 2


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
