"""Every code that a user can meet, with its readable name. The long form is in `explanations/`."""

from __future__ import annotations

from importlib.resources import files

CODES: dict[str, str] = {
    "PT012": "unknown_key",
    "PT110": "jinja_syntax",
    "PT111": "undefined_name",
    "PT112": "unknown_model",
    "PT113": "unknown_source",
    "PT114": "environment_variable_refused",
    "PT115": "template_stopped",
    "PT116": "macro_file",
    "PT117": "config_value",
    "PT119": "duplicate_model",
    "PT120": "cycle",
    "PT121": "nothing_selected",
    "PT122": "selector_unreadable",
    "PT200": "no_guarantee",
    "PT201": "not_provable",
    "PT202": "proof_too_weak",
    "PT203": "class_below_k",
    "PT204": "risk_above_target",
    "PT205": "suppression_above_limit",
    "PT206": "not_measured",
    "PT207": "derived_from_unreleased",
    "PT208": "guarantee_not_met",
    "PT209": "not_publishable",
    "PT210": "not_as_judged",
    "PT211": "stale_model",
    "PT212": "releases_intersect",
    "PT410": "release_open_elsewhere",
    "PT411": "not_writable",
    "PT412": "no_space",
    "PT413": "project_locked",
    "PT414": "not_readable",
    "PT415": "state_not_understood",
    "PT416": "release_not_as_written",
}


def explanation(code: str) -> str | None:
    """The long form of a code as Markdown, or None for a code that does not exist."""
    if code not in CODES:
        return None
    return files("personatwin_sql.errors").joinpath("explanations", f"{code}.md").read_text(encoding="utf-8")
