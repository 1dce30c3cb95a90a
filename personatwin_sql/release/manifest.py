"""`target/manifest.json` and `target/run_results.json`: what a build is made of, and how it went.

Both are public: no value of the data, no figure of unreleased rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.codec import encoded
from personatwin_sql.release.durable_file import public_folder, write_durably
from personatwin_sql.release.promise import statements
from personatwin_sql.release.result import ReleasedColumn, ReleasedModel, Rule

FORMAT = 1


@dataclass(frozen=True)
class Node:
    """A private model, a source or a test, as the manifest shows it; released models speak for themselves."""

    name: str
    kind: str
    """`model`, `source` or `test`."""
    path: str
    description: str = ""
    depends_on: tuple[str, ...] = ()
    columns: tuple[ReleasedColumn, ...] = ()
    rules: tuple[Rule, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True)
class NodeResult:
    """How one node fared."""

    name: str
    status: str
    """`ok`, `replay`, `unchanged`, `held`, `failed` or `skipped`."""
    seconds: float
    codes: tuple[str, ...] = ()
    """Codes of its messages, never their text."""


@dataclass(frozen=True)
class Run:
    """What a manifest says of the run itself."""

    project: str
    version: str
    target: str
    level: str
    domain: str
    generated_at: datetime
    fingerprint: str = ""
    heads: tuple[str, ...] = ()
    """Of the ledger, where one was written."""


def write_manifest(folder: Path, run: Run, models: Sequence[ReleasedModel], nodes: Sequence[Node]) -> Path:
    """All nodes by name. `models` may be compiled only: then nothing is measured and no digest is known."""
    entries = {f"model.{model.name}": _released(model) for model in models}
    entries |= {f"{node.kind}.{node.name}": _node(node) for node in nodes}
    content = {
        "version": FORMAT,
        **_run(run),
        **({"ledger": list(run.heads)} if run.heads else {}),
        "nodes": {name: entries[name] for name in sorted(entries)},
    }
    return _write(folder / "manifest.json", content)


def write_run_results(
    folder: Path, run: Run, results: Sequence[NodeResult], *, published: bool, seconds: float
) -> Path:
    """Status, time and message codes of each node, in the order in which they ran."""
    content = {
        "version": FORMAT,
        **_run(run),
        "published": published,
        "seconds": round(seconds, 3),
        "results": [
            {
                "node": result.name,
                "status": result.status,
                "seconds": round(result.seconds, 3),
                "codes": list(result.codes),
            }
            for result in results
        ],
    }
    return _write(folder / "run_results.json", content)


def _run(run: Run) -> dict[str, Any]:
    return {
        "project": run.project,
        "tool_version": run.version,
        "target": run.target,
        "level": run.level,
        "domain": run.domain,
        "generated_at": run.generated_at.astimezone(UTC).isoformat(timespec="seconds"),
        "fingerprint": run.fingerprint,
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "access": "private",
        "path": node.path,
        "description": node.description,
        "depends_on": list(node.depends_on),
        "rules": rules_as_json(node.rules),
        "columns": columns_as_json(node.columns),
        "fingerprint": node.fingerprint,
    }


def _released(model: ReleasedModel) -> dict[str, Any]:
    return {
        "kind": "model",
        "access": "release",
        "path": model.path,
        "description": model.description,
        "protection": model.protection,
        "depends_on": list(model.depends_on),
        "rules": rules_as_json(model.rules),
        "columns": columns_as_json(model.columns),
        "guarantees": guarantees_as_json(model),
        **_population(model),
        **({"privacy": encoded(model.privacy)} if model.privacy is not None else {}),
        **({"steps": list(model.steps)} if model.steps else {}),
        "fingerprint": model.fingerprint,
        "digest": model.digest,
    }


def _population(model: ReleasedModel) -> dict[str, Any]:
    """The risk among the people of a population, where the project names one."""
    found = model.risk.journalist if model.risk is not None else None
    return {} if found is None else {"population": encoded(found)}


def rules_as_json(rules: Sequence[Rule]) -> dict[str, Any]:
    return {rule.name: {"value": rule.value, "declared_at": rule.declared_at} for rule in rules}


def columns_as_json(columns: Sequence[ReleasedColumn]) -> dict[str, Any]:
    return {
        column.name: {
            "role": column.role.value,
            "type": column.type,
            "hierarchy": column.hierarchy_name,
            "level": column.level,
            "height": column.height,
            "level_name": column.level_name,
            "description": column.description,
            "lineage": [f"{source}.{name}" for source, name in column.origins],
        }
        for column in columns
    }


def guarantees_as_json(model: ReleasedModel) -> dict[str, Any]:
    """`{"k": {"required": 11, "proven": 11, "measured": 13, …}}`."""
    return {
        statement.guarantee.name: {
            "direction": statement.guarantee.direction,
            "required": whole(statement.guarantee.required),
            "proven": whole(statement.guarantee.proven),
            "measured": whole(statement.measured),
            "measured_words": statement.measured_words,
            "holds": statement.holds,
            "proof": statement.guarantee.proof,
            "declared_at": statement.guarantee.declared_at,
        }
        for statement in statements(model)
    }


def whole(value: float | None) -> float | int | None:
    """11 rather than 11.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _write(path: Path, content: dict[str, Any]) -> Path:
    public_folder(path.parent)
    write_durably(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n")
    return path
