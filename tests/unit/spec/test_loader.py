"""A project is loaded whole: every file read, every name looked up, every place kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec import library
from personatwin_sql.spec.hierarchy import Flat, Widths
from personatwin_sql.spec.library import demo
from personatwin_sql.spec.loader import find_root, load

CHECKOUT = Path(__file__).resolve().parents[3]
WriteProject = Callable[..., Path]


def refused(root: Path) -> list[str]:
    with pytest.raises(ProjectError) as raised:
        load(root)
    return [f"{diagnostic.code} {diagnostic.place}" for diagnostic in raised.value.diagnostics]


def test_a_project_is_found_from_any_folder_below(write_project: WriteProject) -> None:
    root = write_project()
    assert find_root(root / "models") == root
    assert find_root(root) == root


def test_without_a_project_the_way_out_is_told(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("name: x\n")
    with pytest.raises(ProjectError, match=r"PT009.*\n  = fix: rename project.yaml to project.yml"):
        find_root(tmp_path)


def test_everything_that_is_written_is_loaded(write_project: WriteProject) -> None:
    root = write_project(
        {
            "models/staging/stg_people.sql": "SELECT 1\r\n",
            "models/.hidden/no.sql": "",
            "models/staging/all.yml": "version: 2\nmodels:\n- {name: people_public, description: Safe,"
            " columns: [{name: age, description: Years}]}\n- {name: stg_people, columns: {age: Years}}\n",
        }
    )
    loaded = load(root)
    assert [(model.name, model.path) for model in loaded.models] == [
        ("people_public", "models/people_public.sql"),
        ("stg_people", "models/staging/stg_people.sql"),
    ]
    assert loaded.models[1].text == "SELECT 1\n"
    assert loaded.properties["people_public"].description == "Safe"
    assert {name: dict(found.columns) for name, found in loaded.properties.items()} == {
        "people_public": {"age": "Years"},
        "stg_people": {"age": "Years"},
    }
    assert (loaded.target, loaded.publishes, loaded.root) == ("prod", True, root)
    columns = loaded.domain.sources["court.people"]
    assert columns["age"].hierarchy == Widths(widths=(5, 10, 20), bottom=0, top=90)
    assert (columns["gender"].hierarchy, columns["gender"].merge) == (Flat(), "never")


def test_the_domain_may_say_what_a_source_has_beside_its_entity(write_project: WriteProject) -> None:
    domain = (
        "extends: base\nsources:\n  court.people:\n    entity: people\n    columns:\n"
        "      Age: {role: sensitive}\n      notes: {role: direct_identifier}\n"
    )
    base = (write_project() / "domains/court.yml").read_text()
    project = "name: c\ndomain: court\nsources: {court: {people: {path: p.csv}}}\n"
    loaded = load(
        write_project({"domains/court.yml": domain, "domains/base.yml": base, "project.yml": project})
    )
    assert {name: column.role.value for name, column in loaded.domain.sources["court.people"].items()} == {
        "person_id": "privacy_unit",
        "gender": "quasi_identifier",
        "Age": "sensitive",
        "notes": "direct_identifier",
    }
    assert loaded.domain.source_entities == {"court.people": "people"}
    assert str(loaded.place("domain.sources.court.people.Age")) == "domains/court.yml:6:7"
    assert str(loaded.place("domain.sources.court.people.gender")) == "domains/base.yml:8:7"
    assert str(loaded.place("domain.sources.court.people.gender.merge")) == "domains/base.yml:8:7"
    assert str(loaded.place("domain.hierarchies.age")) == "domains/base.yml:2:3"
    assert str(loaded.place("project.sources.court.people")) == "project.yml:3:19"
    assert str(loaded.place("project.privacy.k")) == "project.yml"


def test_a_project_binds_a_built_in_domain_by_name(write_project: WriteProject) -> None:
    project = "name: c\ndomain: criminal_justice\nsources: {court: {people: {path: p.csv, entity: people}}}\n"
    loaded = load(write_project({"project.yml": project}))
    assert loaded.domain.name == "criminal_justice"
    assert loaded.domain.sources["court.people"]["person_id"].role == "privacy_unit"


def test_target_and_variables_come_from_the_command(write_project: WriteProject) -> None:
    project = (write_project() / "project.yml").read_text()
    root = write_project(
        {"project.yml": project + "vars: {year: 1}\ntargets: {dev: {publish: false}, prod: {}}\n"}
    )
    loaded = load(root, target="dev", vars={"year": 2})
    assert (loaded.target, loaded.publishes, loaded.project.vars["year"]) == ("dev", False, 2)
    with pytest.raises(ProjectError) as raised:
        load(root, target="test", vars={"yaer": 2})
    assert {diagnostic.code for diagnostic in raised.value.diagnostics} == {"PT042", "PT044"}


def test_own_macros_stand_beside_the_built_in_ones(write_project: WriteProject) -> None:
    macros = load(write_project({"macros/own/shout.sql": "{% macro shout() %}{% endmacro %}"})).macros
    assert (macros["shout"].path, macros["shout"].is_builtin) == ("macros/own/shout.sql", False)
    assert macros["k_anonymity"].is_builtin
    assert macros["k_anonymity"].path == "<builtin>/macros/protection/k_anonymity.sql"


def test_a_built_in_macro_is_replaced_only_where_the_project_says_so(write_project: WriteProject) -> None:
    own = {"macros/k_anonymity.sql": "{% macro k_anonymity() %}{% endmacro %}"}
    assert refused(write_project(own)) == ["PT047 macros/k_anonymity.sql"]
    project = (write_project() / "project.yml").read_text()
    loaded = load(write_project({**own, "project.yml": project + "overrides: [k_anonymity]\n"}))
    assert loaded.macros["k_anonymity"].path == "macros/k_anonymity.sql"
    assert not loaded.macros["k_anonymity"].is_builtin


def test_a_copy_of_a_built_in_macro_replaces_nothing(write_project: WriteProject) -> None:
    text = (CHECKOUT / "macros/protection/k_anonymity.sql").read_text(encoding="utf-8")
    project = (write_project() / "project.yml").read_text()
    root = write_project({"macros/k_anonymity.sql": text})
    assert load(root).macros["k_anonymity"].is_builtin
    write_project({"project.yml": project + "overrides: [k_anonymity]\n"})
    assert load(root).macros["k_anonymity"].is_builtin


def test_names_are_unique_across_folders_whatever_their_case(write_project: WriteProject) -> None:
    root = write_project(
        {"models/staging/People_Public.sql": "", "macros/a/shout.sql": "", "macros/b/shout.sql": ""}
    )
    assert refused(root) == ["PT045 macros/b/shout.sql", "PT045 models/staging/People_Public.sql"]


def test_mistakes_of_all_files_are_told_at_once_in_the_order_of_files(write_project: WriteProject) -> None:
    root = write_project(
        {
            "project.yml": "name: c\ndomain: court\nsurces: {}\n",
            "domains/court.yml": "hierarchies: {age: {widths: [5, 7]}}\n",
            "models/a.yml": "models: [{nme: x}]\n",
            "models/not-sql.sql": "SELECT 1",
        }
    )
    assert refused(root) == [
        "PT022 domains/court.yml:1:33",
        "PT012 models/a.yml:1:11",
        "PT046 models/not-sql.sql",
        "PT012 project.yml:3:1",
    ]


def test_without_a_project_file_the_rest_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.yml").write_text("")
    assert refused(tmp_path) == ["PT006 models/a.yml", "PT008 project.yml"]


def test_sql_that_is_not_utf8_is_told_with_its_line(write_project: WriteProject) -> None:
    root = write_project()
    (root / "models" / "x.sql").write_bytes(b"SELECT\n'\xff'")
    assert refused(root) == ["PT005 models/x.sql:2"]


def test_the_checkout_is_a_project_whose_macros_are_the_built_in_ones() -> None:
    loaded = load(CHECKOUT)
    assert all(macro.is_builtin for macro in loaded.macros.values())
    assert loaded.domain.path.startswith("<builtin>/domains/")
    assert demo() == CHECKOUT


def test_the_library_of_an_installed_package_lies_inside_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_builtin" / "demo").mkdir(parents=True)
    monkeypatch.setattr(library, "_PACKAGE", tmp_path)
    assert library.library().folder == tmp_path / "_builtin"
    assert demo() == tmp_path / "_builtin" / "demo"


def test_200_models_with_descriptions_load_in_a_fifth_of_a_second(write_project: WriteProject) -> None:
    columns = "".join(f"      - {{name: c{index}, description: the column}}\n" for index in range(10))
    files = {f"models/layer_{index % 7}/m{index}.sql": "SELECT 1 AS a\n" * 20 for index in range(200)}
    files["models/all.yml"] = "models:\n" + "".join(
        f"  - name: m{index}\n    description: The model\n    columns:\n{columns}" for index in range(200)
    )
    root = write_project(files)
    load(root)
    taken = []
    for _ in range(3):
        started = time.process_time()
        loaded = load(root)
        taken.append(time.process_time() - started)
    assert len(loaded.models) == 201
    assert len(loaded.properties) == 200
    assert min(taken) < 0.2
