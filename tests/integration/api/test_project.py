"""A project's folder as an object, and the package that costs nothing to import."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import personatwin_sql as pt
from personatwin_sql.spec.library import demo


def of_the_demo(root: Path) -> pt.Project:
    for part in ("models", "data"):
        shutil.copytree(demo() / part, root / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copyfile(demo() / "project.yml", root / "project.yml")
    return pt.Project(root)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> pt.Project:
    return of_the_demo(tmp_path_factory.mktemp("project"))


def test_before_the_first_build_there_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(pt.PersonaTwinError) as missing:
        _ = of_the_demo(tmp_path).release
    assert missing.value.diagnostics[0].code == "PT408"


def test_a_project_is_built_watched_and_asked(project: pt.Project) -> None:
    seen: list[str] = []
    result = project.build(observe=lambda event: seen.append(event.node))
    assert result.published
    assert "personas" in seen
    ((people,),) = project.query("SELECT count(*) FROM people_public").rows()
    assert people == len(project.release.table("people_public"))
    assert project.release.risk["personas"].smallest >= 5
    tested = project.test()
    assert not tested.published
    assert not tested.counts.get("failed")
    assert project.build().notes == ("nothing has changed since the last build",)
    with pytest.raises(pt.PersonaTwinError) as refused:
        project.release.table("stg_people")
    assert refused.value.diagnostics[0].code == "PT510"


def test_the_package_names_what_it_has() -> None:
    assert set(pt.__all__) <= set(dir(pt))
    assert all(getattr(pt, name) is not None for name in pt.__all__)
    with pytest.raises(AttributeError, match="no attribute 'personas'"):
        _ = pt.personas  # type: ignore[attr-defined]


def test_importing_the_package_costs_next_to_nothing() -> None:
    def seconds(program: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", program], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    extra = min(seconds("import personatwin_sql") for _ in range(3)) - min(seconds("") for _ in range(3))
    assert extra < 0.05


def test_the_package_says_that_it_has_types() -> None:
    assert (Path(pt.__file__).parent / "py.typed").is_file()
