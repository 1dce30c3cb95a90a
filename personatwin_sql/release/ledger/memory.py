"""The high-water mark: whatever entry this folder ever had, the ledger has, or nothing more is spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.release.durable_file import private_folder, unreadable, write_all_durably
from personatwin_sql.release.ledger.entry import NAME, digest_of, entry_bytes, file_name
from personatwin_sql.release.ledger.files import restored
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.ledger import Ledger

_SHOWN = 5


def remembered(folders: Folders) -> Mapping[str, bytes | None]:
    """Each entry that is known, by the name of its file; None in place of a copy that is damaged."""
    found: dict[str, bytes | None] = {}
    try:
        for path in sorted(folders.memory.iterdir()):
            if match := NAME.fullmatch(path.name):
                content = path.read_bytes()
                found[path.name] = content if digest_of(content).startswith(match[2]) else None
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise unreadable(folders.memory, error) from None
    return found


def remember(folders: Folders, ledger: Ledger) -> None:
    """Have a copy of each entry of a ledger that is sound."""
    known = remembered(folders)
    new: dict[Path, bytes] = {}
    for digest, entry in ledger.entries.items():
        name = file_name(entry.number, digest)
        if known.get(name) is None:
            new[folders.memory / name] = entry_bytes(entry)
    if new:
        private_folder(folders.memory)
        write_all_durably(new, folders.memory)


def missing_problems(
    folders: Folders, known: Mapping[str, bytes | None], names: frozenset[str]
) -> Iterator[Diagnostic]:
    """PT685, once, if `known` entries are not among the `names` of the ledger's files."""
    if missing := sorted(known.keys() - names):
        lost = tuple(name for name in missing if known[name] is None)
        whole = [name for name in missing if known[name] is not None]
        entries = "1 entry" if len(missing) == 1 else f"{len(missing)} entries"
        more = "" if len(missing) <= _SHOWN else f", and {len(missing) - _SHOWN} more"
        yield Diagnostic(
            "PT685",
            f"the ledger lacks {entries} that this project knows: it was rolled back, is of another branch, "
            "or files were deleted",
            Place(folders.shown(folders.ledger)),
            fixes=(
                *((f"put back what is missing: {_copied(folders, whole)}",) if whole else ()),
                *(f"of this one the copy is damaged: {restored(folders, name, False)}" for name in lost),
                "or merge the branch that has them",
            ),
            notes=(f"missing: {', '.join(missing[:_SHOWN])}{more}", "nothing that was spent comes back"),
        )


def head_problems(folders: Folders, ledger: Ledger, heads: Mapping[str, str]) -> Iterator[Diagnostic]:
    """PT688 for each of the digests in `heads` that is no entry; with it, who names it."""
    for digest in ledger.unknown(heads):
        pattern = f"'{folders.shown(folders.ledger)}/*-{digest[:16]}.json'"
        yield Diagnostic(
            "PT688",
            f"{heads[digest]} was made by a ledger with an entry *-{digest[:16]}.json, which this one lacks",
            Place(folders.shown(folders.ledger)),
            fixes=(
                "merge the branch that has it, or copy the ledger from where that release was built",
                f"or find it: git log --all --stat -- {pattern}",
            ),
            notes=("nothing that was spent comes back",),
        )


def _copied(folders: Folders, names: list[str]) -> str:
    memory, ledger = folders.shown(folders.memory), folders.shown(folders.ledger)
    if len(names) > _SHOWN:
        return f"cp -n {memory}/*.json {ledger}/"
    listed = " ".join(f"{memory}/{name}" for name in names)
    return f"mkdir -p {ledger} && cp {listed} {ledger}/"
