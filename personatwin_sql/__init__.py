"""PersonaTwin SQL: a folder of YAML and SQL becomes a database that is safe to share.

>>> import personatwin_sql as pt
>>> result = pt.create_safe_personas(  # doctest: +SKIP
...     "people.csv", "events.csv", domain="criminal_justice", level="high"
... )
>>> pt.Project("court").build()  # doctest: +SKIP
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from personatwin_sql.api.personas import SafePersonas, create_safe_personas
    from personatwin_sql.api.project import Project
    from personatwin_sql.api.released import ReleaseView, Report
    from personatwin_sql.engine.released_rows import Rows
    from personatwin_sql.errors import PersonaTwinError

__version__ = "0.1.0"
__all__ = [
    "PersonaTwinError",
    "Project",
    "ReleaseView",
    "Report",
    "Rows",
    "SafePersonas",
    "__version__",
    "create_safe_personas",
]
_ROOMS = {
    "PersonaTwinError": "errors",
    "Project": "api.project",
    "ReleaseView": "api.released",
    "Report": "api.released",
    "Rows": "engine.released_rows",
    "SafePersonas": "api.personas",
    "create_safe_personas": "api.personas",
}
"""Where each name comes from: nothing is imported before it is used, so that importing this costs nothing."""


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
