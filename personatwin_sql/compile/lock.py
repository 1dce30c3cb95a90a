"""`project.lock`: the levels that builds chose from the data, per target; only what the release shows anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from personatwin_sql.compile.protection import Chosen
from personatwin_sql.errors import Diagnostic, Place, ProjectError

FILE = "project.lock"
VERSION = 1
_HEADER = "# Levels that builds chose within the rules. Commit it: a diff shows when a release became coarser or finer.\n"


@dataclass(frozen=True)
class Lock:
    """Target → model → what was chosen."""

    targets: Mapping[str, Mapping[str, Chosen]] = field(default_factory=dict)

    def of(self, target: str) -> Mapping[str, Chosen]:
        return self.targets.get(target, {})

    def with_choices(self, target: str, choices: Mapping[str, Chosen]) -> Lock:
        """The lock with the choices of one target replaced."""
        return Lock({**self.targets, target: dict(choices)})


def read_lock(root: Path) -> Lock:
    """The lock of a project, empty where there is none; raises ProjectError when it was not written by a build."""
    path = root / FILE
    if not path.exists():
        return Lock()
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _lock(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError):
        raise ProjectError(
            Diagnostic(
                "PT170",
                "the lock is not as a build writes it",
                Place(FILE, 1),
                fixes=("take it back from git", "or remove it: the next build chooses the levels again"),
            )
        ) from None


def _lock(data: Any) -> Lock:
    if data["version"] != VERSION:
        raise ValueError("version")
    return Lock(
        {
            str(target): {
                str(model): Chosen(
                    int(choice["k"]), {str(name): int(level) for name, level in choice["levels"].items()}
                )
                for model, choice in models.items()
            }
            for target, models in data["targets"].items()
        }
    )


def lock_text(lock: Lock) -> str:
    """The lock as it is written: sorted, so that a diff shows changes alone."""
    data = {
        "version": VERSION,
        "targets": {
            target: {
                model: {"k": choice.k, "levels": dict(sorted(choice.levels.items()))}
                for model, choice in sorted(models.items())
            }
            for target, models in sorted(lock.targets.items())
        },
    }
    return _HEADER + yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def write_lock(root: Path, lock: Lock) -> None:
    """Write the lock in one step, if it says something new."""
    path = root / FILE
    text = lock_text(lock)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    partial = path.with_suffix(".lock.tmp")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
