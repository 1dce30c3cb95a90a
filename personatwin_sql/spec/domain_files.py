"""The domain files that a name may mean: the project's own first, then the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.document import Document
from personatwin_sql.spec.hierarchy_reader import read_hierarchy
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.library import library
from personatwin_sql.spec.validation import validated
from personatwin_sql.spec.written_domain import WrittenDomain
from personatwin_sql.spec.yaml_reader import read_yaml


@dataclass(frozen=True)
class DomainFile:
    """One file as read, with the folder that its paths are relative to."""

    name: str
    file: Path
    home: Home
    document: Document
    written: WrittenDomain


def domain_chain(name: str, root: Path | None, named_at: Place | None) -> tuple[DomainFile, ...]:
    """The domain and all that it extends, the most general first.

    Raises ProjectError: PT030 unknown domain, PT031 a circle, and what is wrong with the form of any file.
    """
    chain: list[DomainFile] = []
    wanted: str | None = name
    while wanted is not None:
        found = _found(wanted, root, named_at, chain)
        document = read_yaml(found[0], found[1].shown(found[0]))
        written = _written(document, found[1])
        chain.append(DomainFile(wanted, *found, document, written))
        wanted, named_at = written.extends, document.value_place(("extends",))
    return tuple(reversed(chain))


def domain_files(root: Path | None) -> Mapping[str, tuple[Path, Home]]:
    """The file of each name. A project's own file stands before a built-in one of the same name."""
    built_in = library()
    found = _files_of(built_in)
    if root is not None and (root / "domains").resolve() != (built_in.folder / "domains").resolve():
        found |= _files_of(Home(root))
    return dict(sorted(found.items()))


def _found(
    name: str, root: Path | None, named_at: Place | None, chain: list[DomainFile]
) -> tuple[Path, Home]:
    by_built_in = bool(chain) and chain[-1].home == library()
    files = domain_files(None if by_built_in else root)  # a built-in one extends no file of the project
    if name not in files:
        raise ProjectError(
            Diagnostic("PT030", f"there is no domain `{name}`", named_at, suggestion(name, files))
        )
    seen = {link.file for link in chain}
    if files[name][0] not in seen:
        return files[name]
    built_in = _files_of(library()).get(name)
    if built_in is not None and built_in[0] not in seen and chain[-1].name == name:
        return built_in  # domains/education.yml that extends `education` means the built-in one
    circle = " → ".join((*(link.name for link in chain), name))
    raise ProjectError(Diagnostic("PT031", f"domains extend each other in a circle: {circle}", named_at))


def _written(document: Document, home: Home) -> WrittenDomain:
    """The file's form; when that is wrong, what is wrong with its hierarchies is told too."""
    gathering = Gathering()
    written = gathering.attempt(validated, WrittenDomain, document)
    if written is None:
        for trail in document.values:
            is_named = trail[:1] == ("hierarchies",) and len(trail) == 2
            is_inline = len(trail) == 5 and trail[2] == "columns" and trail[4] == "hierarchy"
            if (is_named or is_inline) and isinstance(document.value(trail), dict):
                gathering.attempt(read_hierarchy, document, trail, home)
    return gathering.settled(written)


def _files_of(home: Home) -> dict[str, tuple[Path, Home]]:
    return {file.stem: (file, home) for file in (home.folder / "domains").glob("*.yml")}
