"""Whether the private state is private, and whether a build left anything behind."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from personatwin_sql.errors import Unavailable
from personatwin_sql.release.lock_file import project_lock
from personatwin_sql.scaffold.check import Check

PRIVATE = ".personatwin"
_LITTLE_SPACE = 1 << 30


def folder_checks(root: Path) -> Iterator[Check]:
    """Rights, git, space, who builds, and a session that outlived its build."""
    private = root / PRIVATE
    yield _rights(private)
    yield _ignored(root)
    yield _space(root)
    lock = _lock(private)
    yield lock
    if lock.ok:
        yield _session(private)


def _rights(private: Path) -> Check:
    if not private.exists():
        return Check("private state", None, "none yet")
    open_to_others = [path for path in (private, *private.rglob("*")) if _others_may(path)]
    detail = f"{len(open_to_others)} of its files are open to others" if open_to_others else "owner only"
    return Check("private state", not open_to_others, detail, f"chmod -R go-rwx {PRIVATE}")


def _others_may(path: Path) -> bool:
    try:
        return not path.is_symlink() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except FileNotFoundError:
        return False


def _ignored(root: Path) -> Check:
    """Whether git would take the private state along."""
    asked = _git(root, ("check-ignore", "-q", f"{PRIVATE}/state.json"))
    if asked not in (0, 1):
        return Check("git", None, "not in a git repository")
    tracked = _git(root, ("ls-files", "--error-unmatch", "--", PRIVATE)) == 0
    if tracked:
        return Check("git", False, "the private state is in git's history", f"git rm -r --cached {PRIVATE}")
    detail = "ignores the private state" if asked == 0 else "does not ignore the private state"
    return Check("git", asked == 0, detail, f"add /{PRIVATE}/ to .gitignore")


def _git(root: Path, arguments: Iterable[str]) -> int | None:
    try:
        # whichever git the user has, no shell; the arguments are ours
        command = ("git", *arguments)
        asked = subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=10)  # noqa: S603
        return asked.returncode
    except (OSError, subprocess.TimeoutExpired):
        return None


def _space(root: Path) -> Check:
    free = shutil.disk_usage(root).free
    fix = "a build keeps its sources once more while it runs: free some space"
    return Check("disk space", free >= _LITTLE_SPACE, f"{free / (1 << 30):,.1f} GB free", fix)


def _lock(private: Path) -> Check:
    if not (private / "lock").exists():
        return Check("lock", True, "nobody builds")
    try:
        with project_lock(private):
            return Check("lock", True, "nobody builds")
    except Unavailable as error:
        return Check("lock", None, error.diagnostics[0].message)


def _session(private: Path) -> Check:
    """The session holds rows of the sources: it must not outlive its build."""
    left = [path for path in private.glob("session*") if path.is_file()]
    detail = "a build was cut off and left rows of the sources behind" if left else "none left behind"
    fix = "if no build runs: rm " + " ".join(f"{PRIVATE}/{path.name}" for path in left)
    return Check("session file", not left, detail, fix)
