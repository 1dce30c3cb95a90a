"""The ledger around a build: found sound before anything else, and with every entry that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.engine.earlier import published_heads
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Unavailable
from personatwin_sql.release.ledger.charge import Budgets, recorded_beside, refuse_project
from personatwin_sql.release.ledger.memory import head_problems
from personatwin_sql.release.ledger.refusal import redeclared
from personatwin_sql.release.ledger.stamp import NONE
from personatwin_sql.release.ledger.store import read_ledger, seen_ledger
from personatwin_sql.release.result import Release
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.workflow.memory import Memory

_COUNTED = ("differential_privacy", "derived")
"""Protections of tables that budgets count, and of those that tell nothing more than what they stand on."""


def declared_budgets(loaded: Loaded) -> Budgets:
    """The budgets of `project.yml`, with their places."""
    declared = loaded.project.declared_budgets
    places = {name: loaded.place(f"project.budgets.{name}") for name in declared}
    return Budgets(declared, {**places, "": loaded.place("project.budgets")})


def begun_ledger(memory: Memory) -> tuple[Diagnostic, ...]:
    """Have the ledger that a build begins with remembered from now on; what is to be warned of.

    Raises Unavailable where it is not sound or lacks what the last build knew, ProjectError PT604 and PT605
    where budgets are not what they were: also where nothing is to be spent. A preview has none.
    """
    heads = known_heads(memory)
    if not memory.loaded.publishes or (memory.ledger == NONE and not heads):
        return ()
    ledger = seen_ledger(memory.folders, memory.secret, heads)
    budgets = declared_budgets(memory.loaded)
    refuse_project(ledger, budgets)
    return tuple(redeclared(ledger, budgets.declared, budgets.places))


def known_heads(memory: Memory) -> Mapping[str, str]:
    """What the last build knew of the ledger, with where that stands."""
    shown = f"the last release, by {memory.paths.private.name}/state.json,"
    return dict.fromkeys(memory.state.release.heads, shown) if memory.state is not None else {}


def refuse_rolled_back(session: Session, memory: Memory) -> None:
    """Unavailable PT688 where the released file that lies there was made by a ledger that knew more."""
    if not memory.loaded.publishes:
        return
    shown = memory.paths.release.relative_to(memory.paths.root).as_posix()
    heads = dict.fromkeys(published_heads(session, memory.paths.release), shown)
    if heads:
        ledger = read_ledger(memory.folders, memory.secret)
        problems = tuple(head_problems(memory.folders, ledger, heads))
        if problems:
            raise Unavailable(problems)


def with_heads(memory: Memory, release: Release) -> Release:
    """The release with the ledger's heads, once its tables that no budget counts are recorded there.

    A project that has no budget, and never spent of one, has no ledger.
    """
    has_ledger = memory.loaded.project.budgets or memory.ledger != NONE
    if not memory.loaded.publishes or not has_ledger:
        return release
    others = {model.name: model.protection for model in release.models if model.protection not in _COUNTED}
    ledger = recorded_beside(memory.folders, memory.secret, others)
    return replace(release, heads=ledger.heads)
