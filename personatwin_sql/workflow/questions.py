"""The questions of a project: asked of its release, and of its people as given for the owner alone."""

from __future__ import annotations

from personatwin_sql.compile.question import Question, read_questions
from personatwin_sql.release.asked import Findings
from personatwin_sql.release.asking import findings
from personatwin_sql.release.report import write_reports
from personatwin_sql.release.result import Release
from personatwin_sql.release.state import read_owner
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.question_files import question_files
from personatwin_sql.workflow.paths import Paths


def questions_of(loaded: Loaded) -> tuple[Question, ...]:
    """Built-in questions of the domain and the project's own; raises ProjectError with all that is wrong."""
    return read_questions(loaded, question_files(loaded))


def released_findings(release: Release, questions: tuple[Question, ...], paths: Paths) -> Findings:
    """What the released file answers."""
    return findings(release, questions, paths.release)


def rewrite_reports(
    release: Release, questions: tuple[Question, ...], paths: Paths, *, is_owners_kept: bool = False
) -> None:
    """Both reports of a release that stands, with the questions as they are now; or the public one alone."""
    findings = released_findings(release, questions, paths)
    owners = None if is_owners_kept else paths.owner
    write_reports(
        release,
        read_owner(paths.owner),
        paths.release_folder,
        owners,
        findings=findings,
        is_preview=not paths.publishes,
    )
