"""Differentially private models of one build: exact first, then judged, charged, drawn once and frozen.

What was drawn before for the same question is put back, whatever the data are now. A model that asks another
question than the release of its name did spends anew, and does so only when that is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cached_property

from personatwin_sql.compile.aggregate.render import parts_of
from personatwin_sql.compile.canonical import canonical
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.private_statistics import drawn, exact_types, put_back
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Withheld
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.randomness import Bits, SeededBits, SystemBits
from personatwin_sql.release.ledger.charge import Budgets, Request, charged, frozen
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.frozen import FrozenTable, read_frozen, refuse_unfreezable
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.replay import replay_key, replayed
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.workflow.memory import Memory

PREVIEW_SEED = 1
"""Of targets that publish nothing: their noise is no secret, and nothing is charged for it."""


@dataclass(frozen=True)
class _Waiting:
    """A model whose exact sums are there, and whose noise is not paid for yet."""

    model: CompiledModel
    script: str
    request: Request


class PrivateStatistics:
    """The differentially private models of one build."""

    def __init__(
        self, session: Session, compiled: Compiled, memory: Memory, *, allow_spend: bool = False
    ) -> None:
        self._session = session
        self._compiled = compiled
        self._memory = memory
        self._allow_spend = allow_spend
        self._waiting: list[_Waiting] = []

    @cached_property
    def _folders(self) -> Folders:
        return folders_of(self._memory.loaded.root, self._memory.paths.private)

    @cached_property
    def _ledger(self) -> Ledger:
        return read_ledger(self._folders, self._memory.secret)

    @property
    def names(self) -> tuple[str, ...]:
        """Models that wait to be drawn."""
        return tuple(waiting.model.name for waiting in self._waiting)

    def prepare(self, model: CompiledModel, script: str) -> bool:
        """Put a model back as it was drawn, or make its exact sums; whether it was put back.

        Withheld PT617 where it asks another question than the release of its name, and nobody allowed it.
        """
        before, after = parts_of(script)
        request = self._request(model)
        if self._memory.loaded.publishes:
            found = replayed(self._ledger, request.replay)
            if found is not None:
                table = read_frozen(self._folders, found[1])
                put_back(self._session, model.name, table.columns, table.rows)
                return True
            if not self._allow_spend:
                self._refuse_another(model, request)
        self._session.run(before, model.name)
        kept = exact_types(self._session, model.name)
        keys = {key.name: kept[key.name] for key in _aggregate(model).keys if key.kind != "integer"}
        refuse_unfreezable(model.name, keys, request.place)
        self._waiting.append(_Waiting(model, after, request))
        return False

    def draw(self) -> None:
        """Charge all that wait, or none; then draw each, and freeze it."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        if not self._memory.loaded.publishes:
            for each in waiting:
                drawn(self._session, each.model.name, each.script, SeededBits(PREVIEW_SEED))
            return
        project = self._memory.loaded.project
        budgets = Budgets(
            project.declared_budgets,
            {name: self._memory.loaded.place(f"project.budgets.{name}") for name in project.budgets},
        )
        requests = [each.request for each in waiting]
        entries = charged(self._folders, self._memory.secret, budgets, requests)
        bits: Bits = SystemBits()
        for each, entry in zip(waiting, entries, strict=True):
            columns, rows = drawn(self._session, each.model.name, each.script, bits)
            frozen(self._folders, self._memory.secret, entry, FrozenTable(columns, rows))

    def charge_of(self, name: str) -> Charge | None:
        """What was paid for the release of a model; None where nothing was, as in a preview."""
        ledger = read_ledger(self._folders, self._memory.secret)
        found = None
        for _, release in ledger.releases():
            if release.model == name:
                content = ledger.entries[release.charge].content
                found = content if isinstance(content, Charge) else None
        return found

    def _refuse_another(self, model: CompiledModel, request: Request) -> None:
        if all(release.model != model.name for _, release in self._ledger.releases()):
            return
        message = f"`{model.name}` asks another question than its release did: it would be drawn and paid for anew"
        fixes = (
            "let it: personatwin build --allow-spend (`personatwin plan` says what that costs)",
            "or put the query and its rules back: the frozen release is then replayed for nothing",
        )
        raise Withheld(Diagnostic("PT617", message, request.place, fixes=fixes))

    def _request(self, model: CompiledModel) -> Request:
        promise, aggregation = model.protection, model.aggregation
        if not isinstance(promise, DifferentialPrivacy) or aggregation is None:
            raise TypeError(f"{model.name} is not differentially private")
        joint = aggregation.noise.calibration.joint
        named = [scale.of.measure for scale in aggregation.noise.calibration.scales]
        names = [*named, *("" for _ in joint.events[len(named) :])]
        budget = self._memory.loaded.project.declared_budgets[promise.budget]
        return Request(
            model=model.name,
            place=promise.place,
            budget=promise.budget,
            guarantee=joint.guarantee,
            events=tuple(zip(names, joint.events, strict=True)),
            replay=replay_key(
                self._memory.secret, model.name, self._question(model), rules_of(promise), budget.epoch
            ),
            bounds=contributions_of(promise),
            sources={stamp.name: stamp.digest for stamp in self._memory.stamps},
            analyst=promise.analyst,
            department=promise.department,
        )

    def _question(self, model: CompiledModel) -> str:
        """The query with those of all private models below it, without what changes nothing."""
        below = self._compiled.graph.ancestors(model.name)
        texts = {
            name: canonical(self._compiled.models[name].parsed.sql)
            for name in (*below, model.name)
            if name in self._compiled.models
        }
        return json.dumps(texts, sort_keys=True)


def rules_of(promise: DifferentialPrivacy) -> Mapping[str, str]:
    """What a model declares, but for where it stands."""
    return {
        "budget": promise.budget,
        "epsilon": str(promise.epsilon),
        "delta": str(promise.delta),
        "keys": "" if promise.keys is None else repr(_without_place(promise.keys)),
        "mechanism": promise.mechanism,
        "quantile_share": str(promise.quantile_share),
        "intervals": str(promise.intervals),
        "non_negative": str(promise.non_negative),
        "consistent": str(promise.consistent),
        **contributions_of(promise),
    }


def contributions_of(promise: DifferentialPrivacy) -> dict[str, str]:
    """By what the contributions of one person are bounded."""
    bounds = {
        f"bounds of {name}": f"{bound.low} to {bound.high} by {bound.granularity}"
        for name, bound in promise.bounds.items()
    }
    return {
        "max_groups": str(promise.max_groups),
        "max_rows_per_group": str(promise.max_rows_per_group),
        **bounds,
    }


def after_drawing(compiled: Compiled, names: Collection[str]) -> tuple[str, ...]:
    """Those of the models that read a differentially private one: they are built when it is drawn."""
    private = {
        name for name, model in compiled.models.items() if isinstance(model.protection, DifferentialPrivacy)
    }
    return tuple(name for name in names if private & set(compiled.graph.ancestors(name)))


def _without_place(keys: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, repr(value)) for name, value in vars(keys).items() if name != "place")


def _aggregate(model: CompiledModel):  # type: ignore[no-untyped-def]
    if model.aggregation is None:
        raise TypeError(f"{model.name} is not differentially private")
    return model.aggregation.aggregate
