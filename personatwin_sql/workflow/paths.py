"""Where a project keeps what it makes."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Paths:
    """Folders and files of one project and target."""

    root: Path
    project: str
    publishes: bool

    @property
    def private(self) -> Path:
        """Private state: owner-only."""
        return self.root / ".personatwin"

    @property
    def units(self) -> Path:
        """Where the maps from people to classes are kept; those of previews are no maps of a release."""
        return self.private if self.publishes else self.private / "preview"

    @property
    def owner(self) -> Path:
        """Exact figures for the owner, of what was published; those of previews lie apart."""
        return self.units

    @property
    def target(self) -> Path:
        """Compiled SQL, manifest and run results: disposable."""
        return self.root / "target"

    @property
    def compiled(self) -> Path:
        return self.target / "compiled"

    @property
    def release_folder(self) -> Path:
        """What leaves; a target that does not publish leaves nothing and writes beside its compiled SQL."""
        return self.root / "release" if self.publishes else self.target

    @property
    def release(self) -> Path:
        return self.release_folder / (f"{self.project}.duckdb" if self.publishes else "preview.duckdb")

    @property
    def report(self) -> Path:
        return self.release_folder / "report.html"

    @property
    def owner_report(self) -> Path:
        return self.owner / "report.html"
