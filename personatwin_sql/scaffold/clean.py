"""`clean`: what a build can make again goes; releases, private state, ledger and lock stay."""

from __future__ import annotations

import shutil
from pathlib import Path

from personatwin_sql.release.durable_file import unavailable

DISPOSABLE = "target"


def clean(root: Path) -> tuple[Path, ...]:
    """Removes `target/` of a project and returns what is gone; a link is removed, not what it points to."""
    folder = root / DISPOSABLE
    try:
        if folder.is_symlink():
            folder.unlink()
        elif folder.is_dir():
            shutil.rmtree(folder)
        else:
            return ()
    except OSError as error:
        raise unavailable(folder, error) from None
    return (folder,)
