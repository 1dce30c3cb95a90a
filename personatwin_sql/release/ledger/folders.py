"""Where a ledger lies: in the project for everyone, and once more with the private state."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Folders:
    """The folders of one project's ledger."""

    ledger: Path
    """One file an entry, and `frozen/`: belongs into git."""
    memory: Path
    """A copy of every entry that this folder ever had: what is in it is never forgotten."""

    @property
    def frozen(self) -> Path:
        return self.ledger / "frozen"

    @property
    def private(self) -> Path:
        return self.memory.parent

    def shown(self, path: Path) -> str:
        """As it is typed in the project's folder."""
        return path.relative_to(self.ledger.parent).as_posix()


def folders_of(root: Path, private: Path) -> Folders:
    """Those of the project in `root`, whose private state lies in `private`, below it."""
    return Folders(root / "ledger", private / "ledger")
