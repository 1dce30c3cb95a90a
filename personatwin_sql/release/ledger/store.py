"""A ledger on disk: read whole and sound or not at all, and added to one entry at a time, for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from personatwin_sql.errors import Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import (
    lasting_folder,
    private_folder,
    write_all_durably,
    write_durably,
)
from personatwin_sql.release.ledger.chain import chain_problems, key_problems
from personatwin_sql.release.ledger.entry import (
    Content,
    Genesis,
    digest_of,
    entry_bytes,
    file_name,
    key_check,
    read_entry,
    sealed,
)
from personatwin_sql.release.ledger.files import find
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.memory import head_problems, missing_problems, remember, remembered
from personatwin_sql.release.lock_file import project_lock

WAIT = 60.0
"""Seconds that one waits for another who charges: that takes a few milliseconds."""
_AS_WRITTEN = b"* -text\n"
"""For git: it would otherwise change line ends on some machines, and with them digests."""


@dataclass(frozen=True)
class Book:
    """A ledger that was read, and where it lies."""

    folders: Folders
    key: bytes
    ledger: Ledger


def read_ledger(folders: Folders, key: bytes | None = None, heads: Mapping[str, str] | None = None) -> Ledger:
    """All entries: of every branch that was merged. Without the `key`, seals are not looked at.

    `heads` are digests that must be among them, each with who names it: "release/court.duckdb". Raises
    Unavailable with everything that is wrong: PT680 altered, PT681 missing, PT682 renamed, copied or foreign
    files, PT683 of a newer tool, PT684 contradictions, PT685 rolled back, PT687 another key, PT688 heads.
    """
    known = remembered(folders)
    found = find(folders, key, {name: copy for name, copy in known.items() if copy is not None})
    ledger = Ledger.of(found.entries)
    missing = frozenset(known.keys() - found.names)
    problems = [*found.problems, *missing_problems(folders, known, found.names)]
    problems += chain_problems(folders, ledger.entries, found.names, missing)
    if key is not None:
        problems += key_problems(folders, ledger.entries, key)
    if not problems:
        problems += head_problems(folders, ledger, heads or {})
    if problems:
        raise Unavailable(problems)
    return ledger


@contextmanager
def opened_book(
    folders: Folders, key: bytes, heads: Mapping[str, str] | None = None, wait: float = WAIT
) -> Iterator[Book]:
    """The ledger, read while nobody else can add to it, and every entry of it remembered."""
    private_folder(folders.private)
    with project_lock(folders.memory, wait):
        _clear(folders)
        ledger = read_ledger(folders, key, heads)
        remember(folders, ledger)
        yield Book(folders, key, ledger)


def seen_ledger(folders: Folders, key: bytes, heads: Mapping[str, str] | None = None) -> Ledger:
    """The ledger as `read_ledger` gives it, all of it remembered from now on: what a build begins with."""
    with opened_book(folders, key, heads) as book:
        return book.ledger


def appended(book: Book, content: Content) -> tuple[Book, str]:
    """The book with an entry more, on disk here and in the memory, and the entry's digest.

    Raises Unavailable where it cannot be written: PT412 no space, PT411; the ledger is then as it was, or has
    the entry: never half of it. An older entry is never written over.
    """
    if not book.ledger.entries and not isinstance(content, Genesis):
        book, _ = appended(book, Genesis())
    folders = book.folders
    at = datetime.now(UTC).isoformat(timespec="seconds")
    entry = sealed(book.ledger.next_of(content, at, key_check(book.key)), book.key)
    written = entry_bytes(entry)
    digest = digest_of(written)
    name = file_name(entry.number, digest)
    if read_entry(written) != entry:
        raise RuntimeError("an entry that could not be read again")
    if (folders.ledger / name).exists():
        raise RuntimeError("an entry of the same digest is there: the ledger was not locked")
    _prepare(folders.ledger)
    write_all_durably({folders.ledger / name: written, folders.memory / name: written}, folders.memory)
    return Book(folders, book.key, Ledger.of({**book.ledger.entries, digest: entry})), digest


def _clear(folders: Folders) -> None:
    """Remove what a crash left half written: it is hidden, and was never an entry."""
    for folder in (folders.ledger, folders.memory, folders.frozen):
        for path in folder.glob(".*.new"):
            path.unlink(missing_ok=True)


def _prepare(folder: Path) -> None:
    """The ledger's folder, on disk itself."""
    attributes = folder / ".gitattributes"
    if attributes.exists():
        return
    lasting_folder(folder)
    write_durably(attributes, _AS_WRITTEN)
