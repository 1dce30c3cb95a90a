"""The files of a ledger, each by itself: whether it is to the byte the entry that its name says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import unreadable
from personatwin_sql.release.ledger.entry import (
    NAME,
    Entry,
    UnknownVersion,
    digest_of,
    file_name,
    read_entry,
    seal_of,
)
from personatwin_sql.release.ledger.folders import Folders

_FROZEN = "frozen"


@dataclass(frozen=True)
class Found:
    """What lies in a ledger's folder."""

    entries: Mapping[str, Entry]
    """Digest → entry, of the files that are what their names say."""
    names: frozenset[str]
    """Of all files, sound or not; of one that was renamed, its right name."""
    problems: tuple[Diagnostic, ...]


def find(folders: Folders, key: bytes | None, copies: Mapping[str, bytes]) -> Found:
    """Every file of the ledger, looked at; `copies` are those of the memory that are sound.

    Hidden files are not looked at: what a crash left half written is one.
    """
    contents = dict(_contents(folders.ledger))
    entries: dict[str, Entry] = {}
    names = set(contents)
    problems: list[Diagnostic] = []
    for name, content in contents.items():
        entry, right = _read(content)
        if isinstance(entry, UnknownVersion):
            problems.append(_of_newer_tool(folders, name, entry.args[0]))
        elif entry is not None and right == name:
            entries[digest_of(content)] = entry
        elif contents.get(right) == content:
            problems.append(_is_copy(folders, name, right))
        elif entry is not None and right not in contents and _is_itself(entry, name, key):
            names.add(right)
            problems.append(_renamed(folders, name, right))
        elif NAME.fullmatch(name):
            problems.append(_altered(folders, name, _is_cut(content), name in copies))
        else:
            problems.append(_is_no_entry(folders, name))
    return Found(entries, frozenset(names), tuple(problems))


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        names = sorted(path.name for path in folder.iterdir())
        for name in names:
            if not name.startswith(".") and name != _FROZEN:
                path = folder / name
                yield name, b"" if path.is_dir() else path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(folder, error) from None


def _read(content: bytes) -> tuple[Entry | UnknownVersion | None, str]:
    """What a file says, and the name that it then has."""
    try:
        entry = read_entry(content)
    except UnknownVersion as newer:
        return newer, ""
    except ValueError:
        return None, ""
    return entry, file_name(entry.number, digest_of(content))


def _is_itself(entry: Entry, name: str, key: bytes | None) -> bool:
    """Whether an entry was only renamed: its seal says so, or that its name is no entry's."""
    return not NAME.fullmatch(name) if key is None else seal_of(entry, key) == entry.seal


def _is_cut(content: bytes) -> bool:
    """Whether a file ends too early to say anything."""
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return True
    return False


def restored(folders: Folders, name: str, has_copy: bool) -> str:
    """The command that puts an entry back."""
    path = folders.shown(folders.ledger / name)
    if has_copy:
        return f"cp {folders.shown(folders.memory / name)} {path}"
    return from_git(path)


def from_git(path: str) -> str:
    """The command that takes a file from whatever commit added it last."""
    return f'git checkout "$(git log --all -1 --diff-filter=A --format=%h -- {path})" -- {path}'


def _altered(folders: Folders, name: str, is_cut: bool, has_copy: bool) -> Diagnostic:
    what = "cut off or garbled" if is_cut else "changed after it was written"
    return Diagnostic(
        "PT680",
        f"the ledger's entry {name} was {what}",
        Place(folders.shown(folders.ledger / name)),
        fixes=(f"put back what was written: {restored(folders, name, has_copy)}",),
        notes=("the name of an entry is the digest of its text: what was spent cannot be written otherwise",),
    )


def _renamed(folders: Folders, name: str, right: str) -> Diagnostic:
    ledger = folders.shown(folders.ledger)
    return Diagnostic(
        "PT682",
        f"the ledger's entry {right} was renamed to {name}",
        Place(f"{ledger}/{name}"),
        fixes=(f"give it its name: mv '{ledger}/{name}' {ledger}/{right}",),
    )


def _is_copy(folders: Folders, name: str, right: str) -> Diagnostic:
    path = folders.shown(folders.ledger / name)
    return Diagnostic(
        "PT682",
        f"{name} is a second copy of the ledger's entry {right}",
        Place(path),
        fixes=(f"remove it: rm '{path}'",),
    )


def _is_no_entry(folders: Folders, name: str) -> Diagnostic:
    path = folders.shown(folders.ledger / name)
    return Diagnostic(
        "PT682",
        f"{name} is no entry of the ledger",
        Place(path),
        fixes=("move it out of the ledger: nothing else lies there",),
    )


def _of_newer_tool(folders: Folders, name: str, version: object) -> Diagnostic:
    shown = f"version {version}" if isinstance(version, int) else "an unknown version"
    return Diagnostic(
        "PT683",
        f"the ledger's entry {name} is of {shown}, which this tool does not know",
        Place(folders.shown(folders.ledger / name)),
        fixes=("use the version of the tool that wrote it, or a newer one",),
    )
