"""Differentially private models of one build: exact first, then judged, charged, drawn once and frozen.

What was drawn before for the same question is put back, whatever the data are now. A model that asks another
question than the release of its name did spends anew, and does so only when that is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from personatwin_sql.compile.aggregate.aggregation import Aggregation
from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.aggregate.render import parts_of
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.render import beneath, render
from personatwin_sql.engine.held_back import forget_models
from personatwin_sql.engine.private_statistics import drawn, exact_types, forget, made_exact, put_back
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Withheld
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.randomness import Bits, SeededBits, SystemBits
from personatwin_sql.release.drawn_figures import BoundedTotal, DrawnFigures
from personatwin_sql.release.gate import judge
from personatwin_sql.release.ledger.charge import Request, charge_of, charged, frozen
from personatwin_sql.release.ledger.described import described, paid, standing
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.frozen import FrozenTable, read_frozen, refuse_unfreezable
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.replay import replayed
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.private_release import ReleasedBudget, ReleasedPrivacy
from personatwin_sql.release.result import Release, ReleasedModel
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.workflow.assemble import released_aggregate
from personatwin_sql.workflow.build_ledger import declared_budgets, known_heads
from personatwin_sql.workflow.data_tests import Testing
from personatwin_sql.workflow.memory import Memory
from personatwin_sql.workflow.narrator import Narrator
from personatwin_sql.workflow.private_below import build_below, not_released
from personatwin_sql.workflow.private_guarantees import counted, refuse_unproven, stated
from personatwin_sql.workflow.private_keys import refuse_keys_like_totals
from personatwin_sql.workflow.private_notes import notes_of_drawn
from personatwin_sql.workflow.private_request import other_questions, paid_once_more, request_of
from personatwin_sql.workflow.private_words import (
    beside_drawn,
    entries_of,
    errors_of,
    people_and_clamped,
    query_of,
    stale_releases,
    totals_with_and_without,
)
from personatwin_sql.workflow.released import write_compiled

PREVIEW_SEED = 1
"""Of targets that publish nothing: their noise is no secret, and nothing is charged for it."""


@dataclass(frozen=True)
class _Waiting:
    """A model whose exact sums are there, and whose noise is not paid for yet."""

    model: CompiledModel
    script: str
    request: Request
    is_within: Mapping[str, bool]
    """Guarantee → whether contributions keep to it, as counted."""
    totals: tuple[BoundedTotal, ...]
    people: int
    clamped: tuple[tuple[str, int], ...]


class PrivateStatistics:
    """The differentially private models of one build."""

    def __init__(
        self, session: Session, compiled: Compiled, memory: Memory, *, allow_spend: bool = False
    ) -> None:
        self._session = session
        self._compiled = compiled
        self._memory = memory
        self._allow_spend = allow_spend
        self._waiting: dict[str, _Waiting] = {}
        self._replayed: dict[str, FrozenTable] = {}
        self._paid: dict[str, str] = {}
        self._figures: dict[str, DrawnFigures] = {}

    @property
    def _folders(self) -> Folders:
        return self._memory.folders

    @cached_property
    def _ledger(self) -> Ledger:
        return read_ledger(self._folders, self._memory.secret, known_heads(self._memory))

    def prepare(self, names: Sequence[str], folder: Path) -> None:
        """Make the exact sums of the named models, or find what was drawn of them.

        From the sources as they are, before anybody is left out of them because of what others did. Withheld
        PT617 where a model asks another question than the release of its name, and nobody allowed it.
        """
        asked = [name for name in names if name in self._compiled.private_statistics]
        fresh = [name for name in asked if not self._is_replayed(self._compiled.models[name])]
        if not fresh:
            return
        self._refuse_others(fresh)
        self._put_back_below(fresh)
        build_below(self._session, self._compiled, fresh)
        for name in fresh:
            model = self._compiled.models[name]
            script = self._script(model)
            refuse_unproven(self._compiled, model, script)
            write_compiled(folder, model, script)
            self._make_exact(model, script)
        forget_models(self._session, fresh)

    def draw(self, narrator: Narrator, testing: Testing) -> dict[str, ReleasedModel]:
        """Charge all that wait, or none; then draw each, and freeze it. The released models, in order."""
        self._refuse_unbounded()
        if self._waiting and self._memory.loaded.publishes:
            requests = [each.request for each in self._waiting.values()]
            narrator.warnings.extend(paid_once_more(self._ledger, requests))
        entries = self._charged()
        self._paid |= {name: entry for name, entry in entries.items() if entry}
        ledger = self._read_again()
        found = {}
        for name in self._compiled.private_statistics:
            if name in entries or name in self._replayed:
                with narrator.node(name) as telling:
                    if name in entries:
                        self._draw(self._waiting[name], entries[name])
                    else:
                        kept = self._replayed[name]
                        put_back(self._session, name, kept.columns, kept.rows)
                        telling.status = "replay"
                    found[name] = self._released(name, ledger)
                    telling.detail = f"{found[name].rows:,} rows"
                testing.after(self._session, name)
        return found

    def budgets(self) -> tuple[ReleasedBudget, ...]:
        """As they stand; a preview spends of none."""
        if not self._memory.loaded.publishes or not self._compiled.private_statistics:
            return ()
        return standing(self._read_again(), self._memory.loaded.project.declared_budgets.values())

    def beside(self, owner: OwnerFigures, earlier: OwnerFigures, release: Release) -> OwnerFigures:
        """With how each release came out when it was drawn, and which are stale; for the owner alone."""
        entries = entries_of(release)
        owner = beside_drawn(owner, earlier, self._figures, entries)
        if not self._memory.loaded.publishes:
            return owner
        owner = replace(owner, notes=(*owner.notes, *notes_of_drawn(release, owner)))
        now = {stamp.name: stamp.digest for stamp in self._memory.stamps}
        ledger = self._read_again()
        return replace(owner, stale=stale_releases(ledger, self._memory.secret, entries, now))

    def _read_again(self) -> Ledger:
        """The ledger with what this build wrote."""
        if not self._memory.loaded.publishes:
            return Ledger({})
        return read_ledger(self._folders, self._memory.secret)

    def _is_replayed(self, model: CompiledModel) -> bool:
        """Whether the question was answered before; the answer is put back when others are drawn."""
        if not self._memory.loaded.publishes:
            return False
        found = replayed(self._ledger, self._request(model).replay)
        if found is None:
            return False
        self._replayed[model.name] = read_frozen(self._folders, found[1])
        self._paid[model.name] = found[1].charge
        return True

    def _put_back_below(self, names: Sequence[str]) -> None:
        """The noisy tables that these read, as they were released. Withheld PT665 where one was not: it would
        be drawn when these are exact already."""
        below = {one: name for name in names for one in self._compiled.graph.ancestors(name)}
        read = tuple(name for name in self._compiled.private_statistics if name in below)
        publishes, problems = self._memory.loaded.publishes, []
        for name in read:
            request = self._request(self._compiled.models[name])
            found = replayed(self._ledger, request.replay) if publishes else None
            if found is None:
                problems.append(not_released(name, self._request(self._compiled.models[below[name]])))
                continue
            table = read_frozen(self._folders, found[1])
            put_back(self._session, name, table.columns, table.rows)
        if problems:
            raise Withheld(tuple(problems))

    def _make_exact(self, model: CompiledModel, script: str) -> None:
        before, after = parts_of(script)
        request = self._request(model)
        below = beneath(model, self._compiled.models)
        refuse_keys_like_totals(self._session, model, below)
        made_exact(self._session, model.name, before)
        kept = exact_types(self._session, model.name)
        keys = {key.name: kept[key.name] for key in _aggregate(model).keys if key.kind != "integer"}
        refuse_unfreezable(model.name, keys, request.place)
        totals = totals_with_and_without(self._session, self._compiled.loaded, model, below)
        people, clamped = people_and_clamped(self._session, model)
        is_within = counted(self._session, self._compiled, model)
        self._waiting[model.name] = _Waiting(model, after, request, is_within, totals, people, clamped)

    def _refuse_unbounded(self) -> None:
        """Before anything is charged. Raises Withheld where contributions are not within their bounds."""
        problems = judge(
            [
                released_aggregate(self._compiled, each.model, 1, self._stated(each.model))
                for each in self._waiting.values()
            ]
        )
        if problems:
            raise Withheld(problems)

    def _stated(self, model: CompiledModel) -> tuple[Guarantee, ...]:
        waiting = self._waiting.get(model.name)
        within = waiting.is_within if waiting is not None else None
        return stated(self._compiled, model, self._script(model), within)

    def _script(self, model: CompiledModel) -> str:
        return render(self._compiled.loaded, model, None, beneath(model, self._compiled.models))

    def _charged(self) -> dict[str, str]:
        """Model → the entry that pays for it; of a preview nothing is paid."""
        if not self._waiting or not self._memory.loaded.publishes:
            return dict.fromkeys(self._waiting, "")
        budgets = declared_budgets(self._memory.loaded)
        requests = [each.request for each in self._waiting.values()]
        entries = charged(self._folders, self._memory.secret, budgets, requests, known_heads(self._memory))
        return dict(zip(self._waiting, entries, strict=True))

    def _draw(self, waiting: _Waiting, entry: str) -> None:
        name = waiting.model.name
        bits: Bits = SystemBits() if self._memory.loaded.publishes else SeededBits(PREVIEW_SEED)
        refuse_known_bits(bits, entry, is_published=self._memory.loaded.publishes)
        columns, rows = drawn(self._session, name, waiting.script, bits)
        if entry:
            frozen(self._folders, self._memory.secret, entry, FrozenTable(columns, rows))
        errors = errors_of(self._session, waiting.model)
        self._figures[name] = DrawnFigures(
            name, entry, errors, waiting.totals, waiting.people, waiting.clamped
        )
        forget(self._session, name)

    def _released(self, name: str, ledger: Ledger) -> ReleasedModel:
        model = self._compiled.models[name]
        rows = int(self._session.value(f"SELECT count(*) FROM release.{identifier(name)}"))
        return released_aggregate(
            self._compiled, model, rows, self._stated(model), self._privacy(model, ledger)
        )

    def _privacy(self, model: CompiledModel, ledger: Ledger) -> ReleasedPrivacy:
        """What was drawn, as the ledger has it; of a preview, what would be."""
        query = query_of(_aggregation(model))
        if model.name in self._paid:
            return paid(ledger, self._paid[model.name], query)
        request = self._request(model)
        budget = self._memory.loaded.project.declared_budgets[request.budget]
        return described(charge_of(request, budget, self._memory.secret), query)

    def _refuse_others(self, names: Sequence[str]) -> None:
        if self._allow_spend or not self._memory.loaded.publishes:
            return
        requests = [self._request(self._compiled.models[name]) for name in names]
        problems = tuple(other_questions(self._ledger, requests))
        if problems:
            raise Withheld(problems)

    def _request(self, model: CompiledModel) -> Request:
        sources = {stamp.name: stamp.digest for stamp in self._memory.stamps}
        return request_of(self._compiled, model, self._memory.secret, sources)


def refuse_known_bits(bits: Bits, entry: str, *, is_published: bool) -> None:
    """What is published is drawn from secret bits, and paid for: else RuntimeError, whoever asks."""
    if is_published and not (bits.is_secret and entry):
        raise RuntimeError("noise that others can find again, or that nobody paid for")


def _aggregate(model: CompiledModel) -> Aggregate:
    return _aggregation(model).aggregate


def _aggregation(model: CompiledModel) -> Aggregation:
    if model.aggregation is None:
        raise TypeError(f"{model.name} is not differentially private")
    return model.aggregation
