"""A report in the form that somebody asked for."""

from __future__ import annotations

import json
from typing import Any

from personatwin_sql.errors.harmless import harmless_json
from personatwin_sql.release.report import html, markdown
from personatwin_sql.release.report.document import Format, Report


def render(report: Report, form: Format) -> str:
    """The whole report as HTML, Markdown or JSON: the same content in each.

    JSON has a line for each fact, and `document` with what people read.
    """
    if form == "html":
        return html.page(report.document)
    if form == "md":
        return markdown.text(report.document)
    document = json.dumps(_as_json(report.document), ensure_ascii=False, allow_nan=False)
    lines = (
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for name, value in report.facts.items()
    )
    return harmless_json("{\n" + ",\n".join((*lines, f'  "document": {document}')) + "\n}\n")


def _as_json(value: object) -> Any:
    """A block as JSON: what it is, and its parts; what is empty is left out."""
    if isinstance(value, tuple):
        return [_as_json(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    parts = ((name, part) for name, part in vars(value).items() if part not in ("", None, ()))
    return {"kind": type(value).__name__.lower(), **{name: _as_json(part) for name, part in parts}}
