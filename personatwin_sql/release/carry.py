"""A partial build: models that were not selected are carried over from the release before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from personatwin_sql.engine.content import Connection, interruptible
from personatwin_sql.engine.publish_file import carry_table
from personatwin_sql.errors import Diagnostic, Place, ProjectError, Withheld
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.release.state import State


def carriable(state: State | None, fingerprints: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """The release models `names`, in order, if the last release has each as it would be built now.

    Withheld, naming all of them, where one was never released or is stale: a release is of one piece.
    Where there was no release, that a part was asked for is a mistake: ProjectError.
    """
    wanted = tuple(names)
    if state is None and wanted:
        message = "there is no release yet, of which the models that are not selected could be carried over"
        raise ProjectError(
            Diagnostic("PT211", message, fixes=("build the whole project first: personatwin build",))
        )
    released = {model.name: model for model in state.release.models} if state else {}
    known = dict(state.fingerprints) if state else {}
    stale = [name for name in wanted if name not in released or known.get(name) != fingerprints.get(name)]
    if stale:
        raise Withheld(
            [
                Diagnostic(
                    "PT211",
                    f"`{name}` is not selected, and "
                    + ("changed since it was released" if name in released else "was never released"),
                    Place(released[name].path, 1) if name in released else None,
                    fixes=(f"select it too (--select … {name}), or build the whole project",),
                )
                for name in stale
            ]
        )
    return wanted


def carry(connection: Connection, old_file: Path, model: ReleasedModel) -> ReleasedModel:
    """Copy a table of the last release into the session's `release` schema, as it was published.

    `model` is what the state remembers of it. Unavailable if the file is gone or its table was changed.
    """
    rows = interruptible(connection, lambda: carry_table(connection, old_file, model.name, model.digest))
    return replace(model, rows=rows)
