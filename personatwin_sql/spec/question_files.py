"""Where questions are written: built-in ones beside their domain, a project's own in `analyses/`."""

from __future__ import annotations

from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded, SqlFile
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.sql_files import files_below
from personatwin_sql.spec.text_file import read_text

FOLDER = "analyses"
"""dbt's folder for SELECTs that are asked of models, and build none."""


def question_files(loaded: Loaded) -> tuple[SqlFile, ...]:
    """Built-in questions of the domain and of those it extends, then the project's own.

    Raises ProjectError: PT005 and PT008 for a file that cannot be read.
    """
    gathering = Gathering()
    builtin = library()
    found = []
    for name in _domains(loaded):
        found.extend(_read(builtin, f"domains/questions/{name}", gathering))
    found.extend(_read(Home(loaded.root), FOLDER, gathering))
    gathering.settle()
    return tuple(found)


def _domains(loaded: Loaded) -> tuple[str, ...]:
    """The project's domain and its parents, each once."""
    names = [loaded.domain.name]
    parent = loaded.domain.extends
    while parent is not None and parent not in names:
        names.append(parent)
        is_builtin = (library().folder / "domains" / "questions" / parent).is_dir()
        parent = None if is_builtin else load_domain(parent, loaded.root).extends
    return tuple(names)


def _read(home: Home, folder: str, gathering: Gathering) -> list[SqlFile]:
    found = []
    for file in files_below(home.folder / folder, ".sql"):
        path = home.shown(file)
        text = gathering.attempt(read_text, file, path)
        if text is not None:
            found.append(SqlFile(file.stem, path, text, is_builtin=bool(home.prefix)))
    return found
