"""A build that may only choose what the lock says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml
from click.testing import Result

Call = Callable[..., Result]


def test_a_build_that_would_change_the_lock_publishes_nothing(small: Path, call: Call) -> None:
    said = call("build", "--locked", "--project-dir", small)
    assert (said.exit_code, "PT516" in said.stderr) == (2, True)
    assert not (small / "project.lock").exists()
    assert not (small / "release" / "small.duckdb").exists()

    assert call("build", "--project-dir", small).exit_code == 0
    lock, release = small / "project.lock", small / "release" / "small.duckdb"
    written = lock.read_bytes()
    assert call("build", "--locked", "--full-refresh", "--project-dir", small).exit_code == 0
    assert lock.read_bytes() == written

    content = yaml.safe_load(written)
    del content["targets"]["prod"]["personas"]
    lock.write_text(yaml.safe_dump(content))
    shortened, published = lock.read_bytes(), release.read_bytes()
    said = call("build", "--locked", "--full-refresh", "--project-dir", small)
    assert (said.exit_code, "would change for `personas`" in said.stderr) == (2, True)
    assert lock.read_bytes() == shortened
    assert release.read_bytes() == published


def test_a_preview_publishes_nothing_and_leaves_the_release_alone(small: Path, call: Call) -> None:
    project = small / "project.yml"
    project.write_text(project.read_text() + "  dev: {publish: false}\n")
    said = call("build", "--target", "dev", "--project-dir", small)
    assert said.exit_code == 0, said.stderr
    assert "published: no" in said.stderr
    assert not (small / "release").exists()
    assert (small / "target" / "preview.duckdb").is_file()
    shown = call("show", "personas", "--limit", "1", "--target", "dev", "--project-dir", small)
    assert shown.exit_code == 0
