"""What the README shows is run as it stands there, from files to a release and beyond."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from personatwin_sql.cli.application import application
from personatwin_sql.cli.commands.plan import CHANGES
from personatwin_sql.spec.loader import load

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = ("people.csv", "events.csv")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def call(line: str) -> Result:
    """A line of a shell, in this process and folder."""
    name, *arguments = shlex.split(line)
    assert name == "personatwin"
    return CliRunner().invoke(application, arguments, prog_name=name)


@pytest.fixture(scope="module")
def own_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of people and events, and a wide one whose key has an unusual name."""
    folder = tmp_path_factory.mktemp("readme")
    for name in FILES:
        shutil.copyfile(ROOT / "data" / name, folder / name)
    with (folder / "people.csv").open(encoding="utf-8") as people:
        known = {row["person_id"]: row for row in csv.DictReader(people)}
    with (folder / "events.csv").open(encoding="utf-8") as events, (folder / "wide.csv").open("w") as wide:
        rows = csv.writer(wide)
        rows.writerow(("inmate", "age", "gender", "date", "event_type", "outcome"))
        for event in csv.DictReader(events):
            person = known.get(event["person_id"], {"age": "", "gender": ""})
            told = (event[name] for name in ("date", "event_type", "outcome"))
            rows.writerow((event["person_id"], person["age"], person["gender"], *told))
    return folder


@pytest.fixture(scope="module")
def court(own_files: Path) -> Iterator[Path]:
    """The project after the five minutes; the process stands in its folder while it is asked."""
    before = Path.cwd()
    os.chdir(own_files)
    try:
        (steps,) = (block for block in blocks("sh") if "personatwin init" in block)
        for line in steps.splitlines():
            if line.startswith("cd "):
                os.chdir(line.removeprefix("cd "))
                continue
            done = call(line)
            assert done.exit_code == 0, done.output
        assert "gender" in done.stdout
        yield own_files / "court"
    finally:
        os.chdir(before)


def commands() -> list[str]:
    table = README[README.index("| command | does |") :].split("\n\n", 1)[0]
    return [line.split("`")[1] for line in table.splitlines()[2:]]


def test_each_command_of_the_table_runs(
    court: Path, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in commands():
        is_of_files = " init " in line or line.endswith(".csv")
        monkeypatch.chdir(own_files if is_of_files else court)
        done = call(line)
        assert done.exit_code == 0, f"{line}\n{done.output}"


def test_a_reviewer_is_told_by_the_exit_code(court: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (reviewed,) = re.findall(r"`(--against main [^`]*)`", README)
    monkeypatch.chdir(court)
    who = ["-c", "user.name=owner", "-c", "user.email=owner@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *arguments], check=True)
    rules = court / "project.yml"
    before = rules.read_text(encoding="utf-8")
    try:
        rules.write_text(before.replace("level: high", "level: low"), encoding="utf-8")
        loosened = call(f"personatwin plan {reviewed}")
    finally:
        rules.write_text(before, encoding="utf-8")
    assert loosened.exit_code == CHANGES
    assert "loosened" in loosened.stdout


def test_the_sql_of_readers_runs_over_the_release(court: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(court)
    of_readers = [block for block in blocks("sql") if "{{" not in block]
    assert len(of_readers) == 2
    for block in of_readers:
        done = CliRunner().invoke(application, ["query", block.rstrip().removesuffix(";")])
        assert done.exit_code == 0, done.output
        assert len(done.stdout.splitlines()) > 3


MODELS = [block for block in blocks("sql") if "{{" in block]
OF_CLASSES = [model for model in MODELS if "k_anonymity" in model]
(WITH_NOISE,) = (model for model in MODELS if "differential_privacy" in model)
(BY_CHANCE,) = (model for model in MODELS if "randomised_response" in model)


@pytest.mark.parametrize("model", OF_CLASSES, ids=["k", "models"])
def test_the_models_and_the_tests_that_it_shows_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    (tests,) = (block for block in blocks("yaml") if "models/models.yml" in block)
    demo_with(tmp_path, "people_public", model)
    (tmp_path / "models" / "models.yml").write_text(tests, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = call("personatwin build")
    assert done.exit_code == 0, done.output
    assert "class_size_at_least_people_public" in done.stderr


def test_the_table_with_noise_that_it_shows_is_drawn_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo_with(tmp_path, "events_by_month", WITH_NOISE)
    (tmp_path / "models" / "models.yml").unlink()
    (budgets,) = (block for block in blocks("yaml") if "budgets:" in block)
    project = tmp_path / "project.yml"
    lines = project.read_text(encoding="utf-8").split("budgets:")[0]
    project.write_text(f"{lines}\n{budgets}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        done = call("personatwin build --full-refresh")
        assert done.exit_code == 0, done.output
    assert "replay" in done.stderr
    assert len(list((tmp_path / "ledger" / "frozen").iterdir())) == 1


def test_the_outcomes_by_chance_that_it_shows_are_counted_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(MODELS) == len(OF_CLASSES) + 2
    personas = (ROOT / "models" / "release" / "personas.sql").read_text(encoding="utf-8")
    people = (ROOT / "models" / "release" / "people_public.sql").read_text(encoding="utf-8")
    demo_with(tmp_path, "persona_events", BY_CHANCE)
    for name, model in (("personas", personas), ("people_public", people)):
        (tmp_path / "models" / "release" / f"{name}.sql").write_text(model, encoding="utf-8")
    (tmp_path / "models" / "models.yml").unlink()
    monkeypatch.chdir(tmp_path)
    done = call("personatwin build")
    assert done.exit_code == 0, done.output
    counted = call("personatwin query 'SELECT * FROM _personatwin.outcomes'")
    assert counted.exit_code == 0, counted.output
    assert len(counted.stdout.splitlines()) > 3


def demo_with(folder: Path, name: str, model: str) -> None:
    """The demo with one released model alone."""
    for part in ("models", "data"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.py"))
    shutil.copyfile(ROOT / "project.yml", folder / "project.yml")
    for file in (folder / "models" / "release").iterdir():
        file.unlink()
    (folder / "models" / "release" / f"{name}.sql").write_text(model, encoding="utf-8")


def test_a_command_says_nothing_that_is_not_its_own(court: Path) -> None:
    """In a process that is started for it: what libraries say at its end would be seen."""
    words = ("-m", "personatwin_sql", "test", "--select", "unique_stg_people_person_id")
    tested = subprocess.run(
        [sys.executable, *words], cwd=court, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert tested.returncode == 0, tested.stderr
    assert tested.stderr.splitlines()[-1].startswith("Done.  ")


def test_the_sources_that_it_shows_are_a_project(tmp_path: Path) -> None:
    (project,) = (block for block in blocks("yaml") if "# project.yml" in block)
    (tmp_path / "project.yml").write_text(project, encoding="utf-8")
    loaded = load(tmp_path)
    assert sum(len(tables) for tables in loaded.project.sources.values()) == 6
    assert loaded.project.ids == "normalized"


def test_the_population_that_it_shows_is_one(court: Path, tmp_path: Path) -> None:
    (written,) = (block for block in blocks("yaml") if "population:" in block)
    shutil.copytree(court, tmp_path / "court", ignore=shutil.ignore_patterns("target", ".*"))
    project = tmp_path / "court" / "project.yml"
    lines = project.read_text(encoding="utf-8").splitlines()
    others = [line for line in lines if not line.startswith("privacy:")]
    project.write_text("\n".join([*others, written]), encoding="utf-8")
    loaded = load(tmp_path / "court")
    assert loaded.project.population is not None
    assert loaded.project.population.places == ("Broward, FL",)
    assert loaded.project.privacy.membership == "secret"


def test_the_lines_of_python_run(own_files: Path) -> None:
    (program,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=own_files, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[0]) <= 0.01
    assert (own_files / "safe" / "personas.duckdb").is_file()


def test_the_notebook_and_the_files_that_it_names_are_there() -> None:
    for name in (
        "examples/personas.ipynb",
        "analyses/bail_denied.sql",
        "data/make_sample.py",
        "CHANGELOG.md",
        ".ci/run",
    ):
        assert f"`{name}" in README
        assert (ROOT / name).is_file()
