"""The public report as texts, for whoever wants it elsewhere than in the release folder."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.release.asking import findings
from personatwin_sql.release.report import public_report as report_of
from personatwin_sql.release.report import render
from personatwin_sql.release.result import Release


def public_report(release: Release, file: Path) -> dict[str, str]:
    """`html`, `markdown` and `json` of the public report of a released file.

    As the build wrote it beside the file, with the answers to the questions; else without them.
    """
    written = {
        "html": file.with_name("report.html"),
        "markdown": file.with_name("report.md"),
        "json": file.with_name("report.json"),
    }
    if all(path.is_file() for path in written.values()):
        return {form: path.read_text(encoding="utf-8") for form, path in written.items()}
    report = report_of(release, findings(release, (), file))
    return {"html": render(report, "html"), "markdown": render(report, "md"), "json": render(report, "json")}
