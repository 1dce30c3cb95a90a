"""The public report as texts, for whoever wants it elsewhere than in the release folder."""

from __future__ import annotations

import json

from personatwin_sql.release.promise import statements
from personatwin_sql.release.report.content import public_content
from personatwin_sql.release.report.page import public_page
from personatwin_sql.release.result import Release


def public_report(release: Release) -> dict[str, str]:
    """`html`, `markdown` and `json` of the public report."""
    content = json.dumps(public_content(release), indent=2, ensure_ascii=False) + "\n"
    return {"html": public_page(release), "markdown": _markdown(release), "json": content}


def _markdown(release: Release) -> str:
    lines = [f"# {release.project}", ""]
    for model in release.models:
        lines += [f"## {model.name}", ""]
        lines += [f"- {statement.words}" for statement in statements(model)]
        lines.append("")
    return "\n".join(lines)
