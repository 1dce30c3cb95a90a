"""What a differentially private model asks for: its charge, and by what it is the same again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from personatwin_sql.compile.canonical import canonical
from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.ledger.charge import Request
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.replay import replay_key, unfinished
from personatwin_sql.spec.differential_privacy import DifferentialPrivacy
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.private_rules import contributions_of, rules_of


def request_of(compiled: Compiled, model: CompiledModel, key: bytes, sources: Mapping[str, str]) -> Request:
    """The charge of a model, which is compiled and calibrated; `sources`: their keyed digests now."""
    promise, aggregation = model.protection, model.aggregation
    if not isinstance(promise, DifferentialPrivacy) or aggregation is None:
        raise TypeError(f"{model.name} is not differentially private")
    joint = aggregation.noise.calibration.joint
    named = [scale.of.measure for scale in aggregation.noise.calibration.scales]
    names = [*named, *("" for _ in joint.events[len(named) :])]
    budget = compiled.loaded.project.declared_budgets[promise.budget]
    question = question_of(compiled, model)
    return Request(
        model=model.name,
        place=promise.place,
        budget=promise.budget,
        guarantee=joint.guarantee,
        events=tuple(zip(names, joint.events, strict=True)),
        replay=replay_key(key, model.name, question, rules_of(promise), budget.epoch),
        bounds=contributions_of(promise),
        sources=sources,
        analyst=promise.analyst,
        department=promise.department,
    )


def question_of(compiled: Compiled, model: CompiledModel) -> str:
    """The query with those of all private models below it, and who a person is in what they read."""
    below = compiled.graph.ancestors(model.name)
    models = [compiled.models[name] for name in (*below, model.name) if name in compiled.models]
    texts = {each.name: canonical(each.parsed.sql) for each in models}
    project, sources = compiled.loaded.project, compiled.loaded.domain.sources
    read = {origin.source for each in models for origin in each.authored.reads}
    units = sorted(
        f"{source}.{name}"
        for source in read
        for name, column in sources[source].items()
        if column.role == Role.PRIVACY_UNIT
    )
    asked = {"queries": texts, "units": units, "ids": project.ids or "", "time zone": project.time_zone}
    return json.dumps(asked, sort_keys=True)


def other_questions(ledger: Ledger, requests: Sequence[Request]) -> Iterator[Diagnostic]:
    """PT617 for each that asks another question than a release of its name did."""
    known = {release.model for _, release in ledger.releases()}
    for request in requests:
        if request.model in known:
            yield _another(request)


def paid_once_more(ledger: Ledger, requests: Sequence[Request]) -> Iterator[Diagnostic]:
    """PT609, a warning, for each that a build charged before which did not come to its end."""
    for request in requests:
        if unfinished(ledger, request.replay):
            yield Diagnostic(
                "PT609",
                f"`{request.model}` was charged by a build that did not end well, and is paid for again",
                request.place,
                notes=("what that build charged stays spent: something may have been drawn and seen",),
                severity="warning",
            )


def _another(request: Request) -> Diagnostic:
    message = f"`{request.model}` asks another question than its release did: it would be paid for anew"
    fixes = (
        "let it: personatwin build --allow-spend (`personatwin plan` says what that costs)",
        "or put the query and its rules back: the frozen release is then replayed for nothing",
    )
    return Diagnostic("PT617", message, request.place, fixes=fixes)
