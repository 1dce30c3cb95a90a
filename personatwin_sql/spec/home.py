"""The folder that a file's own paths are relative to: the project, or the library."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Home:
    """A folder, and how errors call what lies in it."""

    folder: Path
    prefix: str = ""

    def shown(self, file: Path) -> str:
        """The file's path as users see it: relative, with `/`."""
        relative = file.relative_to(self.folder) if file.is_relative_to(self.folder) else file
        return f"{self.prefix}{relative.as_posix()}"
