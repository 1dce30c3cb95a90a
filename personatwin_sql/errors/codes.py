"""Every code that a user can meet, with its readable name. The long form is in `explanations/`."""

from __future__ import annotations

from importlib.resources import files

CODES: dict[str, str] = {
    "PT012": "unknown_key",
    "PT203": "class_below_k",
}


def explanation(code: str) -> str | None:
    """The long form of a code as Markdown, or None for a code that does not exist."""
    if code not in CODES:
        return None
    return files("personatwin_sql.errors").joinpath("explanations", f"{code}.md").read_text(encoding="utf-8")
