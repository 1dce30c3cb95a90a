"""The SQL files of a project: models, tests, and macros, built-in ones replaced where the project says so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.spec.document import Document
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.loaded import SqlFile
from personatwin_sql.spec.text_file import read_text
from personatwin_sql.spec.validation import IDENTIFIER

TEST_MACRO = "test_"
"""How the name of a macro begins that is a test, as in dbt."""


def files_below(folder: Path, *suffixes: str) -> tuple[Path, ...]:
    """All files with one of the suffixes, in the order of their paths; hidden folders and files left out."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(
            Path(parent, name) for name in names if name.endswith(suffixes) and not name.startswith(".")
        )
    return tuple(sorted(found))


def read_models(home: Home) -> tuple[SqlFile, ...]:
    """The models in `models/`, however deep.

    Raises ProjectError: PT045 a name that two files share, PT046 a name that SQL would need quotes for,
    PT050 a name that the steps of another model need.
    """
    gathering = Gathering()
    models = _read(home, files_below(home.folder / "models", ".sql"), gathering)
    gathering.add(_twins(models, "model"))
    gathering.add(_unfit_names(models, "model"))
    names = {model.name.casefold() for model in models}
    for model in models:
        owner = model.name.rpartition("__")[0]
        if owner and owner.casefold() in names:
            message = f"the name `{model.name}` is kept for a step of the model `{owner}`"
            gathering.add(Diagnostic("PT050", message, Place(model.path), fixes=("rename the file",)))
    gathering.settle()
    return models


def read_singular_tests(home: Home) -> tuple[SqlFile, ...]:
    """The queries directly in `tests/`, not below; raises ProjectError PT046 for a name that is none."""
    gathering = Gathering()
    tests = _read(home, sorted((home.folder / "tests").glob("*.sql")), gathering)
    gathering.add(_unfit_names(tests, "test"))
    gathering.settle()
    return tests


def kinds_of_tests(home: Home) -> tuple[str, ...]:
    """The tests that macros of the project add: `xyz` for `macros/**/test_xyz.sql`."""
    names = (file.stem for file in files_below(home.folder / "macros", ".sql"))
    return tuple(name.removeprefix(TEST_MACRO) for name in names if name.startswith(TEST_MACRO))


def read_macros(
    home: Home, library: Home, overrides: tuple[str, ...], document: Document
) -> Mapping[str, SqlFile]:
    """All macros by name: the library's, and the project's own. A copy, to the letter, replaces nothing.

    Raises ProjectError: PT045 and PT046 as for models, PT047 a built-in macro replaced in silence,
    PT048 an override without its macro.
    """
    gathering = Gathering()
    builtin = {
        file.name: file for file in _read(library, files_below(library.folder / "macros", ".sql"), gathering)
    }
    files = _read(home, files_below(home.folder / "macros", ".sql"), gathering)
    own = tuple(file for file in files if file.name not in builtin or file.text != builtin[file.name].text)
    gathering.add(_twins(files, "macro"))
    gathering.add(_unfit_names(files, "macro"))
    gathering.add(_shadows(own, builtin, overrides))
    gathering.add(_idle_overrides(files, builtin, overrides, document))
    gathering.settle()
    return {**builtin, **{file.name: file for file in own}}


def _read(home: Home, files: Iterable[Path], gathering: Gathering) -> tuple[SqlFile, ...]:
    found = []
    for file in files:
        path = home.shown(file)
        text = gathering.attempt(read_text, file, path)
        if text is not None:
            found.append(SqlFile(file.stem, path, text, is_builtin=bool(home.prefix)))
    return tuple(found)


def _twins(files: Iterable[SqlFile], what: str) -> Iterator[Diagnostic]:
    first: dict[str, SqlFile] = {}
    for file in files:
        twin = first.setdefault(file.name.casefold(), file)
        if twin is not file:
            message = f"two {what}s are called `{file.name}`: names are unique across folders"
            yield Diagnostic(
                "PT045", message, Place(file.path), fixes=("rename one",), notes=(f"the other: {twin.path}",)
            )


def _unfit_names(files: Iterable[SqlFile], what: str) -> Iterator[Diagnostic]:
    for file in files:
        if not re.fullmatch(IDENTIFIER, file.name):
            message = f"`{file.name}` cannot name a {what}: letters, digits and `_`, beginning with a letter"
            yield Diagnostic("PT046", message, Place(file.path), fixes=("rename the file",))


def _shadows(
    own: Iterable[SqlFile], builtin: Mapping[str, SqlFile], overrides: tuple[str, ...]
) -> Iterator[Diagnostic]:
    for file in own:
        if file.name in builtin and file.name not in overrides:
            yield Diagnostic(
                "PT047",
                f"`{file.name}` would replace the built-in macro of that name",
                Place(file.path),
                fixes=(
                    f"if that is meant, write `overrides: [{file.name}]` in project.yml",
                    "or rename the file",
                ),
            )


def _idle_overrides(
    own: Iterable[SqlFile], builtin: Mapping[str, SqlFile], overrides: tuple[str, ...], document: Document
) -> Iterator[Diagnostic]:
    names = {file.name for file in own}
    for index, name in enumerate(overrides):
        place = document.value_place(("overrides", index))
        if name not in builtin:
            match = closest(name, builtin)
            label = f"did you mean `{match}`?" if match else None
            yield Diagnostic("PT048", f"there is no built-in macro `{name}` to replace", place, label)
        elif name not in names:
            fixes = (f"add macros/{name}.sql, or leave `{name}` out",)
            yield Diagnostic("PT048", f"no file of macros/ replaces `{name}`", place, fixes=fixes)
