"""Schemas and the loader agree: what is sound passes both, and what is misshapen passes neither."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from personatwin_sql.cli.application import application
from personatwin_sql.cli.commands.schema import FILES, schema_of
from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.hierarchy_reader import KINDS
from personatwin_sql.spec.json_schema import HIERARCHIES
from personatwin_sql.spec.library import library
from personatwin_sql.spec.yaml_reader import read_yaml

jsonschema = pytest.importorskip("jsonschema")
ERRORS = Path(__file__).resolve().parents[2] / "golden" / "errors"
OF_FORM = {"PT007", "PT010", "PT011", "PT012", "PT013", "PT014", "PT015", "PT020", "PT091"}
"""Codes for what is wrong with the form of a file alone."""
BEYOND_A_SCHEMA: Mapping[str, str] = {
    "max_people_below_2k": "max_people depends on k",
    "time_zone": "which time zones there are, the machine knows",
    "unit_tests_of_rows": "what `format` says of `rows`, and what a CSV inside of YAML holds",
}
"""Cases whose mistakes of form depend on more than the form, with the reason."""


@cache
def validator(kind: str) -> Any:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, tuple | list) else value


def problems(kind: str, content: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator(kind).iter_errors(content)
    ]


def of_file(kind: str, file: Path) -> list[str]:
    if file.suffix == ".json":
        return problems(kind, json.loads(file.read_bytes()))
    return problems(kind, plain(dict(read_yaml(file, file.name).data)))


@pytest.mark.parametrize(
    "file", sorted((library().folder / "domains").glob("*.yml")), ids=lambda file: file.stem
)
def test_every_built_in_domain_is_of_its_schema(file: Path) -> None:
    assert of_file("domain", file) == []


def test_the_demo_and_all_that_its_build_leaves_is_of_its_schema(built: Path, tmp_path: Path) -> None:
    arguments = ["export", "--project-dir", str(built), "--output", str(tmp_path / "csv")]
    assert CliRunner().invoke(application, arguments).exit_code == 0
    for kind, file in {
        "project": "project.yml",
        "models": "models/models.yml",
        "lock": "project.lock",
        "manifest": "target/manifest.json",
        "run_results": "target/run_results.json",
        "report": "release/report.json",
    }.items():
        assert of_file(kind, built / file) == [], file
    assert of_file("report", built / ".personatwin/report.json") == []
    assert of_file("export", tmp_path / "csv/manifest.json") == []


def test_what_was_drawn_is_told_by_report_manifest_and_export(built: Path, tmp_path: Path) -> None:
    """ε, δ, noise and budgets: each is there, of its schema, and the same in all of them."""
    arguments = ["export", "--project-dir", str(built), "--output", str(tmp_path / "csv")]
    assert CliRunner().invoke(application, arguments).exit_code == 0
    report = json.loads((built / "release/report.json").read_bytes())
    nodes = json.loads((built / "target/manifest.json").read_bytes())["nodes"]
    exported = json.loads((tmp_path / "csv/manifest.json").read_bytes())
    told = {model["name"]: model["privacy"] for model in report["models"]}
    files = {file["table"]: file["privacy"] for file in exported["files"]}
    assert {name for name, privacy in told.items() if privacy} == {"events_by_month"}
    assert {name for name, privacy in files.items() if privacy} == {"events_by_month"}
    assert nodes["model.events_by_month"]["privacy"] == told["events_by_month"]
    drawn, given = told["events_by_month"], files["events_by_month"]
    for name in ("budget", "epsilon", "delta", "keys", "max_groups", "is_preview"):
        assert drawn[name] == given[name]
    assert given["ledger_entry"] == drawn["entry"]
    (noise,), (column,) = drawn["noise"], given["noise"]
    assert (noise["name"], noise["error"]) == (column["column"], column["expected_error"])
    (budget,), (row,) = report["budgets"], [row for row in exported["budgets"] if row["is_whole"]]
    assert (budget["name"], budget["spent_epsilon"]) == (row["budget"], row["spent_epsilon"])
    displayed = row["displayed_epsilon"], row["displayed_delta"]
    assert (budget["displayed"]["epsilon"], budget["displayed"]["delta"]) == displayed
    assert 0 < float(displayed[0]) <= float(budget["spent_epsilon"])


@pytest.mark.parametrize("part", ["epsilon", "noise", "keys"])
def test_a_report_that_does_not_say_what_was_drawn_is_of_no_schema(built: Path, part: str) -> None:
    report = json.loads((built / "release/report.json").read_bytes())
    (model,) = (model for model in report["models"] if model["privacy"])
    del model["privacy"][part]
    assert problems("report", report)


@pytest.mark.parametrize("case", sorted(ERRORS.glob("*.txt")), ids=lambda case: case.stem)
def test_a_file_that_the_loader_refuses_for_its_form_is_refused_by_its_schema(
    case: Path, tmp_path: Path
) -> None:
    given, _, told = case.read_text(encoding="utf-8").partition("=== told\n")
    places = re.findall(r"error\[(PT\d+)\]: .*\n  --> ([^:\n]+)", told)
    misshapen = {path for code, path in places if code in OF_FORM}
    files = dict(part.split("\n", 1) for part in given.split("--- ")[1:])
    for path in misshapen & set(files):
        kind = kind_of(path)
        if kind is None or case.stem in BEYOND_A_SCHEMA:
            continue
        file = tmp_path / Path(path).name
        file.write_text(files[path], encoding="utf-8")
        try:
            found = of_file(kind, file)
        except ProjectError:
            continue  # no YAML at all
        assert found, f"{path} is of its schema, and the loader refuses it"


def kind_of(path: str) -> str | None:
    if path == "project.yml":
        return "project"
    folder = path.split("/")[0]
    return {"domains": "domain", "models": "models"}.get(folder)


def test_the_cases_beyond_a_schema_are_there() -> None:
    assert {case.stem for case in ERRORS.glob("*.txt")} >= set(BEYOND_A_SCHEMA)


def test_every_kind_of_hierarchy_has_a_schema() -> None:
    assert set(HIERARCHIES) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("project", "name: a\ndomain: b\nsources: {c: {d: {path: e.csv}}}\nprivacy: {k: '11'}\n"),
        ("project", "name: a b\ndomain: b\nsources: {c: {d: {path: e.csv}}}\n"),
        ("domain", "hierarchies: {age: {widths: [5], prefix: [1]}}\n"),
        ("domain", "hierarchies: {job: {taxonomy: {A: []}}}\n"),
        ("domain", "entities: {people: {columns: {age: {role: secret}}}}\n"),
        ("models", "version: 2\nmodels: [{name: a, columns: [{name: b, tests: [{accepted_values: {}}]}]}]\n"),
        ("lock", "version: 2\ntargets: {}\n"),
        ("lock", "version: 1\ntargets: {prod: {personas: {k: 5, levels: {age: -1}}}}\n"),
    ],
)
def test_what_is_misshapen_is_refused(kind: str, text: str) -> None:
    assert problems(kind, yaml.safe_load(text))


def test_an_editor_shows_what_a_key_means() -> None:
    properties = schema_of("project")["$defs"]["SourceTable"]["properties"]
    assert "Relative to the project folder" in properties["path"]["description"]
    assert schema_of("domain")["$defs"]["hierarchy widths"]["required"] == ["widths"]


def test_the_command_lists_prints_and_writes_them(tmp_path: Path) -> None:
    run = CliRunner()
    assert [
        row["kind"] for row in json.loads(run.invoke(application, ["schema", "--format", "json"]).stdout)
    ] == list(FILES)
    assert json.loads(run.invoke(application, ["schema", "project"]).stdout) == schema_of("project")
    run.invoke(application, ["schema", "--output", str(tmp_path / "schemas")])
    assert {path.stem for path in (tmp_path / "schemas").iterdir()} == set(FILES)
    run.invoke(application, ["schema", "lock", "--output", str(tmp_path / "lock.json")])
    assert json.loads((tmp_path / "lock.json").read_text()) == schema_of("lock")
