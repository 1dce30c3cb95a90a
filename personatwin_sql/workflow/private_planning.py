"""What differentially private models would spend, and how far off they would be; no data is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.ledger.budget import charges_of, spending
from personatwin_sql.release.ledger.charge import Request, charge_of, refusals
from personatwin_sql.release.ledger.described import described
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.replay import replayed
from personatwin_sql.release.ledger.shown import ceiling, floor
from personatwin_sql.release.ledger.stamp import NONE, ledger_stamp
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.release.ledger.uses import joint_of
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.private_release import Needed
from personatwin_sql.workflow.build_ledger import declared_budgets
from personatwin_sql.workflow.finer_releases import finer_release
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.private_below import not_released
from personatwin_sql.workflow.private_notes import notes_of
from personatwin_sql.workflow.private_request import other_questions, request_of
from personatwin_sql.workflow.private_words import query_of
from personatwin_sql.workflow.randomised_outcomes import refused_draws

What = Literal["replay", "draw", "draw, with --allow-spend", "draw from a seed"]


@dataclass(frozen=True)
class PlannedError:
    """How far a noisy column is expected to be from what is counted, in each cell."""

    measure: str
    counts: str
    """`rows`, `people`, `values`, `sum`, `centred` or `squares`."""
    grouping_set: int
    rmse: float
    half_width: float
    """95 of 100 times it is no farther."""


@dataclass(frozen=True)
class PlannedPrivacy:
    """One differentially private model."""

    model: str
    what: What
    budget: str
    epsilon: str
    """Of one draw; of a replay, what it once cost."""
    delta: str
    rho: str
    left_epsilon: str
    """Of its budget after this model, were all before it allowed."""
    left_delta: str
    mechanism: str
    errors: tuple[PlannedError, ...]
    thresholds: tuple[int, ...]
    """Of private keys: the least noisy count of people that shows a group, in each grouping set."""
    needed: tuple[Needed, ...]
    """Of private keys: how many people a group must have to be shown, in each grouping set."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class PrivatePlan:
    """All of them, in their order, and why a build would withhold them."""

    models: tuple[PlannedPrivacy, ...] = ()
    refused: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class _Asked:
    """A model with what pays for it: an entry that is there, or the charge that would be written."""

    model: CompiledModel
    request: Request
    charge: Charge
    entry: str = ""


def private_plan(compiled: Compiled, paths: Paths, owner: OwnerFigures) -> PrivatePlan:
    """Told from the ledger and the models alone; `owner`: the figures of the last build, if there was one.

    Raises Unavailable where the ledger is not sound, or its secret is not here.
    """
    folders = folders_of(paths.root, paths.private)
    if not compiled.private_statistics and ledger_stamp(folders) == NONE:
        return PrivatePlan()
    key = _key(folders)
    ledger = read_ledger(folders, key)
    budgets = declared_budgets(compiled.loaded)
    asked = [_asked(compiled, compiled.models[name], key, ledger) for name in compiled.private_statistics]
    fresh = [each.request for each in asked if not each.entry]
    needing = (*other_questions(ledger, fresh), *_late(compiled, asked))
    released = {release.model for _, release in ledger.releases()}
    models = tuple(_planned(compiled, paths.publishes, ledger, released, owner, asked))
    if not paths.publishes:
        return PrivatePlan(models)
    drawn_anew = refused_draws(ledger, compiled, compiled.released)
    return PrivatePlan(models, (*refusals(ledger, budgets, fresh, key), *needing, *drawn_anew))


def _late(compiled: Compiled, asked: Sequence[_Asked]) -> Iterator[Diagnostic]:
    """PT665 for each to be drawn that reads a noisy table which is to be drawn, too."""
    fresh = {each.model.name: each.request for each in asked if not each.entry}
    for name, request in fresh.items():
        for below in compiled.graph.ancestors(name):
            if below in fresh:
                yield not_released(below, request)


def _key(folders: Folders) -> bytes:
    """The project's secret; where nothing was ever spent, none is made."""
    if (folders.private / "secret").exists() or ledger_stamp(folders) != NONE:
        return secret(folders.private)
    return b""


def _asked(compiled: Compiled, model: CompiledModel, key: bytes, ledger: Ledger) -> _Asked:
    request = request_of(compiled, model, key, {})
    found = replayed(ledger, request.replay)
    paid = ledger.entries[found[1].charge].content if found is not None else None
    if found is not None and isinstance(paid, Charge):
        return _Asked(model, request, paid, found[1].charge)
    budget = compiled.loaded.project.declared_budgets[request.budget]
    return _Asked(model, request, charge_of(request, budget, key))


def _planned(
    compiled: Compiled,
    is_published: bool,
    ledger: Ledger,
    released: set[str],
    owner: OwnerFigures,
    asked: list[_Asked],
) -> Iterator[PlannedPrivacy]:
    budgets = compiled.loaded.project.declared_budgets
    before = {name: charges_of(ledger, name) for name in budgets}
    for each in asked:
        budget = budgets[each.request.budget]
        if not each.entry and is_published:
            before[budget.name] = (*before[budget.name], each.charge)
        left = spending(budget, before[budget.name])
        aggregation = each.model.aggregation
        if aggregation is None:
            raise TypeError(f"{each.model.name} is not differentially private")
        told = described(each.charge, query_of(aggregation))
        finer = None
        if not each.entry and is_published:
            finer = finer_release(each.model, [other.model for other in asked if other.entry])
        yield PlannedPrivacy(
            model=each.model.name,
            what=_what(each, is_published, released),
            budget=budget.name,
            epsilon=ceiling(each.charge.epsilon),
            delta=ceiling(each.charge.delta),
            rho=ceiling(joint_of(each.charge).rho),
            left_epsilon=floor(left.epsilon_left),
            left_delta=floor(left.delta_left),
            mechanism=told.mechanism,
            errors=tuple(
                PlannedError(
                    column.name.partition("__")[0],
                    column.counts,
                    column.grouping_set,
                    column.error * float(column.unit),
                    column.half_width * float(column.unit),
                )
                for column in told.noise
            ),
            thresholds=told.thresholds,
            needed=told.needed,
            notes=(
                *((finer,) if finer else ()),
                *notes_of(each.model, each.charge, each.entry, ledger, owner),
            ),
        )


def _what(each: _Asked, is_published: bool, released: set[str]) -> What:
    if not is_published:
        return "draw from a seed"
    if each.entry:
        return "replay"
    return "draw, with --allow-spend" if each.model.name in released else "draw"
