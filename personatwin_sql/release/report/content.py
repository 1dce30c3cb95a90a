"""What a report says, section by section, and the facts beside it for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.answer import Answer
from personatwin_sql.release.asked import NOTHING, Asked, Findings
from personatwin_sql.release.codec import encoded
from personatwin_sql.release.manifest import columns_as_json, guarantees_as_json, rules_as_json, whole
from personatwin_sql.release.measures import risk_measures
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.report import (
    advice,
    change,
    closing,
    differences,
    events,
    private_releases,
    promises,
    relations,
    research,
    risk,
    sensitivity,
    spread,
    summary,
)
from personatwin_sql.release.report.document import Document, Report, Section
from personatwin_sql.release.report.told import Told
from personatwin_sql.release.result import Release, ReleasedModel
from personatwin_sql.release.words import BANDS, NOT_PROMISED

FORMAT = 2
OWNER_ONLY = "For the owner only. Its exact figures, made public, would undo the protection of the release."


def public_report(release: Release, findings: Findings = NOTHING) -> Report:
    """No value of the data that is not released, and no figure counted over rows that were not."""
    told = Told(release, findings)
    return Report(_document(told), _facts(told))


def owner_report(
    release: Release,
    owner: OwnerFigures,
    held: Sequence[Diagnostic] = (),
    findings: Findings = NOTHING,
) -> Report:
    """The same with exact figures, before and after, and why a build was withheld."""
    told = Told(release, findings, owner, tuple(held))
    facts = {
        **_facts(told),
        "held": [{"code": diagnostic.code, "message": diagnostic.message} for diagnostic in held],
        "exact": {
            model.name: {guarantee.name: whole(guarantee.measured) for guarantee in model.guarantees}
            for model in release.models
        },
        "owner": encoded(owner),
    }
    return Report(_document(told), facts)


def _document(told: Told) -> Document:
    release = told.release
    built = release.built_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    domain = f" · domain {release.domain}" if release.domain else ""
    is_owners = told.owner is not None
    return Document(
        heading="Owner's report" if is_owners else "Privacy report",
        project=release.project,
        about=f"Built {built} UTC · privacy level {release.level}{domain} · target {release.target}",
        verdict=summary.verdict(told),
        sections=tuple(section for section in _sections(told) if section is not None),
        footer=f"Written by PersonaTwin SQL {release.version}. Fingerprint: `{release.fingerprint}`",
        warning=OWNER_ONLY if is_owners else "",
    )


def _sections(told: Told) -> tuple[Section | None, ...]:
    return (
        summary.why_held(told),
        summary.contents(told),
        advice.advice(told),
        risk.risk(told),
        promises.guarantees(told),
        private_releases.private_releases(told),
        promises.tested(told),
        change.sizes(told),
        change.coarser(told),
        change.left_out(told),
        sensitivity.sensitivity(told),
        events.events(told),
        events.ladder(told),
        spread.spread(told),
        differences.differences(told),
        relations.relations(told),
        research.questions(told),
        closing.read(told),
        promises.not_promised(),
        closing.sources(told),
        closing.reading(told),
    )


def _facts(told: Told) -> dict[str, Any]:
    release = told.release
    return {
        "version": FORMAT,
        "project": release.project,
        "tool_version": release.version,
        "target": release.target,
        "level": release.level,
        "domain": release.domain,
        "built_at": release.built_at.astimezone(UTC).isoformat(timespec="seconds"),
        "fingerprint": release.fingerprint,
        "verdict": _verdict(release),
        "models": [_model(model) for model in release.models],
        "budgets": encoded(release.budgets),
        "marginals": encoded(told.findings.marginals),
        "questions": [_question(asked, found) for asked, found in told.answered],
        "unanswered": encoded(told.findings.unasked),
        "tests": list(told.release.tests),
        "not_promised": [{"label": label, "text": text} for label, text in NOT_PROMISED],
        "sources": encoded(release.sources),
    }


def _question(asked: Asked, given: Sequence[Answer]) -> dict[str, Any]:
    """A question with its answers; what was counted stands in them once."""
    said = {key: value for key, value in encoded(asked).items() if key != "cells"}
    found = [{key: encoded(getattr(answer, key)) for key in _ANSWER} for answer in given]
    return {**said, "answers": found}


_ANSWER = ("stratum", "groups", "contrasts", "v", "p", "untold", "left")


def _verdict(release: Release) -> dict[str, str] | None:
    if release.band is None:
        return None
    title, text = BANDS[release.band]
    return {"band": release.band, "title": title, "text": text}


def _model(model: ReleasedModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "description": model.description,
        "protection": model.protection,
        "path": model.path,
        "rows": model.rows,
        "people": model.people,
        "classes": model.classes,
        "suppressed": model.suppression_band,
        "depends_on": list(model.depends_on),
        "rules": rules_as_json(model.rules),
        "columns": columns_as_json(model.columns),
        "guarantees": guarantees_as_json(model),
        "risk": [encoded(measure) for measure in risk_measures(model)],
        "band": model.risk.band if model.risk else None,
        "class_sizes": encoded(model.class_sizes),
        "events_by_level": encoded(model.events_by_level),
        "steps": list(model.steps),
        "privacy": None if model.privacy is None else encoded(model.privacy),
        "response": None if model.response is None else encoded(model.response),
        "digest": model.digest,
    }
