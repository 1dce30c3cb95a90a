"""Reports: what a release promises and what it cost, in words that need no statistics."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.durable_file import PRIVATE, private_folder, public_folder, write_durably
from personatwin_sql.release.gate import judge
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.report.content import owner_content, public_content
from personatwin_sql.release.report.page import owner_page, public_page
from personatwin_sql.release.result import Release

__all__ = ["write_reports"]


def write_reports(
    release: Release,
    owner: OwnerFigures,
    folder_release: Path | None,
    folder_private: Path,
    held: Sequence[Diagnostic] = (),
) -> None:
    """`report.html` and `report.json` for the public and, with exact figures, for the owner.

    Nothing is said in public of what is withheld, by the gate or by `held`, or without `folder_release`.
    """
    held = tuple(dict.fromkeys((*held, *judge(release.models))))
    private_folder(folder_private)
    _write(folder_private / "report.json", _json(owner_content(release, owner, held)), PRIVATE)
    _write(folder_private / "report.html", owner_page(release, owner, held), PRIVATE)
    if folder_release is not None and not held:
        public_folder(folder_release)
        _write(folder_release / "report.json", _json(public_content(release)))
        _write(folder_release / "report.html", public_page(release))


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    write_durably(path, text.encode(), mode)
