"""One tree of exceptions, each with the exit code of the command that meets it.

    PersonaTwinError
    ├── ProjectError    2   the project or the command is written wrongly; nothing ran
    ├── NodeError       1   a node could not be built
    ├── Withheld        3   a privacy gate held the release back; nothing was published
    ├── CheckFailed     4   a data test failed
    └── Unavailable     5   locked, unreadable, unwritable, no space: try again

Anything else that is raised is a bug and keeps its traceback (70). An interrupt is 130.
"""

from __future__ import annotations

from collections.abc import Iterable

from personatwin_sql.errors.diagnostic import Diagnostic, Place

__all__ = [
    "CheckFailed",
    "Diagnostic",
    "NodeError",
    "PersonaTwinError",
    "Place",
    "ProjectError",
    "Unavailable",
    "Withheld",
]


class PersonaTwinError(Exception):
    """What a user can mend. Carries all diagnostics at once, in the order of files and lines."""

    exit_code = 70

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        self.diagnostics = tuple(sorted(found, key=_order))
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))


class ProjectError(PersonaTwinError):
    """The project or the command is written wrongly: nothing ran."""

    exit_code = 2


class NodeError(PersonaTwinError):
    """A node could not be built."""

    exit_code = 1


class Withheld(PersonaTwinError):
    """A privacy gate held the release back: nothing of this build was published."""

    exit_code = 3
    result: object = None
    """The build as it ended, for whoever shows it."""


class CheckFailed(PersonaTwinError):
    """A data test failed: nothing of this build was published."""

    exit_code = 4
    result: object = None
    """The build as it ended, for whoever shows it."""


class Unavailable(PersonaTwinError):
    """Something outside is locked, missing, unreadable, unwritable or full: mend it and try again."""

    exit_code = 5


def _order(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    place = diagnostic.place or Place("")
    return (place.path, place.line or 0, place.column or 0, diagnostic.code)
