"""A domain of one's own, named by its path, as the home of a temporary project has it."""

from __future__ import annotations

import shutil
from pathlib import Path

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.spec.library import library
from personatwin_sql.spec.yaml_reader import read_yaml


def domain_home(domain: str | Path, folder: Path) -> tuple[str, Path | None]:
    """The domain's name, and the folder whose `domains/` has a copy of its file and of those it extends.

    A name is that of a built-in domain, and has no home. Raises ProjectError PT509 for a path without a file.
    """
    path = Path(domain)
    if isinstance(domain, str) and path.suffix not in (".yml", ".yaml"):
        return domain, None
    if not path.is_file():
        raise ProjectError(Diagnostic("PT509", f"there is no file `{path}`", fixes=("mend its name",)))
    domains = folder / "home" / "domains"
    domains.mkdir(parents=True)
    _copy_with_parents(path, domains)
    return path.stem, folder / "home"


def _copy_with_parents(path: Path, domains: Path) -> None:
    """What it extends lies beside it, unless it is built in."""
    shutil.copyfile(path, domains / f"{path.stem}.yml")
    parent = read_yaml(path, path.name).data.get("extends")
    beside = path.with_name(f"{parent}.yml")
    built_in = library().folder / "domains" / beside.name
    if parent and beside.is_file() and not built_in.is_file() and not (domains / beside.name).exists():
        _copy_with_parents(beside, domains)
