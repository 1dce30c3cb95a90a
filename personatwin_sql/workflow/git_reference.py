"""A project as a git reference has it, in a folder that is gone afterwards."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from personatwin_sql.errors import Diagnostic, ProjectError

_PARTS = ("project.yml", "project.lock", "domains", "models", "macros", "tests")


@contextmanager
def project_at(root: Path, reference: str, others: Sequence[str] = ()) -> Iterator[Path]:
    """The files that people wrote, the lock, and `others` of them that it has; no data.

    Raises ProjectError PT379 where git does not have it, or no project in it.
    """
    if reference.startswith("-"):
        raise _unreadable(reference, "a reference does not begin with `-`")
    listed = _git(root, reference, "ls-tree", "--name-only", "-z", f"{reference}^{{commit}}", "./")
    found = [name for name in listed.decode(errors="replace").split("\0") if name]
    parts = [name for name in found if Path(name).name in _PARTS]
    if not any(Path(name).name == "project.yml" for name in parts):
        raise _unreadable(reference, "it has no project.yml here")
    if others:
        listed = _git(root, reference, "ls-tree", "--name-only", "-z", f"{reference}^{{commit}}", *others)
        parts += [name for name in listed.decode(errors="replace").split("\0") if name]
    archive = _git(root, reference, "archive", "--format=tar", reference, "--", *parts)
    folder = Path(tempfile.mkdtemp(prefix="personatwin-plan-"))
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _git(root: Path, reference: str, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise _unreadable(reference, "git is not installed")
    finished = subprocess.run(  # noqa: S603  (a list of arguments, no shell)
        [git, "-C", str(root), *arguments], capture_output=True, check=False
    )
    if finished.returncode != 0:
        raise _unreadable(reference, "git does not have it, or the project is in no repository")
    return finished.stdout


def _unreadable(reference: str, why: str) -> ProjectError:
    fixes = ("name a commit, a branch or a tag: git log --oneline",)
    return ProjectError(Diagnostic("PT379", f"`{reference}` cannot be compared with: {why}", fixes=fixes))
