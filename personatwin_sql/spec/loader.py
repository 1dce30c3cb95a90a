"""Loads a project: every file read, every mistake told at once, every name looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.spec.document import Document
from personatwin_sql.spec.domain import Domain
from personatwin_sql.spec.domain_files import domain_files
from personatwin_sql.spec.domain_reader import DomainReading, read_domain
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.library import library
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project_reader import read_project, target_of, with_vars
from personatwin_sql.spec.properties_reader import read_properties
from personatwin_sql.spec.source_binding import bound, by_entity
from personatwin_sql.spec.sql_files import (
    files_below,
    kinds_of_tests,
    read_macros,
    read_models,
    read_singular_tests,
)
from personatwin_sql.spec.yaml_reader import read_yaml

PROJECT_FILE = "project.yml"


def find_root(start: Path) -> Path:
    """The nearest folder with a `project.yml`, from a folder upwards.

    Raises ProjectError PT009 when there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    fixes: tuple[str, ...] = (
        "go to the folder of a project, or name it: --project-dir DIR",
        "begin one: personatwin init NAME",
    )
    if (start / "project.yaml").is_file():
        fixes = ("rename project.yaml to project.yml", *fixes)
    message = f"there is no `{PROJECT_FILE}` in {start} or above"
    raise ProjectError(Diagnostic("PT009", message, fixes=fixes))


def load(root: Path, target: str | None = None, vars: Mapping[str, object] | None = None) -> Loaded:
    """The project in a folder, for a target and with variables that the command gives.

    Raises ProjectError with the mistakes of all its files, in the order of files and lines.
    """
    home, gathering = Home(root), Gathering()
    gathering.add(_wrong_suffixes(home))
    models = gathering.attempt(read_models, home)
    names = None if models is None else {model.name for model in models}
    described = gathering.attempt(
        read_properties, files_below(root / "models", ".yml"), home, names, kinds_of_tests(home)
    )
    singular = gathering.attempt(read_singular_tests, home)
    file = gathering.attempt(read_yaml, root / PROJECT_FILE, PROJECT_FILE)
    document = gathering.settled(file) if file is None else file
    written = gathering.attempt(read_project, document)
    domain = gathering.attempt(_read_domain_of, document, root)
    project = gathering.settled(written) if written is None else written
    macros = gathering.attempt(read_macros, home, library(), project.overrides, document)
    reading = None if domain is None else gathering.attempt(bound, domain, project, document)
    chosen = gathering.attempt(target_of, project, target)
    configured = gathering.attempt(with_vars, project, vars or {})
    facts = gathering.settled(reading)
    return Loaded(
        root=root,
        project=gathering.settled(configured),
        domain=facts.domain,
        target=gathering.settled(chosen),
        models=gathering.settled(models),
        macros=gathering.settled(macros),
        properties=gathering.settled(described).nodes,
        tests=gathering.settled(described).tests,
        singular_tests=gathering.settled(singular),
        places={**_project_places(document), **facts.places},
    )


def load_domain(name: str, root: Path | None = None) -> Domain:
    """A domain of the project, or a built-in one.

    Raises ProjectError: PT030 when there is none of that name, and whatever is wrong with it.
    """
    return by_entity(read_domain(name, root))


def domain_names(root: Path | None = None) -> tuple[str, ...]:
    """The built-in domains, and those of a project."""
    return tuple(domain_files(root))


def _read_domain_of(document: Document, root: Path) -> DomainReading | None:
    """The domain that a project names, however broken the rest of its file is."""
    name = document.data.get("domain")
    return read_domain(name, root, document.value_place(("domain",))) if isinstance(name, str) else None


def _project_places(document: Document) -> Mapping[str, Place]:
    trails = [trail for trail in {**document.keys, **document.values} if trail]
    return {".".join(("project", *map(str, trail))): document.key_place(trail) for trail in trails}


def _wrong_suffixes(home: Home) -> Iterator[Diagnostic]:
    """A file that looks as if it were read, and is not."""
    for folder in ("models", "domains"):
        for file in files_below(home.folder / folder, ".yaml"):
            path = home.shown(file)
            yield Diagnostic(
                "PT052", f"`{path}` is not read", Place(path), fixes=("rename it to end in `.yml`",)
            )
