"""The pipe from a folder of YAML and SQL to a release: what commands and programs call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from personatwin_sql.workflow.build import build
from personatwin_sql.workflow.options import BuildResult, CompileResult, Event, Options, Reports, Table

if TYPE_CHECKING:
    from personatwin_sql.engine.export import Exported, ExportForm
    from personatwin_sql.errors import Diagnostic
    from personatwin_sql.workflow.budgets import BudgetPage
    from personatwin_sql.workflow.lineage_graph import Lineage
    from personatwin_sql.workflow.planning import ProjectPlan
    from personatwin_sql.workflow.risk_figures import Figures, RiskQuestion

__all__ = [
    "BuildResult",
    "CompileResult",
    "Event",
    "Options",
    "Reports",
    "Table",
    "budget",
    "build",
    "check",
    "compile_project_files",
    "document_project",
    "export",
    "lineage",
    "list_nodes",
    "plan_project",
    "query",
    "report",
    "risk",
    "show",
    "test_project",
]


def compile_project_files(options: Options) -> CompileResult:
    """Write the SQL of each model as it would run; no data is read."""
    from personatwin_sql.workflow import reading

    return reading.compile_project_files(options)


def list_nodes(options: Options) -> tuple[dict[str, object], ...]:
    """Sources, models and tests, in the order in which they are built."""
    from personatwin_sql.workflow import listing

    return listing.list_nodes(options)


def check(options: Options) -> tuple[tuple[dict[str, object], ...], tuple[Diagnostic, ...]]:
    """The nodes of a project that is sound, with warnings; raises ProjectError for one that is not."""
    from personatwin_sql.workflow import listing

    return listing.check(options)


def query(options: Options, sql: str, limit: int) -> Table:
    """Rows of a query over the release file, which is opened with nothing else in reach."""
    from personatwin_sql.workflow import released_file

    return released_file.query(options, sql, limit)


def show(options: Options, node: str, limit: int) -> Table:
    """The first rows of a released table; a private model is refused."""
    from personatwin_sql.workflow import released_file

    return released_file.show(options, node, limit)


def test_project(options: Options, observe: Callable[[Event], None]) -> BuildResult:
    """Run the tests of private models and of the existing release; raises CheckFailed where one fails."""
    from personatwin_sql.workflow import testing

    return testing.test_project(options, observe)


def report(options: Options, *, needs_release: bool = True) -> Reports:
    """Write the reports of the last good build again; the owner's of one withheld since stays as it is."""
    from personatwin_sql.workflow import released_file

    return released_file.report(options, needs_release=needs_release)


def export(
    options: Options, nodes: Sequence[str], form: ExportForm, folder: Path | None, force: bool
) -> tuple[Exported, ...]:
    """Write released tables, all or those named, as files with a manifest."""
    from personatwin_sql.workflow import exporting

    return exporting.export(options, nodes, form, folder, force)


def risk(options: Options, question: RiskQuestion) -> Figures:
    """How likely people of a relation are found again; or which columns may tell them apart."""
    from personatwin_sql.workflow import risk_figures

    return risk_figures.risk(options, question)


def lineage(options: Options, wanted: str) -> Lineage:
    """Where a table or column comes from and goes to; no data is read."""
    from personatwin_sql.workflow import lineage_graph

    return lineage_graph.lineage(options, wanted)


def budget(options: Options) -> BudgetPage:
    """What each privacy budget allows, what is spent of it and left; nothing is spent."""
    from personatwin_sql.workflow import budgets

    return budgets.budget(options)


def plan_project(options: Options, against: str | None) -> ProjectPlan:
    """What a build would do and why, told from files alone."""
    from personatwin_sql.workflow import planning

    return planning.plan_project(options, against)


def document_project(options: Options, file: Path | None) -> Path:
    """Write the project as one page."""
    from personatwin_sql.workflow import documentation

    return documentation.document_project(options, file)
