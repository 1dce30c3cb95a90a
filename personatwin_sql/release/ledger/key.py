"""The project's key: made once, and never anew where a ledger says that there was one."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.release.ledger.folders import Folders, folders_of


def project_secret(root: Path, private: Path) -> bytes:
    """The secret of a project, made if this is its beginning.

    Raises Unavailable PT686 where it is gone and a ledger is there: a clone, or a lost private folder.
    """
    refuse_lost_key(folders_of(root, private))
    return secret(private)


def refuse_lost_key(folders: Folders) -> None:
    """PT686, if entries are there and the secret that they were written with is not."""
    path = folders.private / "secret"
    if path.exists() or not has_entries(folders):
        return
    shown = folders.shown(path)
    raise Unavailable(
        Diagnostic(
            "PT686",
            f"the project has a ledger, and {shown} is not here",
            Place(shown),
            fixes=(
                f"copy {shown} from the folder, or its backup, where the ledger was written, by a way that "
                "nobody reads along: git does not carry it",
            ),
            notes=(
                "with a new secret the same release would be drawn again, and noise drawn twice averages out",
            ),
        )
    )


def has_entries(folders: Folders) -> bool:
    """Whether anything was ever written to the ledger, as far as can be seen from here."""
    return any(next(folder.glob("*.json"), None) is not None for folder in (folders.ledger, folders.memory))
