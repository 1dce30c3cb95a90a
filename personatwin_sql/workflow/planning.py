"""`plan`: what a build would do and why, and which rules are no longer what they were; no data is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.lock import read_lock
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.fingerprint import SourceStamp
from personatwin_sql.release.owner import OwnerFigures, Sensitivity
from personatwin_sql.release.state import State, read_owner, read_state
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.workflow.git_reference import project_at
from personatwin_sql.workflow.memory import Memory, hierarchy_files
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.private_planning import PlannedPrivacy, private_plan
from personatwin_sql.workflow.project import compiled_and_judged, opened
from personatwin_sql.workflow.rules_in_force import (
    RuleChange,
    Rules,
    rule_changes,
    rules_of_project,
    rules_of_release,
)

How = Literal["optimal", "best of the ladder", "best effort", "held by project.lock", "by class"]


@dataclass(frozen=True)
class PlannedNode:
    """A model, and whether a build would make it anew."""

    name: str
    action: Literal["build", "unchanged"]
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedLevels:
    """The levels that the last build published a table at."""

    model: str
    levels: str
    """In the order of the columns."""
    measure: str
    loss: float
    how: How
    """`best of the ladder`: of the levels nowhere finer than the best without the target risk."""
    lower_bound: float | None = None
    """Of a best effort: no levels that satisfy the rules lose less."""
    classes: int | None = None
    """Of levels by class: how many classes there are."""


@dataclass(frozen=True)
class ProjectPlan:
    """What a build would do, told from files alone."""

    project: str
    target: str
    publishes: bool
    against: str
    """What the rules are compared with."""
    nodes: tuple[PlannedNode, ...]
    rules: tuple[RuleChange, ...]
    suppression: tuple[tuple[str, str], ...]
    """Model, and the band of people that the last build left out."""
    levels: tuple[PlannedLevels, ...] = ()
    """How good the levels of the last build are, for the owner."""
    sensitivity: tuple[tuple[str, Sensitivity], ...] = ()
    """Model, and what its rules cost as the last build counted it: for the owner, on whose terminal it is."""

    offers: tuple[str, ...] = ()
    """What would pass beside earlier releases, where the last build did not: for the owner too."""
    privacy: tuple[PlannedPrivacy, ...] = ()
    """Differentially private models: what they would cost, and how far off they would be."""
    refused: tuple[Diagnostic, ...] = ()
    """Why a build would withhold them."""

    @property
    def has_changes(self) -> bool:
        return bool(self.rules) or any(node.action == "build" for node in self.nodes)


def plan_project(options: Options, against: str | None) -> ProjectPlan:
    """The plan of a build; rules are compared with those of a git reference, else of the last build.

    Sources are looked at by size and time only. Raises ProjectError for what is wrong with the project, and
    PT379 for a reference that git does not have.
    """
    loaded, paths = opened(options)
    compiled = compiled_and_judged(loaded)
    state = read_state(paths.private, loaded.target)
    before, shown = _rules_before(state, loaded, options, against)
    after = rules_of_project(compiled, read_lock(loaded.root))
    released = state.release.models if state is not None else ()
    private = private_plan(compiled, paths, read_owner(paths.owner))
    return ProjectPlan(
        project=loaded.project.name,
        target=loaded.target,
        publishes=loaded.publishes,
        against=shown,
        nodes=_nodes(compiled, Memory(loaded, paths, state, b""), state),
        rules=() if before is None else tuple(rule_changes(before, after)),
        suppression=tuple(
            (model.name, model.suppression_band) for model in released if model.suppression_band
        ),
        levels=() if state is None else tuple(_levels(read_owner(paths.owner))),
        sensitivity=() if state is None else _sensitivity(paths),
        offers=() if state is None else read_owner(paths.owner).offers,
        privacy=private.models,
        refused=private.refused,
    )


def _sensitivity(paths: Paths) -> tuple[tuple[str, Sensitivity], ...]:
    figures = read_owner(paths.owner)
    return tuple(
        (model.model, model.sensitivity) for model in figures.models if model.sensitivity is not None
    )


def _levels(owner: OwnerFigures) -> Iterator[PlannedLevels]:
    for model in owner.models:
        found = model.search
        if found is None:
            continue
        if found.classes is not None:
            yield PlannedLevels(
                model.model, found.levels, found.measure, found.loss, "by class", classes=found.classes
            )
            continue
        how: How = "held by project.lock"
        if found.lower_bound is not None and found.is_optimal:
            how = "best of the ladder" if found.is_after_ladder else "optimal"
        elif found.lower_bound is not None:
            how = "best effort"
        bound = found.lower_bound if how == "best effort" else None
        yield PlannedLevels(model.model, found.levels, found.measure, found.loss, how, bound)


def _rules_before(
    state: State | None, loaded: Loaded, options: Options, against: str | None
) -> tuple[Rules | None, str]:
    if against is None:
        return (
            (None, "no build yet") if state is None else (rules_of_release(state.release), "the last build")
        )
    with project_at(loaded.root, against, hierarchy_files(loaded)) as root:
        earlier, _ = opened(Options(root, options.target, options.vars))
        return rules_of_project(compiled_and_judged(earlier), read_lock(root)), against


def _nodes(compiled: Compiled, memory: Memory, state: State | None) -> tuple[PlannedNode, ...]:
    if state is None:
        first = (f"the first build of `{memory.loaded.target}`",)
        return tuple(PlannedNode(name, "build", first) for name in compiled.models)
    stamps = {stamp.name: stamp for stamp in state.sources}
    known = dict(state.fingerprints)
    now = memory.fingerprints(compiled, state.sources)
    changed: dict[str, tuple[str, ...]] = {}
    for name, model in compiled.models.items():
        why = [f"`{upstream}` changes" for upstream in model.parsed.refs if upstream in changed]
        why.extend(_touched(memory.loaded, model.parsed.sources, stamps))
        if name not in known:
            why = ["it is new"]
        elif not why and now[name] != known[name]:
            why = ["its SQL, its rules, a macro, the domain or the version of the tool has changed"]
        if why:
            changed[name] = tuple(why)
    return tuple(
        PlannedNode(name, "build" if name in changed else "unchanged", changed.get(name, ()))
        for name in compiled.models
    )


def _touched(loaded: Loaded, sources: tuple[str, ...], stamps: Mapping[str, SourceStamp]) -> list[str]:
    """Sources that are new, or whose size or times are others."""
    found = []
    for name in sources:
        stamp = stamps.get(name)
        if stamp is None:
            found.append(f"`{name}` is new")
        elif stamp.is_file and not _looks_the_same(loaded, stamp):
            found.append(f"`{name}` was written since")
    return found


def _looks_the_same(loaded: Loaded, stamp: SourceStamp) -> bool:
    try:
        now = (loaded.root / stamp.path).stat()
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (stamp.size, stamp.mtime_ns)
