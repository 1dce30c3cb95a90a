"""Reports: what a release promises and what it cost, in words that need no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.asked import NOTHING, Findings
from personatwin_sql.release.durable_file import PRIVATE, PUBLIC, private_folder, public_folder, write_durably
from personatwin_sql.release.gate import judge
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.report.content import owner_report, public_report
from personatwin_sql.release.report.document import Format, Report
from personatwin_sql.release.report.render import render
from personatwin_sql.release.result import Release

__all__ = ["FORMATS", "Format", "Report", "owner_report", "public_report", "render", "write_reports"]

FORMATS: tuple[Format, ...] = ("json", "md", "html")
"""The page last: whoever finds it finds the others, too."""


def write_reports(
    release: Release,
    owner: OwnerFigures,
    folder_release: Path | None,
    folder_private: Path | None,
    held: Sequence[Diagnostic] = (),
    findings: Findings = NOTHING,
    *,
    is_preview: bool = False,
) -> None:
    """`report.html`, `.md` and `.json` for the public and, with exact figures, for the owner.

    `findings` are counted in the released file. Nothing is said in public of what is withheld, by the gate or
    by `held`. Without a folder, one is not written. What tells of a preview is its owner's alone, as that is.
    """
    held = tuple(dict.fromkeys((*held, *judge(release.models))))
    if folder_private is not None:
        private_folder(folder_private)
        _write(folder_private, owner_report(release, owner, held, findings), PRIVATE)
    if folder_release is not None and not held:
        public_folder(folder_release)
        mode = PRIVATE if is_preview else PUBLIC
        _write(folder_release, public_report(release, findings), mode)


def _write(folder: Path, report: Report, mode: int) -> None:
    for form in FORMATS:
        write_durably(folder / f"report.{form}", render(report, form).encode(), mode)
