"""Reports as pages: self-contained, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.measures import risk_measures
from personatwin_sql.release.owner import OwnerFigures, OwnerModel
from personatwin_sql.release.promise import figure, percent, statements
from personatwin_sql.release.report import figures
from personatwin_sql.release.report.plot import Markup
from personatwin_sql.release.result import Release
from personatwin_sql.release.words import BANDS, NOT_PROMISED, PROTECTIONS


def public_page(release: Release) -> str:
    """What everybody may read."""
    return _render("public.html.j2", {"release": release, **_verdict(release)})


def owner_page(release: Release, owner: OwnerFigures, held: Sequence[Diagnostic]) -> str:
    """What only the owner may read: exact figures, and why a release was withheld."""
    by_name: dict[str, OwnerModel] = {model.model: model for model in owner.models}
    return _render(
        "owner.html.j2",
        {"release": release, "owner": owner, "owner_models": by_name, "held": held, **_verdict(release)},
    )


def _verdict(release: Release) -> dict[str, Any]:
    if release.band is None:
        return {"band": "public", "title": "Nobody is described", "text": "No table stands for people."}
    title, text = BANDS[release.band]
    return {"band": release.band, "title": title, "text": text}


def _render(template: str, values: Mapping[str, Any]) -> str:
    return _environment().get_template(template).render(values)


def marked(text: str) -> Markup:
    """Text with `names` in backticks set as code."""
    parts = [escape(part) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return Markup(escape(text))
    return Markup(
        "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["one_in"] = figures.one_in
    environment.filters["marked"] = marked
    environment.globals.update(
        plots=figures,
        statements=statements,
        risk_measures=risk_measures,
        figure=figure,
        protections=PROTECTIONS,
        not_promised=NOT_PROMISED,
    )
    return environment
