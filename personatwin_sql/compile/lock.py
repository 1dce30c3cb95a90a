"""`project.lock`: the levels that builds chose, per target; only what the release shows anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

import yaml

from personatwin_sql.compile.protection import Chosen
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.document import Plain
from personatwin_sql.spec.protection import LockedRecoding
from personatwin_sql.spec.yaml_reader import read_yaml

_ONE_LEVEL = frozenset({"k", "levels"})
_BY_CLASS = frozenset({"k", "recoding", "levels", "coarsest"})
"""Where classes differ in levels: the finest and the coarsest of each column."""
_KINDS: tuple[LockedRecoding, ...] = ("local", "multidimensional", "cell", "means")
_OPTIONAL = frozenset({"loss", "microaggregate"})
FILE = "project.lock"
VERSION = 1
_HEADER = (
    "# Levels that builds chose within the rules. "
    "Commit it: a diff shows when a release became coarser or finer.\n"
)


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
    """The lock of a project, empty where there is none; raises ProjectError when no build wrote it so."""
    path = root / FILE
    if not path.exists():
        return Lock()
    try:
        return _lock(read_yaml(path, FILE).data)
    except (ProjectError, _NotALock):
        raise ProjectError(
            Diagnostic(
                "PT170",
                "the lock is not as a build writes it",
                Place(FILE, 1),
                fixes=("take it back from git", "or remove it: the next build chooses the levels again"),
            )
        ) from None


class _NotALock(Exception):
    """Something in the file is not what a build writes there."""


def _lock(data: Mapping[str, Plain]) -> Lock:
    if set(data) != {"version", "targets"} or data["version"] is True or data["version"] != VERSION:
        raise _NotALock
    targets = _mapping(data["targets"])
    return Lock(
        {
            target: {model: _chosen(_mapping(choice)) for model, choice in _mapping(models).items()}
            for target, models in targets.items()
        }
    )


def _chosen(choice: Mapping[str, Plain]) -> Chosen:
    loss = choice.get("loss", "")
    if set(choice) - _OPTIONAL not in (_ONE_LEVEL, _BY_CLASS) or not isinstance(loss, str):
        raise _NotALock
    k, levels = _whole(choice["k"], 1), _levels(choice["levels"])
    grouped = _texts(choice.get("microaggregate", {}))
    if set(grouped) - set(levels) or ("recoding" not in choice and grouped):
        raise _NotALock
    if "recoding" not in choice:
        return Chosen(k, levels, loss=loss)
    coarsest = _levels(choice["coarsest"])
    kind = next((name for name in _KINDS if name == choice["recoding"]), None)
    if kind is None or set(coarsest) != set(levels):
        raise _NotALock
    if any(coarsest[name] < level for name, level in levels.items()):
        raise _NotALock
    return Chosen(k, levels, kind, coarsest, loss, grouped)


def _texts(value: Plain) -> dict[str, str]:
    texts = {name: text for name, text in _mapping(value).items() if isinstance(text, str)}
    if texts != value:
        raise _NotALock
    return texts


def _levels(levels: Plain) -> dict[str, int]:
    return {name: _whole(level, 0) for name, level in _mapping(levels).items()}


def _mapping(value: Plain) -> Mapping[str, Plain]:
    if not isinstance(value, dict):
        raise _NotALock
    return value


def _whole(value: Plain, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise _NotALock
    return value


def check_unchanged(target: str, before: Lock, after: Lock) -> None:
    """Raises ProjectError PT516 when a build would write another lock for its target."""
    old, new = before.of(target), after.of(target)
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    if changed:
        names = ", ".join(f"`{name}`" for name in changed)
        raise ProjectError(
            Diagnostic(
                "PT516",
                f"the lock would change for {names}: nothing was published",
                Place(FILE),
                fixes=("build without `--locked`, look at the diff of project.lock, and commit it",),
            )
        )


def lock_text(lock: Lock) -> str:
    """The lock as it is written: sorted, so that a diff shows changes alone."""
    data = {
        "version": VERSION,
        "targets": {
            target: {model: _written(choice) for model, choice in sorted(models.items())}
            for target, models in sorted(lock.targets.items())
        },
    }
    return _HEADER + yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _written(choice: Chosen) -> dict[str, object]:
    levels: dict[str, object] = {"levels": dict(sorted(choice.levels.items()))}
    loss = {"loss": choice.loss} if choice.loss else {}
    if choice.recoding == "global":
        return {"k": choice.k, **levels, **loss}
    coarsest = dict(sorted(choice.coarsest.items()))
    grouped = {"microaggregate": dict(sorted(choice.microaggregate.items()))} if choice.microaggregate else {}
    return {"k": choice.k, "recoding": choice.recoding, **levels, "coarsest": coarsest, **grouped, **loss}


def write_lock(root: Path, lock: Lock) -> None:
    """Write the lock in one step, if it says something new."""
    path = root / FILE
    text = lock_text(lock)
    if path.exists() and path.read_bytes() == text.encode():
        return
    partial = path.with_suffix(".lock.tmp")
    partial.write_bytes(text.encode())
    partial.replace(path)
