"""When two builds would do the same: digests of nodes, of sources, of the project's files."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import unreadable

PROJECT_FILES = ("project.yml", "project.lock")
PROJECT_FOLDERS = ("domains", "models", "macros", "analyses")
_CHUNK = 1 << 20
_PART = 1 << 26


@dataclass(frozen=True)
class SourceStamp:
    """A source as a build read it: size and times as a shortcut, the keyed digest as the truth.

    What a server holds has the time of the build, no size, and the keyed digest of its declared epoch.
    """

    name: str
    path: str
    """As written: relative to the project, or absolute; of what a server holds, the reference to it."""
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: str
    is_file: bool = True


@dataclass(frozen=True)
class FileStamp:
    """A file that a build wrote."""

    path: str
    size: int
    mtime_ns: int


def node_fingerprint(
    sql: str,
    rules: Mapping[str, object],
    macros: Mapping[str, str],
    upstream: Mapping[str, str],
    sources: Mapping[str, str],
) -> str:
    """Of one node: canonical SQL, resolved rules, text of its macros, and fingerprints of what it reads.

    Anything that can change the result changes it; the order of the mappings does not.
    """
    parts = {
        "sql": sql,
        "rules": {name: str(value) for name, value in rules.items()},
        "macros": dict(macros),
        "upstream": dict(upstream),
        "sources": dict(sources),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def source_digest(path: Path, secret: bytes) -> str:
    """Of a file's bytes, keyed (BLAKE2b): without the secret nobody can test a guess of what is in it.

    A large file is cut into parts, digested side by side: the digest is then that of the parts' digests.
    """
    try:
        size = path.stat().st_size
        if size <= _PART:
            return _part_digest(path, secret, 0).hex()
        from concurrent.futures import ThreadPoolExecutor  # takes longer than most files

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = pool.map(lambda start: _part_digest(path, secret, start), range(0, size, _PART))
            return hashlib.blake2b(b"".join(parts), key=secret, digest_size=32).hexdigest()
    except OSError as error:
        raise unreadable(path, error) from None


def _part_digest(path: Path, secret: bytes, start: int) -> bytes:
    digest = hashlib.blake2b(key=secret, digest_size=32)
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        left = _PART
        while left and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()


def source_stamp(root: Path, name: str, path: str, secret: bytes) -> SourceStamp:
    """A source as it is now."""
    file = root / path
    try:
        before = file.stat()
    except OSError as error:
        raise unreadable(file, error) from None
    return SourceStamp(
        name, path, before.st_size, before.st_mtime_ns, before.st_ctime_ns, source_digest(file, secret)
    )


def epoch_stamp(name: str, reference: str, epoch: str, secret: bytes) -> SourceStamp:
    """A table of a server, which is what its declared epoch says that it is."""
    now = time.time_ns()
    digest = hashlib.blake2b(f"{reference}\n{epoch}".encode(), key=secret, digest_size=32).hexdigest()
    return SourceStamp(name, reference, 0, now, now, digest, is_file=False)


def is_same_source(root: Path, stamp: SourceStamp, secret: bytes) -> bool:
    """Whether a source has the content that a build read; its bytes are read only if its times changed.

    An epoch stands in project.yml, which is compared as a whole.
    """
    if not stamp.is_file:
        return True
    file = root / stamp.path
    try:
        now = file.stat()
    except OSError:
        return False
    if now.st_size != stamp.size:
        return False
    if (now.st_mtime_ns, now.st_ctime_ns) == (stamp.mtime_ns, stamp.ctime_ns):
        return True
    return source_digest(file, secret) == stamp.digest


def file_stamp(root: Path, path: Path) -> FileStamp:
    """A file of the project as it is now."""
    try:
        now = path.stat()
    except OSError as error:
        raise unreadable(path, error) from None
    return FileStamp(os.path.relpath(path, root), now.st_size, now.st_mtime_ns)


def is_same_file(root: Path, stamp: FileStamp) -> bool:
    try:
        now = (root / stamp.path).stat()
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (stamp.size, stamp.mtime_ns)


def project_digest(
    root: Path,
    settings: Mapping[str, str],
    extra_files: Iterable[str] = (),
    library: Iterable[Path] = (),
) -> str:
    """Of every file that people wrote, by relative path and bytes, and of the settings of this run.

    `settings` holds what else decides: versions of tool and engine, target, vars, environment.
    `extra_files` are those that the project names elsewhere, such as hierarchies in CSV.
    `library` are the folders of built-in macros and domains.
    """
    digest = hashlib.sha256(json.dumps(dict(settings), sort_keys=True).encode())
    written = [*_written(root), *(root / path for path in extra_files)]
    for folder in (root, *library):
        files = sorted(set(written)) if folder == root else sorted(_below(folder))
        for file in files:
            digest.update(f"\n{os.path.relpath(file, folder)}\n".encode())
            digest.update(_bytes_digest(file))
    return digest.hexdigest()


def _written(root: Path) -> list[Path]:
    files = [root / name for name in PROJECT_FILES if (root / name).exists()]
    for name in PROJECT_FOLDERS:
        files.extend(_below(root / name))
    return [*files, *(root / "tests").glob("*.sql")]


def _below(folder: Path) -> list[Path]:
    return [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]


def _bytes_digest(file: Path) -> bytes:
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except FileNotFoundError:
        return b"absent"
    except OSError as error:
        raise unreadable(file, error) from None
