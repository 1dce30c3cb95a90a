"""What a command asks for, what happens meanwhile, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Options:
    """The flags that all commands share."""

    project_dir: Path | None = None
    """Where the project lies; otherwise it is looked for from here upwards."""
    target: str | None = None
    vars: Mapping[str, object] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    """Build again what has not changed."""
    locked: bool = False
    """Publish nothing if project.lock would change."""
    allow_spend: bool = False
    """Let differentially private models that changed be drawn and paid for anew."""


Status = Literal["ok", "unchanged", "replay", "HELD", "warn", "failed", "skipped"]


@dataclass(frozen=True)
class Event:
    """One thing that happened to one node."""

    kind: Literal["plan", "start", "done", "progress"]
    index: int
    total: int
    node: str
    status: Status = "ok"
    detail: str = ""
    seconds: float = 0.0
    code: str | None = None
    fraction: float | None = None


@dataclass(frozen=True)
class BuildResult:
    """A build as it ended."""

    project: str
    version: str
    release_path: Path | None
    report_path: Path | None
    owner_report_path: Path | None
    published: bool
    nodes: tuple[Event, ...]
    seconds: float
    warnings: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Status → nodes that ended so."""
        found: dict[str, int] = {}
        for node in self.nodes:
            found[node.status] = found.get(node.status, 0) + 1
        return found


@dataclass(frozen=True)
class Reports:
    """Where reports lie, each as HTML, Markdown and JSON."""

    public: tuple[Path, ...]
    """Empty where nothing was ever published."""
    owners: tuple[Path, ...]
    is_withheld: bool
    """Whether the owner's is of a build that was withheld after the release, or instead of a first one."""


@dataclass(frozen=True)
class CompileResult:
    """Where the compiled SQL lies."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]
    sql: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """Rows of released tables."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
