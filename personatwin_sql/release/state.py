"""What a project remembers of its builds: owner-only, under `.personatwin/`, and not disposable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.codec import decoded, encoded
from personatwin_sql.release.durable_file import PRIVATE, private_folder, unreadable, write_durably
from personatwin_sql.release.fingerprint import FileStamp, SourceStamp
from personatwin_sql.release.owner import OwnerFigures
from personatwin_sql.release.result import Release

FORMAT = 1


@dataclass(frozen=True)
class State:
    """The last good build of one target."""

    whole: str
    """`fingerprint.project_digest` of it."""
    fingerprints: tuple[tuple[str, str], ...]
    """Node, and its fingerprint."""
    sources: tuple[SourceStamp, ...]
    release: Release
    file: FileStamp
    """The released database as it was put in place."""
    extra_files: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    """Tests of severity `warn` that failed."""
    ledger: str = ""
    """`stamp.ledger_stamp` of it, as the build left the ledger."""
    environment: tuple[str, ...] = ()
    """Names of the environment variables that the project read."""


def read_state(folder: Path, target: str) -> State | None:
    """The last good build of a target, or None where there was none."""
    value = _targets(folder).get(target)
    if value is None:
        return None
    try:
        return decoded(State, value)
    except (KeyError, TypeError, ValueError):
        raise _not_understood(folder / "state.json") from None


def write_state(folder: Path, target: str, state: State) -> None:
    """Remember a build; other targets keep theirs."""
    targets = {**_targets(folder), target: encoded(state)}
    content = json.dumps({"version": FORMAT, "targets": targets}, ensure_ascii=False)
    write_durably(private_folder(folder) / "state.json", content.encode(), PRIVATE)


def write_owner(folder: Path, owner: OwnerFigures) -> None:
    """Exact figures of unreleased rows, as JSON for the owner."""
    content = json.dumps({"version": FORMAT, **encoded(owner)}, ensure_ascii=False, indent=2)
    write_durably(private_folder(folder) / "owner.json", content.encode(), PRIVATE)


def read_owner(folder: Path) -> OwnerFigures:
    """The figures of the last build; none where there was no build."""
    path = folder / "owner.json"
    try:
        return decoded(OwnerFigures, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return OwnerFigures()
    except OSError as error:
        raise unreadable(path, error) from None
    except (KeyError, TypeError, ValueError):
        raise _not_understood(path) from None


def _targets(folder: Path) -> dict[str, Any]:
    path = folder / "state.json"
    try:
        value = json.loads(path.read_bytes())
        if value["version"] != FORMAT:
            raise _not_understood(path)
        return dict(value["targets"])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise unreadable(path, error) from None
    except (KeyError, TypeError, ValueError):
        raise _not_understood(path) from None


def _not_understood(path: Path) -> Unavailable:
    return Unavailable(
        Diagnostic(
            "PT415",
            f"{path.name} is damaged, or of another version of the tool",
            Place(str(path)),
            fixes=(
                "put it back from a backup, or use the version of the tool that wrote it",
                f"or delete {path.name}: everything is then built again as if for the first time",
            ),
        )
    )
