"""Reports as JSON: the same as the pages, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.codec import encoded
from personatwin_sql.release.manifest import columns_as_json, guarantees_as_json, rules_as_json, whole
from personatwin_sql.release.measures import risk_measures
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.result import Release, ReleasedModel
from personatwin_sql.release.words import BANDS, NOT_PROMISED

FORMAT = 1


def public_content(release: Release) -> dict[str, Any]:
    """No value of the data, and no figure that was counted over rows that were not released."""
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
        "not_promised": [{"label": label, "text": text} for label, text in NOT_PROMISED],
        "sources": encoded(release.sources),
    }


def owner_content(release: Release, owner: OwnerFigures, held: Sequence[Diagnostic]) -> dict[str, Any]:
    """The public report with the exact figures beside it."""
    return {
        **public_content(release),
        "held": [{"code": diagnostic.code, "message": diagnostic.message} for diagnostic in held],
        "exact": {
            model.name: {guarantee.name: whole(guarantee.measured) for guarantee in model.guarantees}
            for model in release.models
        },
        "owner": encoded(owner),
    }


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
        "risk": [
            {
                "measure": risk.measure,
                "value": risk.value,
                "formula": risk.formula,
                "source": risk.source,
                "words": risk.words,
            }
            for risk in risk_measures(model)
        ],
        "band": model.risk.band if model.risk else None,
        "class_sizes": encoded(model.class_sizes),
        "events_by_level": encoded(model.events_by_level),
        "steps": list(model.steps),
        "digest": model.digest,
    }
