"""What the entries of a ledger say of each other: parents, order, key, and who paid for what."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.release.ledger.entry import Charge, Entry, Release, file_name, key_check, seal_of
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.uses import joint_of


def chain_problems(
    folders: Folders, entries: Mapping[str, Entry], names: frozenset[str], known: frozenset[str]
) -> Iterator[Diagnostic]:
    """PT681 a parent that is not there, PT684 entries that contradict each other.

    `names` are the files that are there, sound or not, and `known` those that the memory misses: of these
    more is said elsewhere.
    """
    elsewhere = {name.partition("-")[2] for name in (*names, *known)}
    for digest, entry in entries.items():
        name = file_name(entry.number, digest)
        missing = [parent for parent in entry.parents if parent not in entries]
        for parent in missing:
            if f"{parent[:16]}.json" not in elsewhere:
                yield _missing(folders, name, parent)
        if not missing:
            yield from _contradictions(folders, name, entry, entries)


def key_problems(folders: Folders, entries: Mapping[str, Entry], key: bytes) -> Iterator[Diagnostic]:
    """PT687 where the secret is not the one that the ledger was written with; PT680 a forged entry."""
    check = key_check(key)
    if any(not hmac.compare_digest(entry.key, check) for entry in entries.values()):
        yield _wrong_key(folders, all(entry.key != check for entry in entries.values()))
        return
    for digest, entry in entries.items():
        if not hmac.compare_digest(entry.seal, seal_of(entry, key)):
            name = file_name(entry.number, digest)
            yield Diagnostic(
                "PT680",
                f"the ledger's entry {name} was not written by this project: its seal is of no key of it",
                Place(folders.shown(folders.ledger / name)),
                fixes=("remove it, and put back what stood in its place: git log --stat -- ledger",),
            )


def _contradictions(
    folders: Folders, name: str, entry: Entry, entries: Mapping[str, Entry]
) -> Iterator[Diagnostic]:
    if entry.number != 1 + max((entries[parent].number for parent in entry.parents), default=0):
        yield _contradiction(folders, name, "its number does not follow those before it")
    content = entry.content
    if isinstance(content, Release):
        charge = entries.get(content.charge)
        if charge is None or not isinstance(charge.content, Charge) or charge.number >= entry.number:
            yield _contradiction(folders, name, "nothing before it paid for this release")
        elif (charge.content.model, charge.content.replay) != (content.model, content.replay):
            yield _contradiction(folders, name, "what paid for it was another release")
    if isinstance(content, Charge):
        try:
            joint_of(content)
        except ValueError:
            yield _contradiction(folders, name, "it charges what no mechanism costs")


def _contradiction(folders: Folders, name: str, what: str) -> Diagnostic:
    return Diagnostic(
        "PT684",
        f"the ledger's entry {name} cannot be: {what}",
        Place(folders.shown(folders.ledger / name)),
        fixes=("put the ledger back as the tool wrote it: git log --stat -- ledger",),
    )


def _missing(folders: Folders, name: str, parent: str) -> Diagnostic:
    pattern = f"'{folders.shown(folders.ledger)}/*-{parent[:16]}.json'"
    return Diagnostic(
        "PT681",
        f"the ledger lacks an entry *-{parent[:16]}.json, which {name} follows",
        Place(folders.shown(folders.ledger / name)),
        fixes=(
            f'put it back: git checkout "$(git log --all -1 --diff-filter=A --format=%h -- {pattern})" '
            f"-- {pattern}",
            "or merge the branch that has it",
        ),
    )


def _wrong_key(folders: Folders, is_of_all: bool) -> Diagnostic:
    secret = folders.shown(folders.private / "secret")
    if is_of_all:
        message = f"{secret} is not the secret that this ledger was written with"
    else:
        message = "the ledger unites entries that were written with different secrets"
    return Diagnostic(
        "PT687",
        message,
        Place(secret),
        fixes=(
            f"copy {secret} from the folder, or its backup, where the ledger was written",
            "and keep one secret for all clones of a project",
        ),
        notes=(
            "with another secret the same release would be drawn again, and noise drawn twice averages out",
        ),
    )
