"""The pipe from a folder of YAML and SQL to a release: what commands and programs call."""

from __future__ import annotations

from personatwin_sql.workflow.build import build
from personatwin_sql.workflow.options import BuildResult, CompileResult, Event, Options, Table
from personatwin_sql.workflow.reading import compile_project_files, list_nodes, query, report, show

__all__ = [
    "BuildResult",
    "CompileResult",
    "Event",
    "Options",
    "Table",
    "build",
    "compile_project_files",
    "list_nodes",
    "query",
    "report",
    "show",
]
